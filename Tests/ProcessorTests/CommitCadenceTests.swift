import CommandLineSupport
import StreamSQL
import Streaming
import Testing

@testable import processor

/// How often a run commits, in time that is moved by hand.
@Suite struct CommitCadenceTests {
    /// Ten records a second, for so long; nothing at all after `silence`.
    private final class SteadySource: RecordSource {
        let time: ManualTime
        /// Event time between two records, in milliseconds.
        let step: Int64
        let end: Int64
        let silence: Int64
        private var offset: Int64 = 0

        init(_ time: ManualTime, step: Int64, seconds: Int64, silentAfter: Int64) {
            self.time = time
            self.step = step
            end = seconds * 1_000_000
            silence = silentAfter * 1_000_000
        }

        func poll(into batch: RecordBatch, waitMilliseconds: Int) -> PollResult {
            time.advance(by: .milliseconds(100))
            guard time.uptime() < end else { return .ended }
            guard time.uptime() <= silence else { return .open }
            let start = batch.bytes.count
            batch.bytes.append("{\"entity\":\"a\",\"time\":\"")
            let time = 1_714_557_600_000 + offset * step
            TextFormat.append(isoTimestamp: time * 1000, to: batch.bytes)
            batch.bytes.append("\"}")
            batch.append(
                valueStart: start, valueLength: batch.bytes.count - start, partition: 0,
                offset: offset, timestamp: RecordBatch.noTimestamp)
            offset += 1
            return .open
        }

        func commit() {}
        func close() {}
    }

    /// Notes when it was asked to commit, and with how many rows.
    private final class NotingDelivery: Delivery {
        let time: ManualTime
        var commits: [(uptime: Int64, rows: Int)] = []

        init(_ time: ManualTime) { self.time = time }

        func deliver(_ pending: PendingOutput, isLeaving: Bool) -> DeliveryResult {
            commits.append((time.uptime(), pending.messages.count))
            return .delivered
        }

        let partBytes = Int.max
        func deliverPart(_ pending: PendingOutput) -> Bool { false }
        func abandon() {}
        func settle() {}
        func close() {}
    }

    /// The commits of a run, but for the last one, at its end.
    private func commits(
        step: Int64, seconds: Int64, silentAfter: Int64 = .max / 1_000_000
    ) throws -> [(uptime: Int64, rows: Int)] {
        let pipeline = try Pipeline(
            text: """
                CREATE TABLE t (time TIMESTAMP, entity STRING) USING json OPTIONS (path '-');
                SELECT window.start AS start, entity, count(*) AS n
                FROM STREAM t WATERMARK time DELAY OF INTERVAL 3 MINUTES
                GROUP BY window(time, '1 minute'), entity
                """)
        let engine = QueryEngine(plan: pipeline.plan, zones: .none)
        engine.addPartition(0, .start(at: 0))
        let time = ManualTime()
        let delivery = NotingDelivery(time)
        let runner = PipelineRunner(
            engine: engine, delivery: delivery,
            writer: JSONRowWriter(schema: pipeline.plan.outputSchema), keyColumn: nil,
            sourceKeyColumn: nil, zones: .none, time: time,
            options: PipelineRunner.Options(
                policy: CommitPolicy(uptime: time.uptime()), emitsOnTrigger: true,
                closesAtEnd: false))
        try runner.run(
            SteadySource(time, step: step, seconds: seconds, silentAfter: silentAfter),
            isStopped: { false })
        return delivery.commits.dropLast()
    }

    private func intervals(_ commits: [(uptime: Int64, rows: Int)]) -> [Int64] {
        zip(commits.dropFirst(), commits).map { $0.uptime - $1.uptime }
    }

    @Test func withoutRowsProgressIsCommittedEveryFiveSecondsAndNoMoreOften() throws {
        let commits = try commits(step: 1, seconds: 601)
        #expect(commits.count == 120 && commits.allSatisfy { $0.rows == 0 })
        #expect(intervals(commits).allSatisfy { $0 >= 5_000_000 })
    }

    @Test func rowsAreCommittedEverySecondAndNoMoreOften() throws {
        // A minute of event time goes by in each second, and closes a window.
        let commits = try commits(step: 6_000, seconds: 601)
        #expect(commits.count > 580 && commits.count { $0.rows > 0 } > 580)
        #expect(intervals(commits).allSatisfy { $0 >= 1_000_000 })
    }

    @Test func withNothingNewNothingIsCommitted() throws {
        let commits = try commits(step: 1, seconds: 3_600, silentAfter: 7)
        #expect(commits.map(\.uptime) == [5_000_000, 10_000_000])
    }
}
