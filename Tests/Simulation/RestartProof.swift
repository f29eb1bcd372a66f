import StreamSQL
import Streaming

/// Restarts a query at offsets of a log: only the committed text is kept, the state is rebuilt from
/// it and the log, and must be the state of the run that was never interrupted, bit for bit.
///
/// To go on to the end of the log after each of n restarts would cost n² records. It is not needed:
/// the engine has no clock and no other input, so what it makes of the rest of the log is a
/// function of its state and that rest; and ``QueryEngine/stateImage(of:)`` holds all of the state
/// that later records meet. Equal images at n mean equal results from n on. What the argument rests
/// on, that the image leaves nothing out, is tested by going on to the end from some of the offsets
/// and comparing the results themselves.
package struct RestartProof: Sendable {
    /// What the queries of the proof are called.
    package enum Query: String, CaseIterable, Sendable {
        case tumbling, sliding
    }

    package let query: Query
    package let log: SensorLog
    private let pipeline: Pipeline

    package init(_ query: Query, _ log: SensorLog) throws {
        self.query = query
        self.log = log
        pipeline = try Pipeline(
            text: """
                CREATE TABLE t (time TIMESTAMP, entity STRING, temp DOUBLE, humidity DOUBLE)
                USING json OPTIONS (path '-');
                \(query == .tumbling ? Self.tumbling : Self.sliding)
                """)
    }

    private static let tumbling = """
        SELECT window.start AS start, entity, avg(temp) AS average, last(humidity) AS humidity,
          count(*) AS readings, stddev(temp) AS spread, min(entity) AS least,
          first(humidity, true) AS first_humidity, max(humidity) FILTER (WHERE temp > 0) AS top
        FROM STREAM t WATERMARK time DELAY OF INTERVAL 3 MINUTES
        WHERE temp > -9 AND time <> TIMESTAMP '2024-05-01 10:20:00'
        GROUP BY window(time, '1 minute'), entity
        """
    private static let sliding = """
        SELECT window.start AS start, entity, sum(temp) AS total, last(entity) AS name
        FROM STREAM t WATERMARK time DELAY OF INTERVAL 90 SECONDS
        GROUP BY window(time, '2 minutes', '50 seconds'), entity
        """

    /// What came of some restarts.
    package struct Outcome: Sendable {
        package var restarts = 0
        package var replayedRecords = 0
        /// Restarts that went on to the end of the log.
        package var continued = 0
        /// Rows, late records and dead letters of these, compared.
        package var results = 0
        /// Of one undisturbed run: for a log with nothing in it would prove nothing.
        package var rows = 0
        package var late = 0
        package var deadLetters = 0
        package var problems: [String] = []

        package init() {}

        package static func += (outcome: inout Outcome, more: Outcome) {
            outcome.restarts += more.restarts
            outcome.replayedRecords += more.replayedRecords
            outcome.continued += more.continued
            outcome.results += more.results
            (outcome.rows, outcome.late) = (more.rows, more.late)
            outcome.deadLetters = more.deadLetters
            outcome.problems += more.problems
        }
    }

    /// Restarts at each of `offsets`.
    /// - Parameter stride: every so many of them go on to the end of the log.
    package func run(_ offsets: Range<Int>, continuingEvery stride: Int) throws -> Outcome {
        var outcome = Outcome()
        let reference = Reference(pipeline, log)
        let hash = PartitionProgress.fingerprint(pipeline.membershipText)
        let run = EngineRun(pipeline)
        run.engine.addPartition(0, .start(at: 0))
        var random = Random(log.seed)
        var previous = run.engine.progress(of: 0)
        for offset in 0..<offsets.upperBound {
            if offset > 0 { _ = run.process(log.records, Int64(offset - 1)..<Int64(offset)) }
            guard offset >= offsets.lowerBound else { continue }
            let text = run.engine.progress(of: 0).metadata(queryHash: hash)
            let progress = try PartitionProgress(
                nextOffset: Int64(offset), metadata: text, queryHash: hash)
            check(progress, run, after: previous, text, &outcome.problems)
            previous = progress
            let restarted = EngineRun(pipeline)
            restarted.engine.addPartition(0, progress)
            let replayed = process(restarted, progress.replayOffset, Int64(offset), &random)
            let state = restarted.engine.stateImage(of: 0)
            if replayed != EngineRun.Results() || restarted.engine.counters.read > 0 {
                outcome.problems.append("the replay before \(offset) is not silent: \(replayed)")
            }
            if state != run.engine.stateImage(of: 0) {
                outcome.problems.append("the state rebuilt at \(offset) is another one")
            }
            outcome.restarts += 1
            outcome.replayedRecords += offset - Int(progress.replayOffset)
            guard offset % stride == 0 else { continue }
            var results = process(
                restarted, Int64(offset), Int64(log.records.count), &random)
            results.rows += restarted.close()
            outcome.continued += 1
            outcome.results += results.all.count
            if results != reference.results(from: offset) {
                outcome.problems.append("what follows a restart at \(offset) differs")
            }
        }
        (outcome.rows, outcome.late) = (reference.all.rows.count, reference.all.late.count)
        outcome.deadLetters = reference.all.deadLetters.count
        return outcome
    }

    private func check(
        _ progress: PartitionProgress, _ run: EngineRun, after previous: PartitionProgress,
        _ text: String, _ problems: inout [String]
    ) {
        if progress != run.engine.progress(of: 0) {
            problems.append("\(progress) does not read back from \(text)")
        }
        if progress.replayOffset < previous.replayOffset || progress.boundary < previous.boundary {
            problems.append("progress goes back from \(previous) to \(progress)")
        }
        if text.utf8.count > 200 { problems.append("long text: \(text)") }
    }

    /// Processes records `start..<end` in micro-batches of any size.
    private func process(
        _ run: EngineRun, _ start: Int64, _ end: Int64, _ random: inout Random
    ) -> EngineRun.Results {
        var results = EngineRun.Results()
        var position = start
        while position < end {
            let next = min(
                end, position + Int64(1 + random.below([2, 30, 2_000][random.below(3)])))
            results += run.process(log.records, position..<next)
            position = next
        }
        return results
    }

    /// One run, record by record, that nothing interrupts.
    private struct Reference {
        private(set) var all = EngineRun.Results()
        /// By offset: how many results of each kind come before.
        private var before: [(rows: Int, late: Int, deadLetters: Int)] = []

        init(_ pipeline: Pipeline, _ log: SensorLog) {
            let run = EngineRun(pipeline)
            run.engine.addPartition(0, .start(at: 0))
            for offset in 0...Int64(log.records.count) {
                before.append((all.rows.count, all.late.count, all.deadLetters.count))
                guard offset < log.records.count else { break }
                all += run.process(log.records, offset..<offset + 1)
            }
            all.rows += run.close()
        }

        func results(from offset: Int) -> EngineRun.Results {
            let first = before[offset]
            return EngineRun.Results(
                rows: Array(all.rows[first.rows...]), late: Array(all.late[first.late...]),
                deadLetters: Array(all.deadLetters[first.deadLetters...]))
        }
    }
}
