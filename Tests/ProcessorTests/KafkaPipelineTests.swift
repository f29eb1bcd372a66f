import EmbeddedBroker
import Foundation
import TestSupport
import Testing

/// Generator to processor over a broker: real processes, compared with a plain model of the log.
@Suite(.serialized) struct KafkaPipelineTests {
    private let harness: PipelineHarness

    init() throws { harness = try PipelineHarness() }

    @Test func rowsOfTwoProcessorsEqualTheModelAcrossARebalance() throws {
        let arguments = ["--group", "shared"] + PipelineHarness.patience
        let first = try harness.processor(arguments)
        try harness.generate(seed: 1, start: "2024-05-01T00:00:00Z")
        try waitUntil("the first processor writes") { try harness.rowCount() > 0 }
        let second = try harness.processor(arguments)
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
        try waitUntil("some rows are there") { try harness.rowCount() > 50 }
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

    @Test func windowsClosedAtTheEndOfARunAreNotOpenedByTheNext() throws {
        let close = ["--trigger", "available-now", "--at-end", "close"]
        try harness.generate(seed: 12, start: "2024-05-01T00:00:00Z")
        let first = try harness.processor(close).wait()
        #expect(first.status == 0, "\(first.errors)")
        let firstRows = try harness.rows().count
        // Its first minutes are windows that the first run has closed.
        try harness.generate(seed: 13, start: "2024-05-01T00:17:00Z")
        let second = try harness.processor(close).wait()
        #expect(second.status == 0, "\(second.errors)")
        let rows = try harness.rows()
        #expect(Set(rows.map(\.key)).count == rows.count, "a window has two rows")
        #expect(firstRows > 300 && rows.count > firstRows + 200)
        #expect(try recordsThatCameOut() == harness.read(PipelineHarness.raw).count)
    }

    @Test func quietPartitionsCloseTheirWindowsAndTheGroupKnows() throws {
        let query = [
            "--group", "quiet", "--set", "window_size=2 seconds",
            "--set", "watermark_delay=4 seconds",
        ]
        try harness.generate(seed: 14, start: "2024-05-01T00:00:00Z")
        let inLog = try harness.read(PipelineHarness.raw).count
        let first = try harness.processor(query + ["--idle-timeout", "1s"])
        try waitUntil("every record is in a row or late or a dead letter") {
            #expect(first.isRunning, "\(first.errorsSoFar)")
            return try recordsThatCameOut() >= inLog
        }
        // The offsets moved last when there were windows open; these have closed since.
        for partition in 0..<PipelineHarness.partitions {
            let end = try harness.broker.offsets(in: PipelineHarness.raw, partition: partition).end
            try waitUntil("\(partition) is committed with no window open") {
                let committed = harness.broker.committedOffset(
                    group: "quiet", topic: PipelineHarness.raw, partition: partition)
                return committed?.offset == end
                    && committed?.metadata.contains("c=\(end);") == true
            }
        }
        first.send(SIGKILL)
        #expect(first.wait().signal == SIGKILL)
        let second = try harness.processor(
            query + ["--trigger", "available-now", "--at-end", "close"])
        let outcome = second.wait()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try recordsThatCameOut() == inLog)
        let rows = try harness.rows()
        #expect(Set(rows.map(\.key)).count == rows.count && rows.count > 300)
    }

    private func recordsThatCameOut() throws -> Int {
        try harness.rows().reduce(0) { $0 + $1.readings }
            + harness.read("\(PipelineHarness.raw)-late").count
            + harness.read("\(PipelineHarness.raw)-dead-letter").count
    }

    @Test func atLeastOnceWorksWithoutTransactions() throws {
        try harness.generate(seed: 8, start: "2024-05-01T00:00:00Z")
        harness.broker.injectFault(
            .refuse(.invalidRequest), on: .initProducerID, times: nil)
        let arguments = [
            "--trigger", "available-now", "--delivery", "at-least-once",
            "--kafka", "enable.idempotence=false",
        ]
        // Without a rebalance it is each row once.
        let outcome = try harness.processor(arguments + PipelineHarness.patience).wait()
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
