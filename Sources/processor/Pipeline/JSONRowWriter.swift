internal import JSON
internal import Streaming

/// Rows as JSON objects, as `to_json` writes them.
final class JSONRowWriter: RowWriter {
    private let encoder: JSONEncoder

    init(schema: Schema) { encoder = JSONEncoder(fields: schema) }

    func write(_ columns: [ColumnVector], row: Int, to output: ByteArena) {
        encoder.encode(columns, row: row, to: output)
    }
}
