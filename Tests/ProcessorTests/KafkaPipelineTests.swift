import EmbeddedBroker
import Foundation
import TestSupport
import Testing

/// Generator to processor over a broker: real processes, compared with a plain model of the log.
@Suite(.serialized) struct KafkaPipelineTests {
    private let harness: PipelineHarness

    init() throws { harness = try PipelineHarness() }

    @Test func rowsOfTwoProcessorsEqualTheModelAcrossARebalance() throws {
        let first = try harness.processor(["--group", "shared"])
        try harness.generate(seed: 1, start: "2024-05-01T00:00:00Z")
        try waitUntil("the first processor writes") { try !harness.rows().isEmpty }
        let second = try harness.processor(["--group", "shared"])
        try waitUntil("partitions move") {
            second.errorsSoFar.contains("partitions assigned")
                && first.errorsSoFar.contains("partitions revoked")
        }
        try harness.generate(seed: 2, start: "2024-05-01T00:20:00Z")
        try harness.expectExactly(running: [first, second])
        for program in [first, second] { program.send(SIGTERM) }
        for program in [first, second] {
            let outcome = program.wait()
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        try harness.expectExactly(running: [])
    }

    @Test func aKilledProcessorLeavesNothingOutAndNothingTwice() throws {
        try harness.generate(seed: 3, start: "2024-05-01T00:00:00Z")
        let first = try harness.processor(["--max-batch", "50"])
        try waitUntil("some rows are there") { try harness.rows().count > 50 }
        first.send(SIGKILL)
        #expect(first.wait().signal == SIGKILL)
        try harness.generate(seed: 4, start: "2024-05-01T00:20:00Z")
        let second = try harness.processor()
        try harness.expectExactly(running: [second])
        second.send(SIGINT)
        #expect(second.wait().status == 0)
    }

    @Test func availableNowStopsAtTheEndAndGoesOnThereNextTime() throws {
        try harness.generate(seed: 5, start: "2024-05-01T00:00:00Z")
        let first = try harness.processor(["--trigger", "available-now"]).wait()
        #expect(first.status == 0, "\(first.errors)")
        try harness.expectExactly(running: [])
        try harness.generate(seed: 6, start: "2024-05-01T00:20:00Z")
        let second = try harness.processor(["--trigger", "available-now"]).wait()
        #expect(second.status == 0, "\(second.errors)")
        #expect(second.errors.contains("replaying"))
        try harness.expectExactly(running: [])
    }

    @Test func atLeastOnceWorksWithoutTransactions() throws {
        try harness.generate(seed: 8, start: "2024-05-01T00:00:00Z")
        harness.broker.injectFault(
            .refuse(.invalidRequest), on: .initProducerID, times: nil)
        let now = ["--trigger", "available-now", "--kafka", "enable.idempotence=false"]
        let outcome = try harness.processor(now + ["--delivery", "at-least-once"]).wait()
        #expect(outcome.status == 0, "\(outcome.errors)")
        try harness.expectExactly(running: [])
    }

    @Test func answersThatAreLostChangeNothing() throws {
        try harness.generate(seed: 9, start: "2024-05-01T00:00:00Z")
        for api in [
            APIKey.addPartitionsToTransaction, .addOffsetsToTransaction, .transactionOffsetCommit,
            .produce, .endTransaction,
        ] {
            harness.broker.injectFault(.loseReply, on: api)
        }
        let processor = try harness.processor(["--max-batch", "100"])
        try harness.expectExactly(running: [processor])
        harness.broker.disconnectAll()
        try harness.generate(seed: 10, start: "2024-05-01T00:20:00Z")
        try harness.expectExactly(running: [processor])
        processor.send(SIGTERM)
        #expect(processor.wait().status == 0)
    }

    @Test func aBrokerThatTakesSmallBatchesOnlyGetsThem() throws {
        let harness = try PipelineHarness(maximumBatchBytes: 9_000)
        try harness.generate(seed: 11, start: "2024-05-01T00:00:00Z")
        let arguments = ["--trigger", "available-now", "--kafka", "compression.codec=none"]
        let outcome = try harness.processor(arguments).wait()
        #expect(outcome.status == 0 && outcome.errors.contains("trying smaller"))
        try harness.expectExactly(running: [])
    }

    @Test func aMissingOutputTopicIsRefusedWithTheCommandThatCreatesIt() throws {
        try harness.broker.deleteTopic(PipelineHarness.aggregated)
        let outcome = try harness.processor().wait()
        #expect(outcome.status == 2)
        #expect(
            outcome.errors.contains("kafka-topics.sh")
                && outcome.errors.contains(PipelineHarness.aggregated))
    }

    @Test func aMissingSourceTopicIsThreeWithinTheWait() throws {
        try harness.broker.deleteTopic(PipelineHarness.raw)
        let outcome = try harness.processor(["--wait", "5s"]).wait()
        #expect(outcome.status == 3 && outcome.errors.contains(PipelineHarness.raw))
    }

    @Test func aGroupByWithoutTheKeyIsRefusedOnSeveralPartitions() throws {
        let text = try String(contentsOfFile: CommandLineTests.vehicles, encoding: .utf8)
        let file = try TemporaryFile(
            text.replacing(", key 'entity', startingOffsets", with: ", startingOffsets"),
            suffix: "sql")
        let arguments = ["run", file.path, "--brokers", harness.broker.bootstrapServers]
        let outcome = try Program.run("processor", arguments)
        #expect(outcome.status == 2 && outcome.errors.contains("--allow-partial-rows"))
    }

    @Test func anotherQueryIsRefusedUnlessAccepted() throws {
        try harness.generate(seed: 7, start: "2024-05-01T00:00:00Z")
        let now = ["--trigger", "available-now"]
        #expect(try harness.processor(now).wait().status == 0)
        let changed = now + ["--set", "window_size=2 minutes"]
        let refused = try harness.processor(changed).wait()
        #expect(refused.status == 4 && refused.errors.contains("--accept-query-change"))
        let accepted = try harness.processor(changed + ["--accept-query-change"]).wait()
        #expect(accepted.status == 0, "\(accepted.errors)")
    }
}
