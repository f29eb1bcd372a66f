import StreamSQL
import Streaming
import TestSupport
import Testing

/// Spark with one message per micro-batch is what the engine equals, step by step and bit by bit.
@Suite struct PerRecordOracleTests {
    static let cases = (try? OracleCase.load("per-record")) ?? []

    /// Recorded cases of features that the engine does not have.
    static let leftOut = [
        "aggregations-approx-count-distinct", "aggregations-percentile-approx",
        "session-basic", "session-bridge", "session-gap-edge", "session-last-order",
        "session-late", "session-random-7", "session-same-start",
    ]

    @Test func everyCaseIsRunOrNamedAsLeftOut() {
        #expect(Self.cases.count == 89)
        #expect(Self.cases.filter { !$0.isSupported }.map(\.name) == Self.leftOut)
    }

    @Test(arguments: cases.filter(\.isSupported))
    func equalsSparkRecordByRecord(_ recorded: OracleCase) throws {
        let mode = try #require(OutputMode(rawValue: recorded.query.outputMode))
        let harness = try QueryHarness(recorded.sql, outputMode: mode)
        harness.engine.addPartition(0, .start(at: 0))
        for (offset, record) in try #require(recorded.records).enumerated() {
            let lateBefore = harness.engine.counters.latePairs
            let step = harness.process([.init(value: record.input, offset: Int64(offset))])
            let rows = step.rows + harness.emitOpenWindows().rows
            let comment = Comment(rawValue: "\(recorded.name), record \(offset)")
            #expect(rows.sorted(by: utf8) == record.emitted, comment)
            let status = try #require(harness.engine.status(of: 0))
            #expect(isoText(status.watermark) == record.watermarkAfter, comment)
            #expect(harness.engine.counters.latePairs - lateBefore == record.dropped, comment)
            #expect(status.openPanes == record.stateRows, comment)
        }
    }
}

/// The order of bytes, in which the recorded rows are sorted.
func utf8(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
}

/// A timestamp as Spark reports a watermark.
func isoText(_ microseconds: Int64) -> String {
    text { TextFormat.append(isoTimestamp: microseconds, to: $0) }
}
