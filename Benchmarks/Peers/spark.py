"""Spark Structured Streaming: the query with `availableNow` in append mode, on two cores."""

import json
import sys
import tempfile
import time

REQUIREMENTS = ["pyspark==4.3.0"]


def main(readings, select, output):
    from pyspark.sql import SparkSession

    # What a careful user of one small machine sets. The state store is the default, in memory.
    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.log.level", "ERROR")
        .getOrCreate()
    )
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as checkpoint, open(select) as file:
        schema = "time TIMESTAMP, entity STRING, temp DOUBLE, humidity DOUBLE"
        folder, _, name = readings.rpartition("/")
        table = spark.readStream.schema(schema).option("pathGlobFilter", name).json(folder)
        table.createOrReplaceTempView("sensor_data_raw")
        query = (
            spark.sql(file.read()).writeStream.outputMode("append").format("json")
            .option("path", output).option("checkpointLocation", checkpoint)
            .trigger(availableNow=True).start()
        )
        query.awaitTermination()
    seconds = time.monotonic() - begin
    print(json.dumps({"version": f"PySpark {spark.version}", "query_seconds": seconds}))
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
