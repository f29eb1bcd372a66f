import EmbeddedBroker
import Foundation
import TestSupport
import Testing

/// A window whose rows are too many to be kept until they are committed: they go ahead in parts,
/// and if their transaction fails they are made again from the log.
@Suite(.serialized) struct LargeResultTests {
    private static let vehicles = 15_000
    private static let query = """
        \(PipelineHarness.noteTables)
        INSERT INTO longest
        SELECT window.start AS start, entity, repeat(max(note), 60) AS notes, count(*) AS readings
        FROM STREAM notes WATERMARK time DELAY OF INTERVAL 1 MINUTE
        GROUP BY window(time, '1 minute'), entity
        """

    private let harness: PipelineHarness

    init() throws { harness = try PipelineHarness() }

    /// What hits the one transaction that there has to be.
    enum Trouble: CaseIterable {
        case none
        /// A batch of a part is refused, so that the transaction must be aborted.
        case partRefused
        /// The group is said to have gone on without the member.
        case membershipLost
        /// The answer to the commit is lost, and the coordinator is away for a while.
        case commitUnanswered
    }

    private func inject(_ trouble: Trouble) {
        switch trouble {
        case .none: break
        case .partRefused:
            harness.broker.injectFault(.refuse(.topicAuthorizationFailed), on: .produce)
        case .membershipLost:
            harness.broker.injectFault(.refuse(.illegalGeneration), on: .transactionOffsetCommit)
        case .commitUnanswered:
            harness.broker.injectFault(.loseReply, on: .endTransaction)
        }
    }

    private func reading(_ vehicle: Int, minute: Int) -> BrokerRecord {
        let time = "2024-05-01T00:0\(minute):00Z"
        let value = #"{"time":"\#(time)","entity":"\#(vehicle)","note":"\#(time)"}"#
        return BrokerRecord(
            timestamp: 1_714_521_600_000 + Int64(minute) * 60_000,
            key: Array("\(vehicle)".utf8), value: Array(value.utf8))
    }

    @Test(arguments: Trouble.allCases)
    func eachRowIsThereOnceAndInOrder(after trouble: Trouble) throws {
        let readings = (0..<Self.vehicles).map { reading($0, minute: 0) }
        for start in stride(from: 0, to: readings.count, by: 5_000) {
            let end = min(start + 5_000, readings.count)
            try harness.broker.append(Array(readings[start..<end]), to: PipelineHarness.raw)
        }
        try harness.broker.append([reading(0, minute: 9)], to: PipelineHarness.raw)
        inject(trouble)
        let query = try TemporaryFile(Self.query, suffix: "sql")
        let outcome = try harness.processor(
            [
                "--group", "large", "--trigger", "available-now",
                "--kafka", "transaction.timeout.ms=120000",
            ] + PipelineHarness.patience, query: query.path
        ).wait()
        #expect(outcome.status == 0, "\(outcome.errors)")
        // A part may hear of a refused batch while it is at hand, and then it is sent again.
        if trouble != .partRefused {
            let isMadeAgain = outcome.errors.contains("were not committed")
            #expect(isMadeAgain == (trouble == .membershipLost), "\(outcome.errors)")
        }
        let rows = try harness.read(PipelineHarness.aggregated)
        #expect(rows.count == Self.vehicles)
        #expect(rows.reduce(0) { $0 + ($1.record.value?.count ?? 0) } > 16 << 20)
        #expect(Set(rows.compactMap(\.record.key)).count == Self.vehicles)
        for partition in 0..<PipelineHarness.partitions {
            let keys = rows.filter { $0.partition == partition }
                .compactMap { $0.record.key.map { String(decoding: $0, as: UTF8.self) } }
            #expect(keys == keys.sorted() && !keys.isEmpty)
        }
    }
}
