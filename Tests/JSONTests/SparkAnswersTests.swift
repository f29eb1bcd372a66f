import Foundation
@testable import JSON
import Streaming
import TestSupport
import Testing

/// Holds decoder and encoder to what Spark answered.
@Suite struct SparkAnswersTests {
    @Test func messagesDecodeAsFromJSONDecodesThem() throws {
        let rows = try OracleFiles.rows("functions/from_json.json")
        #expect(rows.count == 270)
        let batch = batch(rows.map { $0["message"] as? String }, schema: readingSchema)
        RecordDecoder(schema: readingSchema, zones: OracleFiles.zones).decode(batch)
        for (row, expected) in rows.enumerated() {
            let message = Comment(
                rawValue: String(describing: expected["message"]).prefix(300).description)
            let time = batch.columns[0].nulls[row] ? nil : batch.columns[0].integers[row]
            #expect(time == (expected["time_micros"] as? NSNumber)?.int64Value, message)
            #expect(batch.columns[1].text(row) == expected["entity"] as? String, message)
            for (index, name) in [(2, "temp"), (3, "humidity")] {
                let column = batch.columns[index]
                let value =
                    column.nulls[row]
                    ? nil
                    : text { TextFormat.append(double: column.doubles[row], to: $0) }
                #expect(value == expected[name] as? String, message)
            }
            let isNull = ["time_micros", "entity", "temp", "humidity"].allSatisfy {
                expected[$0] is NSNull
            }
            #expect((batch.defects[row] != .none) == isNull, message)
        }
    }

    /// The values of a JSON object written by us, as Spark prints them: `to_json` of the row.
    @Test func tableRowsEncodeAsToJSON() throws {
        let rows = try OracleFiles.rows("functions/expressions.json", "table")
        #expect(rows.count == 15)
        let batch = batch(rows.map { $0["input"] as? String }, schema: tableSchema)
        RecordDecoder(schema: tableSchema, zones: .none).decode(batch)
        let encoder = RowEncoder(fields: tableSchema)
        for (row, expected) in rows.enumerated() {
            #expect(batch.defects[row] == .none)
            let json = text { encoder.encode(batch.columns, row: row, to: $0) }
            #expect(json == expected["to_json"] as? String)
            let columns = try #require(expected["columns"] as? [String: [String: Any]])
            for (index, field) in tableSchema.fields.enumerated() {
                let single = RowEncoder(
                    fields: Schema([StructField(name: "v", type: field.type)]))
                let json = text { single.encode([batch.columns[index]], row: row, to: $0) }
                #expect(json == columns[field.name]?["to_json"] as? String)
            }
        }
    }

    /// An object or array that a STRING column takes is copied by Jackson, which writes each UTF-16
    /// surrogate as an escape.
    @Test(arguments: [
        (#"{"k":"🎉"}"#, #"{"k":"\uD83C\uDF89"}"#),
        (#"["a🎉b"]"#, #"["a\uD83C\uDF89b"]"#),
        (#"{"é🎉日本":{"é🎉日本":2}}"#, #"{"é\uD83C\uDF89日本":{"é\uD83C\uDF89日本":2}}"#),
        (#"{"\ud83c\udf89":"\ud83c\udf89"}"#, #"{"\uD83C\uDF89":"\uD83C\uDF89"}"#),
        (#"{"\ud83c":"\udf89\ud83c"}"#, #"{"\uD83C":"\uDF89\uD83C"}"#),
        (#"{"a\u0001b\u2028\/":1}"#, "{\"a\\u0001b\u{2028}/\":1}"),
        (#""\ud83c🎉\ud83c\udf89""#, "?🎉🎉"),
    ])
    func copiedTextsEscapeSurrogates(value: String, expected: String) {
        let batch = batch([#"{"entity":\#(value)}"#], schema: readingSchema)
        RecordDecoder(schema: readingSchema, zones: OracleFiles.zones).decode(batch)
        #expect(batch.columns[1].text(0) == expected)
    }

    @Test func doublesAndTimestampsEncodeAsToJSON() throws {
        let double = ColumnVector(type: .double, capacity: 1)
        let doubles = RowEncoder(fields: Schema([StructField(name: "x", type: .double)]))
        for row in try OracleFiles.rows("functions/doubles.json") {
            let literal = try #require(row["literal"] as? String)
            double.set(0, double: try #require(Double(literal)))
            let json = text { doubles.encode([double], row: 0, to: $0) }
            #expect(json == row["to_json"] as? String)
        }
        let time = ColumnVector(type: .timestamp, capacity: 1)
        let times = RowEncoder(fields: Schema([StructField(name: "t", type: .timestamp)]))
        for row in try OracleFiles.rows("functions/timestamps.json") {
            time.set(0, integer: try #require(row["micros"] as? NSNumber).int64Value)
            let json = text { times.encode([time], row: 0, to: $0) }
            #expect(json == row["to_json"] as? String)
        }
    }

    /// All messages of the recorded streams.
    static func messages() throws -> [String] {
        var messages: [String] = []
        for path in try OracleFiles.paths(in: "cases", prefix: "from-json-") {
            for batch in try OracleFiles.rows(path, "batches") {
                messages += (batch["input"] as? [Any] ?? []).compactMap { $0 as? String }
            }
        }
        for path in try OracleFiles.paths(in: "per-record", prefix: "from-json-") {
            for record in try OracleFiles.rows(path, "records") {
                if let message = record["input"] as? String { messages.append(message) }
            }
        }
        return messages
    }

    @Test func bothReadersAgreeOnRecordedMessages() throws {
        var messages = try Self.messages()
        messages += try OracleFiles.rows("functions/from_json.json")
            .compactMap { $0["message"] as? String }
        #expect(messages.count > 500)
        let harness = Harness(readingSchema, zones: OracleFiles.zones)
        var accepted = 0
        for message in messages {
            guard let fast = harness.decode(Array(message.utf8), with: .fast),
                let slow = harness.decode(Array(message.utf8), with: .slow)
            else { continue }
            accepted += 1
            #expect(fast.defect == slow.defect && fast.values == slow.values, "\(message)")
        }
        #expect(accepted > 100)
    }

    @Test func decimalsEncodeAsBigDecimalPrintsThem() {
        let cases: [(Int128, Int, String)] = [
            (1, 8, "1E-8"), (698, 12, "6.98E-10"), (-698, 12, "-6.98E-10"), (0, 2, "0.00"),
            (1, 6, "0.000001"), (0, 7, "0E-7"), (2150, 2, "21.50"), (10, 8, "1.0E-7"),
        ]
        for (unscaled, scale, expected) in cases {
            let type = DataType.decimal(precision: 38, scale: scale)
            let column = ColumnVector(type: type, capacity: 1)
            column.set(0, decimal: unscaled)
            let encoder = RowEncoder(fields: Schema([StructField(name: "v", type: type)]))
            let json = text { encoder.encode([column], row: 0, to: $0) }
            #expect(json == "{\"v\":\(expected)}")
        }
    }
}
