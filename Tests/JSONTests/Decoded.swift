import Foundation
import Streaming

@testable import JSON

/// Names that Foundation has too.
typealias RecordDecoder = JSON.JSONDecoder
typealias RowEncoder = JSON.JSONEncoder

let readingSchema = Schema([
    StructField(name: "time", type: .timestamp), StructField(name: "entity", type: .string),
    StructField(name: "temp", type: .double), StructField(name: "humidity", type: .double),
])

/// The table that Spark evaluated expressions over.
let tableSchema = Schema([
    StructField(name: "id", type: .int), StructField(name: "time", type: .timestamp),
    StructField(name: "entity", type: .string), StructField(name: "temp", type: .double),
    StructField(name: "humidity", type: .double), StructField(name: "n", type: .int),
    StructField(name: "big", type: .bigint), StructField(name: "f", type: .float),
    StructField(name: "ok", type: .boolean), StructField(name: "d", type: .date),
    StructField(name: "s", type: .string),
    StructField(
        name: "a",
        type: .structure([
            StructField(name: "b", type: .string), StructField(name: "c", type: .double),
        ])),
])

/// Every type, some twice and nested.
let everySchema = Schema([
    StructField(name: "s", type: .string), StructField(name: "x", type: .double),
    StructField(name: "t", type: .timestamp), StructField(name: "i", type: .int),
    StructField(name: "b", type: .bigint), StructField(name: "y", type: .tinyint),
    StructField(name: "f", type: .float), StructField(name: "ok", type: .boolean),
    StructField(name: "d", type: .date),
    StructField(name: "m", type: .decimal(precision: 9, scale: 2)),
    StructField(name: "a long name of a field", type: .string),
    StructField(
        name: "o",
        type: .structure([
            StructField(name: "s", type: .string), StructField(name: "x", type: .double),
            StructField(name: "o", type: .structure([StructField(name: "i", type: .smallint)])),
        ])),
])

/// Decodes single texts.
struct Harness {
    let schema: Schema
    let decoder: RecordDecoder
    let columns: [ColumnVector]

    init(_ schema: Schema, zones: ZoneCatalog = .none) {
        self.schema = schema
        decoder = RecordDecoder(schema: schema, zones: zones)
        columns = schema.fields.map { ColumnVector(type: $0.type, capacity: 1) }
    }

    /// The defect and the values of a record; nil if the fast reader leaves it to the slow one.
    func decode(
        _ text: [UInt8], with reader: RecordDecoder.Reader
    ) -> (defect: RecordDefect, values: [String])? {
        for column in columns { column.reset(rows: 1) }
        guard let defect = decoder.decode(text.span, into: columns, row: 0, with: reader) else {
            return nil
        }
        return (defect, columns.map(Self.describe))
    }

    /// Values with all their bits, so that they compare exactly.
    static func describe(_ column: ColumnVector) -> String { describe(column, row: 0) }

    static func describe(_ column: ColumnVector, row: Int) -> String {
        guard !column.nulls[row] else { return "null" }
        switch column.type.physicalType {
        case .integer: return "\(column.integers[row])"
        case .double: return String(column.doubles[row].bitPattern, radix: 16)
        case .decimal: return "\(column.decimals[row])"
        case .string:
            return column.withBytes(row) { bytes in
                (0..<bytes.count).map { String(bytes[$0], radix: 16) }.joined(separator: " ") + "."
            }
        case .structure:
            let fields = column.children.map { describe($0, row: row) }
            return "(" + fields.joined(separator: ",") + ")"
        }
    }
}

/// A batch of the given values.
func batch(_ values: [String?], schema: Schema) -> RecordBatch {
    let batch = RecordBatch(schema: schema)
    let none: [UInt8] = []
    for (offset, value) in values.enumerated() {
        let bytes = Array((value ?? "").utf8)
        batch.append(
            value: bytes.span, key: none.span, hasValue: value != nil, hasKey: false, partition: 0,
            offset: Int64(offset), timestamp: RecordBatch.noTimestamp)
    }
    return batch
}
