import Foundation
import StreamSQL
import Streaming
import TestSupport
import Testing

/// Spark's recorded values of expressions, row for row, through decoder, analyzer, engine and
/// encoder.
@Suite struct ExpressionValueTests {
    /// An expression of the recording with what Spark gave for each row or group.
    struct Recorded: CustomTestStringConvertible, Sendable {
        struct Answer: Sendable {
            /// The id of the row, or the group's value of `ok`.
            var place: String
            /// `to_json(struct(expression AS v))`.
            var value: String?
            var error: String?
        }

        var sql: String
        var isAggregate: Bool
        var answers: [Answer]

        var testDescription: String { sql }
    }

    static let schema =
        (try? OracleFiles.object("functions/expressions.json")["schema"] as? String) ?? ""

    /// The JSON lines of the table, in the order of their ids.
    static let table = ((try? OracleFiles.rows("functions/expressions.json", "table")) ?? [])
        .compactMap { $0["input"] as? String }

    /// What has values; the analyzer's tests deal with the rest.
    static let recorded: [Recorded] =
        ["functions/expressions.json", "functions/further-expressions.json"]
        .flatMap { (try? OracleFiles.rows($0, "expressions")) ?? [] }
        .compactMap { entry in
            guard let sql = entry["sql"] as? String, let rows = entry["rows"] as? [[String: Any]]
            else {
                return nil
            }
            return Recorded(
                sql: sql, isAggregate: entry["category"] as? String == "aggregate",
                answers: rows.map { row in
                    let place =
                        if let id = row["id"] as? Int { "\(id)" } else {
                            (row["ok"] as? Bool).map { "\($0)" } ?? "null"
                        }
                    return Recorded.Answer(
                        place: place, value: (row["shortest"] ?? row["value"]) as? String,
                        error: row["error"] as? String)
                })
        }

    /// Why the row that we give is another one than Spark's.
    enum Difference {
        /// JDK 17 prints more digits of a FLOAT than it takes to tell it from its neighbours; later
        /// ones print the shortest text, and so do we.
        case digitsOfFloat
        /// Spark aggregates what is not of fixed size by sorting, so that which record is first or
        /// last does not go by the order of records.
        case sortedAggregation
        /// Spark folds the records of a task first and then merges them: other last digits.
        case twoStageFolding
    }

    /// Each expression that differs, with the rows or groups for which it does.
    static let differing: [String: (reason: Difference, places: Set<String>)] = [
        "float(temp)": (.digitsOfFloat, ["10", "13"]),
        "float(big)": (.digitsOfFloat, ["9", "14"]),
        "float(s)": (.digitsOfFloat, ["13"]),
        "try_cast(s AS FLOAT)": (.digitsOfFloat, ["13"]),
        "first_value(entity)": (.sortedAggregation, ["false"]),
        "last_value(entity)": (.sortedAggregation, ["false"]),
        "any_value(entity)": (.sortedAggregation, ["false"]),
        "first(s) FILTER (WHERE s IS NOT NULL)": (.sortedAggregation, ["false"]),
        "last(a)": (.sortedAggregation, ["false"]),
        "stddev(humidity)": (.twoStageFolding, ["true"]),
    ]

    /// Whether the answer is Spark's or, where it is named as differing, is not.
    private func expect(
        _ isEqual: Bool, _ recorded: Recorded, _ place: String, _ ours: [String]
    ) {
        let differs = Self.differing[recorded.sql]?.places.contains(place) ?? false
        #expect(isEqual != differs, "\(recorded.sql), \(place): \(ours)")
    }

    private static func pipeline(_ recorded: Recorded) -> Pipeline? {
        let create = "CREATE TABLE t (\(schema), wt TIMESTAMP) USING json OPTIONS (path '-');"
        let select =
            recorded.isAggregate
            ? """
            SELECT ok, \(recorded.sql) AS v FROM t WATERMARK wt DELAY OF INTERVAL 1 DAY
            GROUP BY window(wt, '1 minute'), ok
            """ : "SELECT \(recorded.sql) AS v FROM t"
        return try? Pipeline(text: create + select)
    }

    @Test func theRecordingIsThere() {
        #expect(Self.table.count == 15)
        #expect(Self.recorded.count == 774)
        // Those that the analyzer refuses, because they use what there is not, are named in its
        // tests.
        #expect(Self.recorded.count { Self.pipeline($0) == nil } == Self.refused)
    }

    static let refused = 49

    @Test(arguments: recorded.filter { !$0.isAggregate })
    func valuesAreThoseOfSpark(_ recorded: Recorded) throws {
        guard let pipeline = Self.pipeline(recorded) else { return }
        let harness = QueryHarness(pipeline)
        harness.engine.addPartition(0, .start(at: 0))
        #expect(recorded.answers.count == Self.table.count)
        for (row, answer) in recorded.answers.enumerated() {
            let step = harness.process([.init(value: Self.table[row], offset: Int64(row))])
            let ours = step.rows + step.deadLetters.map(\.reason)
            let theirs = [answer.error ?? answer.value].compactMap { $0 }
            expect(ours == theirs, recorded, answer.place, ours)
        }
    }

    @Test(arguments: recorded.filter(\.isAggregate))
    func aggregatesAreThoseOfSpark(_ recorded: Recorded) throws {
        guard let pipeline = Self.pipeline(recorded) else { return }
        let harness = QueryHarness(pipeline)
        harness.engine.addPartition(0, .start(at: 0))
        let messages = Self.table.enumerated().map { row, line in
            QueryHarness.Message(
                value: #"{"wt":"2024-01-01T00:00:00Z","# + line.dropFirst(), offset: Int64(row))
        }
        let step = harness.process(messages)
        let end = harness.close()
        for answer in recorded.answers {
            // Where Spark stops, the records that fail, or the row, are dead letters here.
            let ours = end.rows + step.deadLetters.map(\.reason) + end.failedRows
            expect(
                ours.contains(answer.error ?? Self.row(answer)), recorded, answer.place, ours)
        }
        #expect(end.rows.count + end.failedRows.count <= recorded.answers.count)
    }

    /// The row of a group: its key and its value, without what is null.
    private static func row(_ answer: Recorded.Answer) -> String {
        let value = answer.value ?? "{}"
        guard answer.place != "null" else { return value }
        let key = "{\"ok\":\(answer.place)"
        return value == "{}" ? key + "}" : key + "," + value.dropFirst()
    }
}
