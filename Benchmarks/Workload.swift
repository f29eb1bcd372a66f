import JSON
import StreamSQL
import Streaming

/// Readings of vehicles as the vehicles query takes them, the same in every run.
struct Workload {
    /// Vehicles; every reading is of one of them by chance.
    var keys: Int
    var records: Int
    /// How far a reading may come late, in microseconds; never beyond the watermark's delay.
    var disorder: Int64 = 0
    /// The windows of the query, as in `window(time, …)`.
    var windows = "'1 minute'"

    static let recordsPerBatch = 10_000
    /// 2026-11-20T21:00:00Z.
    private static let firstTime: Int64 = 1_795_208_400_000_000
    static let minute: Int64 = 60_000_000

    /// 30 readings of each vehicle a minute, as a fleet sends that reports every two seconds.
    private var readingsPerMinute: Int { keys * 30 }

    var pipelineText: String {
        """
        CREATE TABLE readings (time TIMESTAMP, entity STRING, temp DOUBLE, humidity DOUBLE)
        USING json OPTIONS (path '-');
        SELECT window.start AS window_start,
          concat_ws('-', string(window.start), string(window.end)) AS window, entity,
          round(avg(temp), 2) AS avg_temp, last(humidity) AS last_humidity, count(*) AS readings
        FROM STREAM readings WATERMARK time DELAY OF INTERVAL 3 MINUTES
        GROUP BY window(time, \(windows)), entity
        """
    }

    /// What is written of the readings, to compare the answer with.
    struct Written {
        var readings = 0
        var hundredths: Int64 = 0
        /// Groups of a tumbling window of a minute and a vehicle.
        var groups = 0
        var offset: Int64 = 0
        fileprivate var windowOfKey: [[Int64]]
        fileprivate var random: UInt64 = 0x7469_6465_6D61_726B
    }

    func start() -> Written {
        // A vehicle's last minutes, by minute modulo four: disorder spans two at most.
        Written(windowOfKey: Array(repeating: Array(repeating: -1, count: keys), count: 4))
    }

    /// Fills `batch` with the next readings.
    func fill(_ batch: RecordBatch, _ written: inout Written) {
        batch.removeAll()
        let count = min(Self.recordsPerBatch, records - written.readings)
        for _ in 0..<count {
            let draw = written.next()
            let key = Int(truncatingIfNeeded: draw % UInt64(keys))
            var passed = Int64(written.readings) * Self.minute / Int64(readingsPerMinute)
            if disorder > 0 {
                passed = max(0, passed - Int64(truncatingIfNeeded: (draw >> 40) % UInt64(disorder)))
            }
            let hundredths = 1900 + Int64(truncatingIfNeeded: (draw >> 32) % 200)
            let start = batch.bytes.count
            append(key, Self.firstTime + passed, hundredths, to: batch.bytes)
            batch.append(
                valueStart: start, valueLength: batch.bytes.count - start, partition: 0,
                offset: written.offset, timestamp: RecordBatch.noTimestamp)
            written.offset += 1
            written.readings += 1
            written.hundredths += hundredths
            let minute = passed / Self.minute
            if written.windowOfKey[Int(minute % 4)][key] != minute {
                written.windowOfKey[Int(minute % 4)][key] = minute
                written.groups += 1
            }
        }
    }

    private func append(_ key: Int, _ time: Int64, _ hundredths: Int64, to bytes: ByteArena) {
        bytes.append("{\"time\":\"")
        TextFormat.append(isoTimestamp: time, to: bytes)
        bytes.append("\",\"entity\":\"v")
        TextFormat.append(integer: Int64(key), to: bytes)
        bytes.append("\",\"temp\":")
        TextFormat.append(decimal: Int128(hundredths), scale: 2, to: bytes)
        bytes.append(",\"humidity\":")
        TextFormat.append(decimal: Int128(hundredths + 1500), scale: 2, to: bytes)
        bytes.append(UInt8(ascii: "}"))
    }
}

extension Workload.Written {
    /// SplitMix64.
    fileprivate mutating func next() -> UInt64 {
        random &+= 0x9E37_79B9_7F4A_7C15
        var word = random
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
