import Foundation
import TestSupport
import Testing

/// A streaming case recorded from Apache Spark: its query, and the expectations of each step.
struct OracleCase: Decodable, CustomTestStringConvertible {
    struct Query: Decodable {
        struct Aggregation: Decodable {
            var fn: String
            var column: String
            var `as`: String
            var round: Int?
        }

        var kind: String
        var window: String?
        var slide: String?
        var sessionGap: String?
        var watermark: String
        var outputMode: String
        var aggregations: [Aggregation]?
    }

    struct Record: Decodable {
        var input: String?
        var emitted: [String]
        var watermarkAfter: String
        var dropped: Int
        var stateRows: Int
    }

    struct Batch: Decodable {
        var input: [String?]
        var emitted: [String]
        var watermarkAfter: String
        var rowsDroppedByWatermark: Int
        var stateRows: Int
    }

    var testDescription: String { name }

    var name: String
    var arrival: String
    var query: Query
    /// In `per-record`.
    var records: [Record]?
    /// In `cases`.
    var batches: [Batch]?

    /// Aggregates that the engine does not have, because they are approximate.
    static let unsupportedAggregates: Set<String> = ["approx_count_distinct", "percentile_approx"]

    /// Whether the engine has all that the query uses.
    var isSupported: Bool {
        query.kind == "aggregate" && query.sessionGap == nil
            && !(query.aggregations ?? []).contains { Self.unsupportedAggregates.contains($0.fn) }
    }

    /// The case's query in SQL.
    var sql: String {
        let calls = (query.aggregations ?? []).map { aggregation in
            let call = "\(aggregation.fn)(\(aggregation.column))"
            let item = aggregation.round.map { "round(\(call), \($0))" } ?? call
            return "\(item) AS \(aggregation.as)"
        }
        let slide = query.slide.map { ", '\($0)'" } ?? ""
        return """
            CREATE TABLE t (time TIMESTAMP, entity STRING, temp DOUBLE, humidity DOUBLE)
            USING json OPTIONS (path '-');
            SELECT concat_ws('-', string(window.start), string(window.end)) AS window, entity,
              \(calls.joined(separator: ", "))
            FROM STREAM t WATERMARK time DELAY OF INTERVAL '\(query.watermark)'
            GROUP BY window(time, '\(query.window ?? "")'\(slide)), entity
            """
    }

    /// The cases of a folder beside the tests, by name.
    static func load(_ folder: String) throws -> [OracleCase] {
        let url = OracleFiles.folder.appendingPathComponent(folder)
        let files = try FileManager.default.contentsOfDirectory(
            at: url, includingPropertiesForKeys: nil)
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try files.filter { $0.pathExtension == "json" }
            .map { try decoder.decode(OracleCase.self, from: Data(contentsOf: $0)) }
            .sorted { $0.name < $1.name }
    }
}
