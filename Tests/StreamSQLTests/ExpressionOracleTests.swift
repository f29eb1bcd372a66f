import Foundation
import StreamSQL
import Streaming
import Testing

/// Spark's recorded answers for expressions: each has Spark's type or Spark's error class.
@Suite struct ExpressionOracleTests {
    @Test func expressionsHaveTheTypesAndErrorsOfSpark() throws {
        let expressions = try ["expressions.json", "further-expressions.json"].flatMap { file in
            try #require(try Fixtures.oracle(file)["expressions"] as? [[String: Any]])
        }
        #expect(expressions.count == 852 + 43)
        var unusedDifferences = Set(OracleDifferences.expressions.keys)
        for entry in expressions {
            let sql = try #require(entry["sql"] as? String)
            let category = try #require(entry["category"] as? String)
            let expected =
                entry["type"] as? String ?? "!" + (entry["analysis_error"] as? String ?? "")
            let answer = Self.answer(sql, category)
            if OracleDifferences.expressions[sql] != nil {
                unusedDifferences.remove(sql)
                #expect(answer == "!UNSUPPORTED_FEATURE", "\(sql) is listed, but gives \(answer)")
            } else {
                #expect(answer == expected, "\(category): \(sql)")
            }
        }
        #expect(unusedDifferences.isEmpty)
    }

    /// The type of `sql`, or `!` and the class of the error.
    private static func answer(_ sql: String, _ category: String) -> String {
        let query =
            category == "aggregate"
            ? "SELECT ok, \(sql) AS v \(Fixtures.watermarked) "
                + "GROUP BY window(time, '1 minute'), ok"
            : "SELECT \(sql) AS v FROM t"
        do throws(QueryError) {
            return try Fixtures.plan(query).output.last?.expression.type.catalogName ?? "nothing"
        } catch {
            return "!" + error.errorClass
        }
    }
}
