import EmbeddedBroker
import Foundation
import TestSupport
import Testing

/// How many transactions a broker gets from a processor.
///
/// The upper bounds follow from the time that the run was seen to take, so that they hold on a slow
/// machine, too.
@Suite(.serialized) struct TransactionCountTests {
    private let harness: PipelineHarness

    init() throws { harness = try PipelineHarness() }

    /// Runs a processor beside a generator until all that is there is committed, and ends it.
    ///
    /// - Returns: transactions, and the seconds from before the start until after the end.
    private func transactions(
        duration: String, speed: String, until isEnough: () throws -> Bool
    ) throws -> (count: Int, seconds: Double) {
        let clock = ContinuousClock()
        let start = clock.now
        let processor = try harness.processor(
            ["--trigger", "1s", "--group", "counted"] + PipelineHarness.patience)
        let generator = try harness.generator(
            seed: 31, start: "2024-05-01T00:00:00Z", duration: duration, speed: speed,
            ["--late", "0", "--malformed", "0"])
        #expect(generator.wait().status == 0)
        try waitUntil("what is wanted is there") { try isEnough() }
        try waitUntil("all is committed") { try committed() == logEnd() }
        processor.send(SIGTERM)
        let outcome = processor.wait()
        #expect(outcome.status == 0, "\(outcome.errors)")
        let elapsed = (clock.now - start) / .seconds(1)
        #expect(try committed() == logEnd())
        // The offsets of each are in it, and nowhere else.
        let count = harness.broker.requestCount(.endTransaction)
        #expect(harness.broker.requestCount(.transactionOffsetCommit) >= count)
        #expect(harness.broker.requestCount(.offsetCommit) == 0)
        return (count, elapsed)
    }

    private func committed() -> Int64 {
        (0..<PipelineHarness.partitions).reduce(0) { sum, partition in
            let offset = harness.broker.committedOffset(
                group: "counted", topic: PipelineHarness.raw, partition: partition)
            return sum + (offset?.offset ?? 0)
        }
    }

    private func logEnd() throws -> Int64 {
        try (0..<PipelineHarness.partitions).reduce(0) { sum, partition in
            sum + (try harness.broker.offsets(in: PipelineHarness.raw, partition: partition).end)
        }
    }

    @Test func withoutRowsThereIsATransactionEveryFiveSecondsAtMost() throws {
        let (count, seconds) = try transactions(duration: "11s", speed: "1") { true }
        for topic in ["-aggregated", "-raw-late", "-raw-dead-letter"] {
            let records = try harness.read("sensor-data\(topic)")
            #expect(records.isEmpty, "\(topic): \(records.first?.record.text ?? "")")
        }
        // One more for what is left at the end.
        #expect(count >= 2 && count <= Int(seconds / 5) + 1, "\(count) in \(seconds) s")
    }

    @Test func withRowsThereIsATransactionEverySecondAtMost() throws {
        let (count, seconds) = try transactions(duration: "4s", speed: "300") {
            try harness.rowCount() > 200
        }
        #expect(count >= 2 && count <= Int(seconds) + 1, "\(count) in \(seconds) s")
    }
}
