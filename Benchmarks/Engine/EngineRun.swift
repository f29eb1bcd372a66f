import Glibc
import JSON
import StreamSQL
import Streaming

/// One pass of a workload through decoder, engine and encoder, each timed apart.
struct EngineRun {
    private(set) var records = 0
    private(set) var rows = 0
    private(set) var decode = Duration.zero
    /// Windows, grouping, aggregation.
    private(set) var process = Duration.zero
    /// Finishing and sorting the groups of closed windows.
    private(set) var emit = Duration.zero
    private(set) var encode = Duration.zero
    /// Bytes of state for each open group, when most were open.
    private(set) var bytesPerGroup = 0.0

    private var readings: Int64 = 0
    private var weightedAverages = 0.0

    /// Runs the workload and checks the answer.
    init(_ workload: Workload) throws {
        let plan = try Pipeline(text: workload.pipelineText).plan
        let engine = QueryEngine(plan: plan, zones: .none)
        engine.addPartition(0, .start(at: 0))
        let decoder = JSONDecoder(schema: plan.inputSchema, zones: .none)
        let encoder = JSONEncoder(fields: plan.outputSchema)
        let batch = RecordBatch(schema: plan.inputSchema)
        let output = ByteArena(capacity: 1 << 20)
        let clock = ThreadClock()
        var written = workload.start()
        while written.readings < workload.records {
            workload.fill(batch, &written)
            decode += clock.measure { decoder.decode(batch) }
            process += clock.measure { engine.process(batch) }
            takeRows(engine, encoder, output, clock)
        }
        let status = engine.status(of: 0)
        bytesPerGroup =
            status.map { Double($0.stateBytes) / Double(max(1, $0.openPanes)) } ?? 0
        engine.closeAllWindows(of: 0)
        takeRows(engine, encoder, output, clock)
        records = written.readings
        try check(engine, workload, written)
    }

    private mutating func takeRows(
        _ engine: QueryEngine, _ encoder: JSONEncoder, _ output: ByteArena,
        _ clock: ThreadClock
    ) {
        while true {
            var more = false
            emit += clock.measure { more = engine.nextRows() }
            guard more else { return }
            let (columns, selection) = (engine.results, engine.resultRows)
            output.removeAll()
            encode += clock.measure {
                for position in 0..<selection.count {
                    encoder.encode(columns, row: selection[position], to: output)
                }
            }
            rows += selection.count
            for position in 0..<selection.count {
                let row = selection[position]
                readings += columns[5].integers[row]
                weightedAverages += columns[3].doubles[row] * Double(columns[5].integers[row])
            }
        }
    }

    /// Every reading is in the result once for each of its windows, with its temperature.
    private func check(
        _ engine: QueryEngine, _ workload: Workload, _ written: Workload.Written
    ) throws {
        let counters = engine.counters
        let share = Double(readings) / Double(max(1, written.readings))
        let mean = weightedAverages / Double(max(1, readings))
        let expectedMean = Double(written.hundredths) / 100 / Double(written.readings)
        let isTumbling = workload.windows == "'1 minute'"
        guard counters.aggregated == written.readings, counters.deadLetters == 0,
            counters.late == 0, counters.rows == rows, isTumbling ? share == 1 : share > 1.9,
            !isTumbling || rows == written.groups, abs(mean - expectedMean) < 0.01
        else { throw WrongAnswer(description: "\(counters), mean \(mean), \(written.groups)") }
    }
}

/// Time that this thread had a processor, so that other work on the machine weighs less.
struct ThreadClock {
    func measure(_ work: () -> Void) -> Duration {
        let begin = now
        work()
        return now - begin
    }

    private var now: Duration {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}

struct WrongAnswer: Error, CustomStringConvertible {
    var description: String
}

extension Duration {
    /// Nanoseconds for each of `count` things.
    func nanoseconds(per count: Int) -> Double {
        let (seconds, attoseconds) = components
        return (Double(seconds) * 1e9 + Double(attoseconds) / 1e9) / Double(max(1, count))
    }
}
