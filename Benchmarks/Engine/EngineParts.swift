import JSON
import StreamSQL
import Streaming

/// What the parts of windows and state take: the same batches go through queries that differ by
/// one part.
struct EngineParts {
    /// Grouped by window alone, counting.
    private(set) var windows = Duration.zero
    /// Grouped by window and vehicle, counting.
    private(set) var keyed = Duration.zero
    /// The vehicles query.
    private(set) var whole = Duration.zero
    /// The vehicles query, reading again what a restart needs.
    private(set) var replay = Duration.zero

    /// Runs the workload and checks that each query took all of it.
    init(_ workload: Workload) throws {
        let queries = try [
            "SELECT count(*) AS readings FROM STREAM readings WATERMARK time DELAY OF INTERVAL"
                + " 3 MINUTES GROUP BY window(time, '1 minute')",
            "SELECT entity, count(*) AS readings FROM STREAM readings WATERMARK time DELAY OF"
                + " INTERVAL 3 MINUTES GROUP BY window(time, '1 minute'), entity",
            Workload.select(windows: "'1 minute'"),
        ].map { try Pipeline(text: "\(Workload.table); \($0)").plan }
        let engines = (queries + [queries[2]]).map { QueryEngine(plan: $0, zones: .none) }
        for engine in engines.dropLast() { engine.addPartition(0, .start(at: 0)) }
        let decoder = JSONDecoder(schema: queries[2].inputSchema, zones: .none)
        let batch = RecordBatch(schema: queries[2].inputSchema)
        let clock = ThreadClock()
        var times = engines.map { _ in Duration.zero }
        // One restart after the other, each with a few minutes to read again.
        var replayEnd = 0
        var written = workload.start()
        while written.readings < workload.records {
            workload.fill(batch, &written)
            decoder.decode(batch)
            if written.readings > replayEnd {
                if replayEnd > 0 { engines[3].removePartition(0) }
                let begin = Int64(replayEnd)
                replayEnd += 100_000
                engines[3].addPartition(
                    0,
                    PartitionProgress(
                        nextOffset: Int64(replayEnd), replayOffset: begin,
                        maximumEventTime: Workload.firstTime, boundary: 0))
            }
            for (index, engine) in engines.enumerated() {
                times[index] += clock.measure { engine.process(batch) }
                while engine.nextRows() {}
            }
        }
        (windows, keyed, whole, replay) = (times[0], times[1], times[2], times[3])
        let counts = engines.map(\.counters)
        guard counts[0...2].allSatisfy({ $0.aggregated == workload.records }),
            counts[3].replayed == workload.records, counts[3].rows == 0
        else { throw WrongAnswer(description: "\(counts)") }
    }
}
