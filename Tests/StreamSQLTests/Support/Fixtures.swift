import Foundation
import StreamSQL
import Streaming
import Testing

/// Files and texts that the tests share.
enum Fixtures {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func oracle(_ name: String) throws -> [String: Any] {
        let file = root.appending(path: "Tests/Oracle/functions/\(name)")
        let object = try JSONSerialization.jsonObject(with: try Data(contentsOf: file))
        return try #require(object as? [String: Any])
    }

    static func vehicles() throws -> String {
        try String(contentsOf: root.appending(path: "pipelines/vehicles.sql"), encoding: .utf8)
    }

    /// The columns of Spark's recorded answers.
    static let columns = """
        id INT, time TIMESTAMP, entity STRING, temp DOUBLE, humidity DOUBLE, n INT, big BIGINT, \
        f FLOAT, ok BOOLEAN, d DATE, s STRING, a STRUCT<b: STRING, c: DOUBLE>
        """

    /// A source named `name` with those columns.
    static func table(_ name: String) -> String {
        "CREATE TABLE \(name) (\(columns)) USING json OPTIONS (path '-');\n"
    }

    /// The plan of `sql`, a SELECT from `t`.
    static func plan(_ sql: String, outputMode: OutputMode = .append) throws(QueryError)
        -> StreamPlan
    {
        try Pipeline(text: table("t") + sql, outputMode: outputMode).plan
    }

    /// The error that `sql` is refused with, nil if it is accepted.
    static func error(_ sql: String, outputMode: OutputMode = .append) -> QueryError? {
        do throws(QueryError) {
            _ = try plan(sql, outputMode: outputMode)
            return nil
        } catch {
            return error
        }
    }

    /// `FROM t` with a watermark on `time`.
    static let watermarked = "FROM t WATERMARK time DELAY OF INTERVAL 3 MINUTES"
}
