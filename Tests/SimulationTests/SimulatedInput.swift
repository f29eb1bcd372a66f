import JSON
import StreamSQL
import Streaming
import TestSupport

struct SimulatedRecord {
    var value: String?
    /// Virtual time at which it is in the log, in milliseconds.
    var arrival: Int
    /// Milliseconds since 1970.
    var timestamp: Int64
}

/// A generator of the same numbers for the same seed.
struct Random: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
}

/// Logs with disorder, late, malformed, null, oversized and far-future records and idle time.
enum SimulatedInput {
    static let start: Int64 = 1_714_557_600_000

    static func logs(partitions: Int, _ random: inout Random) -> [[SimulatedRecord]] {
        (0..<partitions).map { partition in
            var arrival = random.below(2_000)
            return (0..<60 + random.below(140)).map { index in
                arrival += random.below(1_200) + (random.chance(1) ? 100_000 : 0)
                return record(partition, index, arrival, &random)
            }
        }
    }

    private static func record(
        _ partition: Int, _ index: Int, _ arrival: Int, _ random: inout Random
    ) -> SimulatedRecord {
        let timestamp = start + Int64(arrival)
        var time = timestamp - Int64(random.below(25_000))
        var entity = "p\(partition)k\(random.below(3))"
        var value: String?? = .none
        switch random.below(60) {
        case 0: value = .some(nil)
        case 1: value = #"{"time":"2024-05-01T10:00:00Z","entity":"#
        case 2: time += 3_600_000
        case 3, 4: time -= 200_000
        case 5: entity += String(repeating: "x", count: 5_000)
        default: break
        }
        let event = text { TextFormat.append(isoTimestamp: time * 1000, to: $0) }
        let temperature = Double(random.below(4_000)) / 70 - 10
        let plain = #"{"time":"\#(event)","entity":"\#(entity)","temp":\#(temperature)}"#
        return SimulatedRecord(value: value ?? plain, arrival: arrival, timestamp: timestamp)
    }
}

/// The queries of the simulation; parsed once.
enum SimulatedQuery: CaseIterable {
    case tumbling, sliding, filtered

    var pipeline: Pipeline {
        get throws {
            try Pipeline(
                text: """
                    CREATE TABLE t (time TIMESTAMP, entity STRING, temp DOUBLE)
                    USING json OPTIONS (path '-');
                    SELECT window.start AS start, entity, count(*) AS n, sum(temp) AS total,
                      last(temp) AS newest
                    FROM STREAM t WATERMARK time DELAY OF INTERVAL 30 SECONDS
                    \(self == .filtered ? "WHERE temp > 0" : "")
                    GROUP BY window(time, '20 seconds'\(self == .sliding ? ", '7 seconds'" : "")),
                      entity
                    """)
        }
    }
}

/// An engine with records by hand, and what comes of them as text.
final class EngineRun {
    let engine: QueryEngine
    private let decoder: JSONDecoder
    private let encoder: JSONEncoder
    private let batch: RecordBatch

    init(_ pipeline: Pipeline) {
        engine = QueryEngine(
            plan: pipeline.plan,
            options: EngineOptions(maximumFutureSkewMilliseconds: 60_000, rowsPerChunk: 7),
            zones: .none)
        decoder = JSONDecoder(schema: pipeline.plan.inputSchema, zones: .none)
        encoder = JSONEncoder(fields: pipeline.plan.outputSchema)
        batch = RecordBatch(schema: pipeline.plan.inputSchema)
    }

    /// Rows, late records and dead letters of `range` of a partition's log.
    func process(_ log: [SimulatedRecord], _ range: Range<Int64>, partition: Int) -> [String] {
        for offset in range {
            let record = log[Int(offset)]
            let bytes = Array((record.value ?? "").utf8)
            batch.append(
                value: bytes.span, key: bytes.span, hasValue: record.value != nil, hasKey: false,
                partition: partition, offset: offset, timestamp: record.timestamp)
        }
        decoder.decode(batch)
        engine.process(batch)
        var results = engine.late.map { "late \(partition)/\(batch.offsets[$0.row])" }
        results += engine.deadLetters.map {
            "dead \(partition)/\(batch.offsets[$0.row]) \($0.defect)"
        }
        batch.removeAll()
        return results + takeRows()
    }

    func takeRows() -> [String] {
        var rows: [String] = []
        while engine.nextRows() {
            let selection = engine.resultRows
            for position in 0..<selection.count {
                let output = ByteArena()
                encoder.encode(engine.results, row: selection[position], to: output)
                rows.append(output.text(at: 0, count: output.count))
            }
        }
        return rows
    }

    /// What one run over the whole logs gives, without anything going wrong.
    static func sequential(_ pipeline: Pipeline, _ logs: [[SimulatedRecord]]) -> [String] {
        let run = EngineRun(pipeline)
        return logs.indices.flatMap { partition in
            run.engine.addPartition(partition, .start(at: 0))
            return logs[partition].indices.flatMap {
                run.process(logs[partition], Int64($0)..<Int64($0 + 1), partition: partition)
            }
        }
    }
}
