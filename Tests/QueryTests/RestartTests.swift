import StreamSQL
import Streaming
import Testing

/// A restart at any offset rebuilds the state from the log and the committed text alone, and goes
/// on as if nothing had happened.
@Suite struct RestartTests {
    static let tumbling = """
        SELECT window.start AS start, entity, avg(temp) AS average, last(humidity) AS humidity,
          count(*) AS readings, stddev(temp) AS spread, min(entity) AS least,
          first(humidity, true) AS first_humidity, max(humidity) FILTER (WHERE temp > 0) AS top
        FROM STREAM t WATERMARK time DELAY OF INTERVAL 3 MINUTES
        WHERE temp > -9 AND time < TIMESTAMP '2024-05-01 10:20:00'
        GROUP BY window(time, '1 minute'), entity
        """
    static let sliding = """
        SELECT window.start AS start, entity, sum(temp) AS total, last(entity) AS name
        FROM STREAM t WATERMARK time DELAY OF INTERVAL 90 SECONDS
        GROUP BY window(time, '2 minutes', '50 seconds'), entity
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

    @Test(arguments: [tumbling, sliding])
    func stateAfterARestartAtEveryOffsetIsTheSame(_ select: String) throws {
        let log = SensorLog(count: 2_000)
        let reference = try harness(select)
        reference.engine.addPartition(0, .start(at: 0))
        let hash = PartitionProgress.fingerprint(reference.pipeline.membershipText)
        var previous: PartitionProgress?
        for (index, message) in log.messages.enumerated() {
            _ = reference.process(CollectionOfOne(message))
            let progress = reference.engine.progress(of: 0)
            let text = progress.metadata(queryHash: hash)
            let read = try PartitionProgress(
                nextOffset: progress.nextOffset, metadata: text, queryHash: hash)
            #expect(read == progress && text.utf8.count <= 200)
            if let previous {
                #expect(progress.replayOffset >= previous.replayOffset)
                #expect(progress.boundary >= previous.boundary)
            }
            previous = progress
            guard index % 7 == 0 || index > 1_900 else { continue }
            let restarted = try harness(select)
            restarted.engine.addPartition(0, read)
            let replay = Int(read.replayOffset)..<Int(read.nextOffset)
            let step = restarted.process(log.messages[replay])
            #expect(step == QueryHarness.Step(), "replay emits nothing, seed \(log.seed)")
            #expect(restarted.engine.counters.read == 0)
            #expect(
                restarted.engine.stateFingerprint(of: 0)
                    == reference.engine.stateFingerprint(of: 0),
                "restart at \(index + 1), seed \(log.seed)")
        }
    }

    @Test(arguments: [tumbling, sliding])
    func goingOnAfterARestartGivesTheSameRows(_ select: String) throws {
        let log = SensorLog(count: 1_500)
        for cut in stride(from: 0, through: log.messages.count, by: 125) {
            let whole = try harness(select)
            whole.engine.addPartition(0, .start(at: 0))
            _ = whole.process(log.messages[..<cut])
            var expected = Outcome()
            expected.add(whole.process(log.messages[cut...]))
            expected.add(whole.close())

            let first = try harness(select)
            first.engine.addPartition(0, .start(at: 0))
            _ = first.process(log.messages[..<cut])
            let progress = first.engine.progress(of: 0)
            let second = try harness(select)
            second.engine.addPartition(0, progress)
            var actual = Outcome()
            actual.add(second.process(log.messages[Int(progress.replayOffset)...]))
            actual.add(second.close())
            #expect(actual == expected, "restart at \(cut), seed \(log.seed)")
            #expect(!expected.rows.isEmpty)
        }
    }

    @Test(arguments: [1, 7, 1_000])
    func rowsDoNotDependOnTheSizeOfBatches(_ size: Int) throws {
        let log = SensorLog(count: 3_000)
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
        let log = SensorLog(count: 400)
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
}
