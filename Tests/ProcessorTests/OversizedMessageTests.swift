import EmbeddedBroker
import Foundation
import TestSupport
import Testing

/// Rows and records that are larger than what the brokers or the client take: they are cut, told of
/// in the dead-letter topic, and hold up nothing.
@Suite(.serialized) struct OversizedMessageTests {
    private static let query = """
        \(PipelineHarness.noteTables)
        INSERT INTO longest
        SELECT window.start AS start, entity, max(note) AS first_note, min(note) AS last_note
        FROM STREAM notes WATERMARK time DELAY OF INTERVAL 1 MINUTE
        GROUP BY window(time, '1 minute'), entity
        """

    private func record(_ entity: String, minute: Int, _ note: String) -> BrokerRecord {
        BrokerRecord(
            timestamp: 1_714_521_600_000 + Int64(minute) * 60_000, key: Array(entity.utf8),
            value: Array(
                """
                {"time":"2024-05-01T00:\(minute < 10 ? "0" : "")\(minute):00Z",\
                "entity":"\(entity)","note":"\(note)"}
                """.utf8))
    }

    private func headers(_ record: BrokerRecord) -> [String: String] {
        Dictionary(
            record.headers.map { ($0.name, String(decoding: $0.value ?? [], as: UTF8.self)) }
        ) { first, _ in first }
    }

    /// Runs the query over the records to their end.
    private func run(_ harness: PipelineHarness, _ records: [BrokerRecord]) throws
        -> Program.Outcome
    {
        for record in records { try harness.broker.append([record], to: PipelineHarness.raw) }
        let query = try TemporaryFile(Self.query, suffix: "sql")
        return try harness.processor(
            [
                "--group", "notes", "--trigger", "available-now", "--kafka",
                "compression.codec=none",
            ], query: query.path
        ).wait(seconds: 120)
    }

    /// - Parameters:
    ///   - limit: of the brokers for the output topics, in bytes.
    ///   - length: of a note, of which the row has two; the input topic takes it.
    @Test(arguments: [(9_000, 20_000), (1_048_588, 700_000)])
    func aRowThatIsTooLargeIsCutIntoTheDeadLetters(limit: Int, length: Int) throws {
        let harness = try PipelineHarness(maximumBatchBytes: limit)
        let long = String(repeating: "n", count: length)
        let outcome = try run(
            harness,
            [
                record("car", minute: 0, "short"), record("van", minute: 0, long),
                record("car", minute: 1, "short"), record("car", minute: 5, "short"),
            ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let rows = try harness.read(PipelineHarness.aggregated).map(\.record.text)
        #expect(rows.count == 2 && rows.allSatisfy { $0?.contains("car") ?? false })
        let letters = try harness.read("\(PipelineHarness.raw)-dead-letter").map(\.record)
        let letter = try #require(letters.first)
        #expect(letters.count == 1)
        let headers = headers(letter)
        #expect(headers["reason"]?.contains("row larger") ?? false)
        #expect(headers["truncated"] == "true")
        #expect(headers["length"].flatMap { Int($0) } ?? 0 > length * 2)
        #expect(letter.text?.hasPrefix("{\"start\":\"2024-05-01T00:00:00.000Z\"") ?? false)
        #expect(letter.value?.count ?? 0 < limit)

        let again = try run(harness, [record("car", minute: 9, "short")])
        #expect(again.status == 0, "\(again.errors)")
        #expect(try harness.read(PipelineHarness.aggregated).count == 3)
    }

    @Test func recordsThatAreTooLargeToBePutAsideAreCut() throws {
        let harness = try PipelineHarness(maximumBatchBytes: 9_000)
        let long = String(repeating: "n", count: 20_000)
        let broken = BrokerRecord(
            timestamp: 1_714_521_600_000, key: Array("car".utf8), value: Array(long.utf8))
        let outcome = try run(
            harness,
            [record("car", minute: 9, "short"), broken, record("car", minute: 0, long)])
        #expect(outcome.status == 0, "\(outcome.errors)")
        for topic in ["late", "dead-letter"] {
            let found = try harness.read("\(PipelineHarness.raw)-\(topic)").map(\.record)
            let headers = headers(try #require(found.first))
            #expect(found.count == 1)
            #expect(headers["truncated"] == "true" && headers["offset"] != nil)
            #expect(headers["length"].flatMap { Int($0) } ?? 0 >= 20_000, "\(headers)")
        }
    }

    @Test func aBrokerThatTakesNextToNothingIsAnErrorAndNoHang() throws {
        let harness = try PipelineHarness(maximumBatchBytes: 100)
        let outcome = try run(
            harness, [record("car", minute: 0, "short"), record("car", minute: 5, "short")])
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("cannot deliver"), "\(outcome.errors)")
    }
}
