import Foundation
import StreamSQL
import Streaming
import Testing

/// Queries that are wrong, or look wrong and are accepted, with what Spark says.
@Suite struct WrongQueryTests {
    @Test func wrongQueriesAreRefusedWithTheReasonsOfSpark() throws {
        let queries = try #require(
            try Fixtures.oracle("wrong-queries.json")["queries"] as? [[String: Any]])
        #expect(queries.count == 109)
        var unusedDifferences = Set(OracleDifferences.queries.keys)
        for entry in queries {
            let sql = try #require(entry["sql"] as? String)
            let mode = try #require(OutputMode(rawValue: entry["output_mode"] as? String ?? ""))
            let (answer, error) = Self.answer(sql, mode)
            let key = mode == .append ? sql : "\(mode): \(sql)"
            if let difference = OracleDifferences.queries[key] {
                unusedDifferences.remove(key)
                #expect(answer == difference.errorClass, "\(sql): \(error)")
                #expect(answer != entry["error"] as? String, "\(sql) needs no entry")
            } else {
                #expect(answer == entry["error"] as? String ?? "accepted", "\(sql): \(error)")
            }
        }
        #expect(unusedDifferences.isEmpty)
    }

    /// `events` has a watermark on `time` of 3 minutes.
    private static func answer(_ sql: String, _ mode: OutputMode) -> (String, String) {
        var query = sql
        if !sql.hasPrefix("SELECT FROM"), let range = sql.range(of: "FROM events") {
            query.insert(
                contentsOf: " WATERMARK time DELAY OF INTERVAL 3 MINUTES", at: range.upperBound)
        }
        do throws(QueryError) {
            _ = try Pipeline(text: Fixtures.table("events") + query, outputMode: mode)
            return ("accepted", "")
        } catch {
            #expect(error.position != nil, "\(sql): no position")
            return (error.errorClass, error.message)
        }
    }
}
