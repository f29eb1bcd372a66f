import JSON
import StreamSQL
import Streaming

/// The real decoder, engine and encoder with records by hand, and what comes of them as text.
final class EngineRun {
    let engine: QueryEngine
    private let decoder: JSONDecoder
    private let encoder: JSONEncoder
    private let batch: RecordBatch
    private static let none: [UInt8] = []

    init(_ pipeline: Pipeline) {
        engine = QueryEngine(
            plan: pipeline.plan,
            options: EngineOptions(maximumFutureSkewMilliseconds: 60_000, rowsPerChunk: 7),
            zones: .none)
        decoder = JSONDecoder(schema: pipeline.plan.inputSchema, zones: .none)
        encoder = JSONEncoder(fields: pipeline.plan.outputSchema)
        batch = RecordBatch(schema: pipeline.plan.inputSchema)
    }

    /// What records came to.
    struct Results: Equatable {
        var rows: [String] = []
        var late: [String] = []
        var deadLetters: [String] = []

        var all: [String] { late + deadLetters + rows }

        static func += (results: inout Results, more: Results) {
            results.rows += more.rows
            results.late += more.late
            results.deadLetters += more.deadLetters
        }
    }

    /// Processes `range` of a partition's log as one micro-batch.
    func process(_ log: [SimulatedRecord], _ range: Range<Int64>, partition: Int = 0) -> Results {
        for offset in range {
            let record = log[Int(offset)]
            let value = record.value ?? Self.none
            batch.append(
                value: value.span, key: Self.none.span,
                hasValue: record.value != nil, hasKey: false, partition: partition,
                offset: offset, timestamp: record.timestamp)
        }
        decoder.decode(batch)
        engine.process(batch)
        var results = Results()
        results.late = engine.late.map {
            "late \(partition)/\(batch.offsets[$0.row]) \($0.watermark)"
        }
        results.deadLetters = engine.deadLetters.map {
            "dead \(partition)/\(batch.offsets[$0.row]) \($0.defect)"
        }
        batch.removeAll()
        results.rows = takeRows()
        return results
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

    /// Closes every window.
    func close(partition: Int = 0) -> [String] {
        engine.closeAllWindows(of: partition)
        return takeRows()
    }

    /// What one run over the whole logs gives, record by record, without anything going wrong.
    struct Undisturbed {
        var results: [String] = []
        /// The rows that the windows still open at the end would have.
        var open: [String] = []
        /// Records that `WHERE` rejected.
        var filtered = 0
    }

    /// - Parameter advances: where idle time has moved the event time on; nothing of that can be
    ///   told from the logs.
    static func undisturbed(
        _ pipeline: Pipeline, _ logs: [[SimulatedRecord]], advances: [IdleAdvance]
    ) -> Undisturbed {
        let run = EngineRun(pipeline)
        var outcome = Undisturbed()
        for partition in logs.indices {
            run.engine.addPartition(partition, .start(at: 0))
            var idle = advances.filter { $0.partition == partition }[...]
            for offset in 0...Int64(logs[partition].count) {
                while let advance = idle.first, advance.offset == offset {
                    outcome.results += run.apply(idle.removeFirst())
                }
                guard offset < logs[partition].count else { break }
                outcome.results +=
                    run.process(
                        logs[partition], offset..<offset + 1, partition: partition
                    ).all
            }
        }
        for partition in logs.indices { outcome.open += run.close(partition: partition) }
        outcome.filtered = run.engine.counters.filtered
        return outcome
    }

    private func apply(_ advance: IdleAdvance) -> [String] {
        guard let base = engine.idleBase(of: advance.partition) else { return [] }
        _ = engine.advanceIdle(
            advance.partition, elapsedMicroseconds: advance.eventTime - base)
        return takeRows()
    }
}

/// Event time that went on without a record.
struct IdleAdvance: Hashable {
    var partition: Int
    /// Of the record before which it happened.
    var offset: Int64
    /// What became the maximum event time, in microseconds.
    var eventTime: Int64
}
