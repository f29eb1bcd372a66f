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
    /// How many partitions the vehicles are spread over; a vehicle is in one.
    var partitions = 1
    /// How often each vehicle reports in a minute: every two seconds.
    var readingsPerVehicle = 30

    static let recordsPerBatch = 10_000
    /// 2026-11-20T21:00:00Z.
    static let firstTime: Int64 = 1_795_208_400_000_000
    static let minute: Int64 = 60_000_000

    private var readingsPerMinute: Int { keys * readingsPerVehicle }

    var pipelineText: String { "\(Self.table); \(Self.select(windows: windows))" }

    static let table = """
        CREATE TABLE readings (time TIMESTAMP, entity STRING, temp DOUBLE, humidity DOUBLE)
        USING json OPTIONS (path '-')
        """

    static func select(windows: String) -> String {
        """
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
        var lastTime: Int64 = 0
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
            let keyStart = batch.bytes.count
            TextFormat.append(integer: Int64(key), to: batch.bytes)
            let start = batch.bytes.count
            let time = Self.firstTime + passed
            append(key, time, hundredths, to: batch.bytes)
            batch.append(
                valueStart: start, valueLength: batch.bytes.count - start, keyStart: keyStart,
                keyLength: start - keyStart, partition: key % partitions,
                offset: written.offset, timestamp: time / 1000)
            written.lastTime = max(written.lastTime, time)
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

    /// Adds a reading to `batch` for each partition, so much later that all windows before close.
    func fillClosing(_ batch: RecordBatch, _ written: inout Written) {
        batch.removeAll()
        for partition in 0..<partitions {
            let keyStart = batch.bytes.count
            TextFormat.append(integer: Int64(keys + partition), to: batch.bytes)
            let start = batch.bytes.count
            append(keys + partition, written.lastTime + 10 * Self.minute, 0, to: batch.bytes)
            batch.append(
                valueStart: start, valueLength: batch.bytes.count - start, keyStart: keyStart,
                keyLength: start - keyStart, partition: partition,
                offset: written.offset, timestamp: written.lastTime / 1000 + 600_000)
            written.offset += 1
        }
    }

    private func append(_ key: Int, _ time: Int64, _ hundredths: Int64, to bytes: ByteArena) {
        bytes.append("{\"time\":\"")
        TextFormat.append(isoTimestamp: time, to: bytes)
        bytes.append("\",\"entity\":")
        TextFormat.append(integer: Int64(key), to: bytes)
        bytes.append(",\"temp\":")
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
