public import Streaming

/// Writes rows as Spark's `to_json` does.
///
/// Null fields are left out, also within a STRUCT; no blanks; fields in the order of the schema.
/// A row costs no allocation.
public final class JSONEncoder {
    private let root: [Field]

    /// A class, so that a row counts one reference for each field and not one for each property.
    private final class Field {
        /// `"name":`, escaped.
        let key: Buffer<UInt8>
        let kind: FieldTable.Kind
        /// Of a DECIMAL.
        let scale: Int
        let children: [Field]
        /// The last TIMESTAMP and its text: rows of one window share its bounds.
        var lastTimestamp: Int64?
        let lastTimestampText = ByteArena(capacity: 32)

        init(key: Buffer<UInt8>, type: DataType, children: [Field]) {
            self.key = key
            self.children = children
            kind = FieldTable.kind(type)
            if case .decimal(_, let scale) = type { self.scale = scale } else { scale = 0 }
        }
    }

    public init(fields: Schema) {
        root = Self.plan(fields.fields)
    }

    private static func plan(_ fields: [StructField]) -> [Field] {
        fields.map { field in
            let key = ByteArena()
            let name = Array(field.name.utf8)
            JSONText.appendQuoted(name.span, to: key)
            key.append(UInt8(ascii: ":"))
            let bytes = Buffer<UInt8>(count: key.count, filler: 0)
            bytes.copy(from: key.storage, at: 0, to: 0, count: key.count)
            var children: [Field] = []
            if case .structure(let fields) = field.type { children = plan(fields) }
            return Field(key: bytes, type: field.type, children: children)
        }
    }

    /// Appends row `row` of `columns`, one for each field in order, as a JSON object.
    public func encode(_ columns: [ColumnVector], row: Int, to output: ByteArena) {
        Self.append(root, columns, row: row, to: output)
    }

    private static func append(
        _ fields: [Field], _ columns: [ColumnVector], row: Int, to output: ByteArena
    ) {
        precondition(fields.count == columns.count)
        output.append(UInt8(ascii: "{"))
        var isFirst = true
        for index in 0..<fields.count {
            let (field, column) = (fields[index], columns[index])
            guard !column.nulls[row] else { continue }
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            field.key.withSpan(0..<field.key.count) { output.append($0) }
            append(field, column, row: row, to: output)
        }
        output.append(UInt8(ascii: "}"))
    }

    /// Appends a value that is not null.
    private static func append(
        _ field: Field, _ column: ColumnVector, row: Int, to output: ByteArena
    ) {
        switch field.kind {
        case .string:
            column.withBytes(row) { JSONText.appendQuoted($0, to: output) }
        case .double:
            JSONText.append(double: column.doubles[row], to: output)
        case .float:
            let value = column.doubles[row]
            let isNumber = value.isFinite
            if !isNumber { output.append(UInt8(ascii: "\"")) }
            TextFormat.append(float: value, to: output)
            if !isNumber { output.append(UInt8(ascii: "\"")) }
        case .integer:
            TextFormat.append(integer: column.integers[row], to: output)
        case .boolean:
            if column.integers[row] != 0 {
                output.append("true" as StaticString)
            } else {
                output.append("false" as StaticString)
            }
        case .timestamp:
            append(timestamp: column.integers[row], field, to: output)
        case .date:
            output.append(UInt8(ascii: "\""))
            TextFormat.append(date: column.integers[row], to: output)
            output.append(UInt8(ascii: "\""))
        case .decimal:
            appendDecimal(column.decimals[row], scale: field.scale, to: output)
        case .structure:
            append(field.children, column.children, row: row, to: output)
        case .void:
            output.append("null" as StaticString)
        }
    }

    private static func append(timestamp: Int64, _ field: Field, to output: ByteArena) {
        let text = field.lastTimestampText
        if timestamp != field.lastTimestamp {
            field.lastTimestamp = timestamp
            text.removeAll()
            text.append(UInt8(ascii: "\""))
            TextFormat.append(isoTimestamp: timestamp, to: text)
            text.append(UInt8(ascii: "\""))
        }
        output.append(from: text, at: 0, count: text.count)
    }

    /// As Java's `BigDecimal.toString`, which `to_json` uses: `0.00`, but `1E-8` and `6.98E-10`
    /// where the first digit is more than six places behind the point.
    private static func appendDecimal(_ unscaled: Int128, scale: Int, to output: ByteArena) {
        var digits = 1
        var rest = unscaled.magnitude / 10
        while rest > 0 {
            digits += 1
            rest /= 10
        }
        let exponent = digits - 1 - scale
        guard exponent < -6 else {
            return TextFormat.append(decimal: unscaled, scale: scale, to: output)
        }
        TextFormat.append(decimal: unscaled, scale: digits - 1, to: output)
        output.append(UInt8(ascii: "E"))
        TextFormat.append(integer: Int64(exponent), to: output)
    }
}
