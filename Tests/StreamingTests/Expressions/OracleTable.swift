import Foundation
import TestSupport
import Testing

@testable import Streaming

/// The table of 15 rows over which Spark evaluated the recorded expressions.
struct OracleTable {
    static let types: [(name: String, type: DataType)] = [
        ("id", .int), ("time", .timestamp), ("entity", .string), ("temp", .double),
        ("humidity", .double), ("n", .int), ("big", .bigint), ("f", .float), ("ok", .boolean),
        ("d", .date), ("s", .string),
        (
            "a",
            .structure([
                StructField(name: "b", type: .string), StructField(name: "c", type: .double),
            ])
        ),
    ]

    let columns: [ColumnVector]
    let expressions: [String: [[String: Any]]]
    let count: Int

    init() throws {
        let object = try OracleFiles.object("functions/expressions.json")
        let rows = try #require(object["table"] as? [[String: Any]])
        count = rows.count
        columns = Self.types.map { ColumnVector(type: $0.type) }
        for column in columns { column.reset(rows: rows.count) }
        for (row, recorded) in rows.enumerated() {
            let values = try #require(recorded["columns"] as? [String: [String: Any]])
            for (column, (name, _)) in zip(columns, Self.types) where name != "a" {
                Self.set(column, row, values[name]?["string"] as? String)
            }
            let json = try #require(values["a"]?["to_json"] as? String)
            let parsed = try JSONSerialization.jsonObject(with: Data(json.utf8))
            let structure = (parsed as? [String: Any])?["v"] as? [String: Any]
            Self.setStructure(try #require(columns.last), row, structure)
        }
        var expressions: [String: [[String: Any]]] = [:]
        for expression in try #require(object["expressions"] as? [[String: Any]]) {
            let sql = try #require(expression["sql"] as? String)
            // Aggregates may have the same text; they have a row a group.
            guard expression["category"] as? String != "aggregate" else { continue }
            expressions[sql] = expression["rows"] as? [[String: Any]]
        }
        self.expressions = expressions
    }

    private static func setStructure(_ column: ColumnVector, _ row: Int, _ value: [String: Any]?) {
        guard let value else { return column.setNull(row) }
        column.nulls[row] = false
        set(column.children[0], row, value["b"] as? String)
        let number = value["c"].map { $0 as? String ?? "\($0)" }
        set(column.children[1], row, number)
    }

    /// Reads the text that Spark prints for a value.
    static func set(_ column: ColumnVector, _ row: Int, _ value: String?) {
        guard let value else { return column.setNull(row) }
        value.withBytes { bytes in
            switch column.type {
            case .string: column.set(row, bytes: bytes)
            case .double: column.set(row, double: TextParser.double(bytes) ?? .nan)
            case .float: column.set(row, double: TextParser.float(bytes) ?? .nan)
            case .boolean: column.set(row, integer: (TextParser.boolean(bytes) ?? false).stored)
            case .date: column.set(row, integer: TextParser.date(bytes) ?? 0)
            case .timestamp: column.set(row, integer: TextParser.timestamp(value) ?? 0)
            default: column.set(row, integer: TextParser.integer(bytes) ?? 0)
            }
        }
    }

    /// Expects of each expression what Spark recorded for the SQL text beside it.
    static func check(_ cases: [(String, Streaming.Expression)]) throws {
        let table = try OracleTable()
        for (sql, expression) in cases {
            let differences = try table.differences(sql, expression)
            #expect(differences.isEmpty, "\(sql): \(differences.joined(separator: "; "))")
        }
    }

    /// The rows in which our result is not what Spark recorded for `sql`, in words.
    func differences(_ sql: String, _ expression: Streaming.Expression) throws -> [String] {
        let recorded = try #require(expressions[sql], "no record of \(sql)")
        let rows = Selection()
        rows.selectAll(count)
        let errors = RowErrors()
        errors.reset(rows: count)
        let evaluator = ExpressionEvaluator(expression, zones: OracleFiles.zones)
        let result = evaluator.evaluate(columns, rows: rows, errors: errors)
        guard result.type == expression.type else { return ["the type is \(result.type)"] }
        return recorded.enumerated().compactMap { row, record -> String? in
            if record["absent"] != nil { return nil }
            let expected: String
            if let error = record["error"] as? String {
                expected = error
            } else {
                let value = record["shortest"] ?? record["value"]
                var json = value as? String ?? "?"
                if expression.type == .float { json = Self.withoutSuperfluousDigits(json) }
                expected = json == "{}" ? "null" : String(json.dropFirst(5).dropLast())
            }
            let actual: String
            if let error = errors[row] {
                actual = error.description + (result.nulls[row] ? "" : ", but not null")
            } else {
                actual = Self.json(result, row)
            }
            if case .decimal(_, let scale) = expression.type, actual != expected,
                Self.isSameDecimal(actual, expected, scale)
            {
                return nil
            }
            return actual.utf8.elementsEqual(expected.utf8)
                ? nil : "row \(row + 1): \(actual), not \(expected)"
        }
    }

    /// Spark ran on JDK 17, which prints more digits of some FLOATs than tell them from their
    /// neighbours; we print the shortest, as JDK 19 and later do.
    private static func withoutSuperfluousDigits(_ json: String) -> String {
        CastTests.withoutSuperfluousDigits(json)
            .replacingOccurrences(of: "9.0071993E15", with: "9.007199E15")
    }

    private static func isSameDecimal(_ left: String, _ right: String, _ scale: Int) -> Bool {
        func unscaled(_ text: String) -> Int128? {
            let bytes = Array(text.utf8)
            return try? TextParser.decimal(bytes.span, precision: 38, scale: scale)
        }
        return unscaled(left) != nil && unscaled(left) == unscaled(right)
    }

    /// As `to_json` prints a value; "null" for null.
    static func json(_ column: ColumnVector, _ row: Int) -> String {
        guard !column.nulls[row] else { return "null" }
        func text(_ append: (ByteArena) -> Void) -> String {
            let arena = ByteArena()
            append(arena)
            return arena.text(at: 0, count: arena.count)
        }
        switch column.type {
        case .string: return quoted(column.text(row) ?? "")
        case .float, .double:
            let value = column.doubles[row]
            let text = text { Conversion.appendText(of: column, column.type, row, to: $0) }
            return value.isFinite ? text : "\"\(text)\""
        case .date:
            return "\"" + text { TextFormat.append(date: column.integers[row], to: $0) } + "\""
        case .timestamp:
            return "\""
                + text { TextFormat.append(isoTimestamp: column.integers[row], to: $0) } + "\""
        case .structure(let fields):
            let members = zip(fields, column.children).filter { !$0.1.nulls[row] }
                .map { "\"\($0.0.name)\":" + json($0.1, row) }
            return "{" + members.joined(separator: ",") + "}"
        default: return text { Conversion.appendText(of: column, column.type, row, to: $0) }
        }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\t": result += "\\t"
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
