import Simulation
import StreamSQL
import Streaming
import TestSupport
import Testing

/// Results depend on the log alone: not on how it is cut into batches, nor on where a run ended and
/// the next one went on.
@Suite struct ContinuationTests {
    static let tumbling = """
        SELECT window.start AS start, entity, avg(temp) AS average, last(humidity) AS humidity,
          count(*) AS readings, stddev(temp) AS spread, min(entity) AS least,
          first(humidity, true) AS first_humidity, max(humidity) FILTER (WHERE temp > 0) AS top
        FROM STREAM t WATERMARK time DELAY OF INTERVAL 3 MINUTES
        WHERE temp > -9 AND time < TIMESTAMP '2024-05-01 10:20:00'
        GROUP BY window(time, '1 minute'), entity
        """
    /// All that happened to a log from an offset on.
    private struct Outcome: Equatable {
        var rows: [String] = []
        var late: [Int64] = []
        var deadLetters: [QueryHarness.DeadLetter] = []

        mutating func add(_ step: QueryHarness.Step) {
            rows += step.rows
            late += step.late
            deadLetters += step.deadLetters
        }
    }

    private func harness(_ select: String, mode: OutputMode = .append) throws -> QueryHarness {
        try QueryHarness(
            """
            CREATE TABLE t (time TIMESTAMP, entity STRING, temp DOUBLE, humidity DOUBLE)
            USING json OPTIONS (path '-');
            \(select)
            """, outputMode: mode, maximumFutureSkewMilliseconds: 60_000)
    }

    @Test(arguments: [1, 7, 1_000])
    func rowsDoNotDependOnTheSizeOfBatches(_ size: Int) throws {
        let log = SensorLog(count: 3_000, seed: SeededRandom().seed)
        let whole = try harness(Self.tumbling)
        whole.engine.addPartition(0, .start(at: 0))
        var expected = Outcome()
        expected.add(whole.process(log.messages))
        let cut = try harness(Self.tumbling)
        cut.engine.addPartition(0, .start(at: 0))
        var actual = Outcome()
        for start in stride(from: 0, to: log.messages.count, by: size) {
            let end = min(start + size, log.messages.count)
            actual.add(cut.process(log.messages[start..<end]))
        }
        #expect(actual == expected && expected.rows.count > 100, "seed \(log.seed)")
        let counters = cut.engine.counters
        #expect(
            counters.aggregated + counters.filtered + counters.late + counters.deadLetters
                == counters.read)
        #expect(counters.late > 0 && counters.deadLetters > 0 && counters.filtered > 0)
    }

    @Test func aReplayedChangeIsNotEmittedAgainInUpdateMode() throws {
        let log = SensorLog(count: 400, seed: SeededRandom().seed)
        let first = try harness(Self.tumbling, mode: .update)
        first.engine.addPartition(0, .start(at: 0))
        _ = first.process(log.messages)
        #expect(!first.emitOpenWindows().rows.isEmpty)
        let progress = first.engine.progress(of: 0)
        let second = try harness(Self.tumbling, mode: .update)
        second.engine.addPartition(0, progress)
        _ = second.process(log.messages[Int(progress.replayOffset)...])
        #expect(second.emitOpenWindows().rows.isEmpty)
    }

    /// The windows that `--at-end close` has closed are not opened by the next run's records.
    @Test(arguments: ["'1 minute'", "'2 minutes', '50 seconds'"])
    func whatWasClosedAtTheEndStaysClosed(_ window: String) throws {
        let select = """
            SELECT window.start AS start, entity, count(*) AS readings
            FROM STREAM t WATERMARK time DELAY OF INTERVAL 3 MINUTES
            GROUP BY window(time, \(window)), entity
            """
        let log = SensorLog(count: 1_200, seed: SeededRandom().seed)
        var rows: [String] = []
        var progress = PartitionProgress.start(at: 0)
        var counters = Counters()
        // Four runs, each to the end of what was there, with nothing but the text in between.
        for end in [300, 301, 700, 1_200] {
            let run = try harness(select)
            run.engine.addPartition(0, progress)
            let step = run.process(log.messages[Int(progress.replayOffset)..<end])
            rows += step.rows + run.close().rows
            let before = progress
            progress = try PartitionProgress(
                nextOffset: Int64(end),
                metadata: run.engine.progress(of: 0).metadata(queryHash: 7), queryHash: 7)
            #expect(progress.replayOffset == end, "no window is open")
            #expect(progress.boundary >= before.boundary)
            counters.read += run.engine.counters.read
            counters.aggregated += run.engine.counters.aggregated
            counters.late += run.engine.counters.late
            counters.deadLetters += run.engine.counters.deadLetters
        }
        let names = rows.map { $0.prefix { $0 != "}" }.split(separator: ",").prefix(2) }
        #expect(Set(names).count == rows.count && rows.count > 20, "seed \(log.seed)")
        #expect(counters.read == 1_200)
        #expect(counters.aggregated + counters.late + counters.deadLetters == counters.read)
        #expect(counters.late > 60, "what came for closed windows, seed \(log.seed)")
    }
}

extension SensorLog {
    /// The records with their places in the log.
    fileprivate var messages: [QueryHarness.Message] {
        records.enumerated().map { index, record in
            QueryHarness.Message(
                value: record.value.map { String(decoding: $0, as: UTF8.self) },
                offset: Int64(index), timestamp: record.timestamp)
        }
    }
}
