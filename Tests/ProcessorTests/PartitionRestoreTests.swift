import CommandLineSupport
import Kafka
import Streaming
import Testing

@testable import processor

/// Where a partition begins, and when the program refuses to begin.
@Suite struct PartitionRestoreTests {
    private let partition = TopicPartition("raw", 2)
    private let progress = PartitionProgress(
        nextOffset: 100, replayOffset: 60, maximumEventTime: 5_000_000, boundary: 4_000_000)

    private func settings(latest: Bool = false, accepts: Bool = false) -> KafkaSource.Settings {
        KafkaSource.Settings(
            topic: "raw", group: "g", startsAtLatest: latest, queryHash: 7,
            acceptsQueryChange: accepts, stopsAtEnd: false, idleTimeout: .zero,
            maximumRecords: 100, partitionCount: 4)
    }

    private func restore(
        offset: Int64?, metadata: String, low: Int64 = 0, high: Int64 = 1_000,
        settings: KafkaSource.Settings? = nil, groupIsNew: Bool = false
    ) throws(ExitError) -> PartitionProgress {
        try PartitionRestore(
            partition: partition,
            commit: PartitionOffset(partition, offset: offset, metadata: metadata), low: low,
            high: high, settings: settings ?? self.settings()
        ).progress(groupIsNew: groupIsNew)
    }

    @Test func theCommittedTextSaysWhereToBegin() throws {
        let text = progress.metadata(queryHash: 7)
        #expect(try restore(offset: 100, metadata: text) == progress)
    }

    @Test func aNewGroupBeginsWhereTheTableSays() throws {
        let early = try restore(offset: nil, metadata: "", low: 5, groupIsNew: true)
        #expect(early == .start(at: 5))
        let late = try restore(
            offset: nil, metadata: "", low: 5, settings: settings(latest: true), groupIsNew: true)
        #expect(late == .start(at: 1_000))
    }

    @Test func aPartitionAddedLaterIsReadFromItsBeginning() throws {
        let added = try restore(
            offset: nil, metadata: "", low: 5, settings: settings(latest: true))
        #expect(added == .start(at: 5))
    }

    @Test func anOffsetWithoutTextIsAnOperatorsReset() throws {
        #expect(try restore(offset: 42, metadata: "") == .start(at: 42))
    }

    @Test(
        arguments: [
            // What open windows need has been deleted.
            (100, 61, 1_000, "begins at 61", "--to-offset 61"),
            // The log is shorter than what was processed.
            (100, 0, 99, "ends at 99", "--to-earliest"),
        ] as [(Int64, Int64, Int64, String, String)])
    func aLogThatDoesNotFitIsRefusedWithTheNumbers(
        _ offset: Int64, _ low: Int64, _ high: Int64, _ number: String, _ remedy: String
    ) {
        let error = #expect(throws: ExitError.self) {
            try restore(
                offset: offset, metadata: progress.metadata(queryHash: 7), low: low, high: high)
        }
        #expect(error?.status == .refused)
        #expect(error?.message.contains(number) == true && error?.message.contains(remedy) == true)
        #expect(error?.message.contains("raw [2]") == true)
    }

    @Test func anOperatorsResetBeyondTheLogIsRefusedToo() {
        #expect(throws: ExitError.self) { try restore(offset: 3, metadata: "", low: 4) }
    }

    @Test func foreignTextAndAnotherQueryAreRefused() throws {
        let foreign = #expect(throws: ExitError.self) {
            try restore(offset: 100, metadata: "someone else's")
        }
        #expect(foreign?.status == .refused && foreign?.message.contains("someone else's") == true)
        let text = progress.metadata(queryHash: 8)
        let other = #expect(throws: ExitError.self) { try restore(offset: 100, metadata: text) }
        #expect(other?.status == .refused)
        #expect(other?.message.contains("--accept-query-change") == true)
        let accepted = try restore(
            offset: 100, metadata: text, settings: settings(accepts: true))
        #expect(accepted == progress)
    }
}
