-- Vehicle readings, averaged per vehicle in windows of one minute.
--
-- The SELECT is text that Apache Spark accepts. Change a variable without editing this file:
--     processor run pipelines/vehicles.sql --set window_size='5 minutes'

SET window_size = 1 minute;
SET watermark_delay = 3 minutes;

CREATE TABLE sensor_data_raw (time TIMESTAMP, entity STRING, temp DOUBLE, humidity DOUBLE)
USING kafka OPTIONS (subscribe 'sensor-data-raw', format 'json', key 'entity', startingOffsets 'earliest');

CREATE TABLE sensor_data_aggregated
USING kafka OPTIONS (topic 'sensor-data-aggregated', key 'entity');

INSERT INTO sensor_data_aggregated
SELECT window.start AS window_start,
       concat_ws('-', string(window.start), string(window.end)) AS window,
       entity, round(avg(temp), 2) AS avg_temp, last(humidity) AS last_humidity, count(*) AS readings
FROM STREAM sensor_data_raw WATERMARK time DELAY OF INTERVAL ${watermark_delay}
GROUP BY window(time, '${window_size}'), entity;
