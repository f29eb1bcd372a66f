internal import CommandLineSupport
internal import Streaming

/// `USING console`: rows as a table on standard output, one for each delivery, as Spark's console
/// sink shows its micro-batches.
final class ConsoleSink: Sink {
    private let output: OutputWriter
    private let names: [String]
    private let sideOutput: SideOutput

    init(schema: Schema, sideOutput: SideOutput) throws(ExitError) {
        do {
            output = try OutputWriter(path: "-")
        } catch {
            throw ExitError(.failure, error.description)
        }
        names = schema.fields.map(\.name)
        self.sideOutput = sideOutput
    }

    func deliver(_ pending: PendingOutput) throws {
        var rows: [[String]] = []
        for message in pending.messages {
            if message.kind == .row {
                rows.append(
                    pending.valueText(of: message).split(
                        separator: CellWriter.separator, omittingEmptySubsequences: false
                    )
                    .map(String.init))
            } else {
                try sideOutput.write(message, of: pending)
            }
        }
        if !rows.isEmpty { try output.write(TextTable(header: names, rows: rows).text) }
        try output.flush()
        try sideOutput.flush()
    }

    func close() throws {
        try output.close()
        try sideOutput.close()
    }
}

/// Rows as the cells of a table.
final class CellWriter: RowWriter {
    /// Stands between the cells of a row; a control character that no table should show.
    static let separator: Character = "\u{1F}"

    func write(_ columns: [ColumnVector], row: Int, to output: ByteArena) {
        for (position, column) in columns.enumerated() {
            if position > 0 { output.append(0x1F as UInt8) }
            Self.append(column, row, to: output)
        }
    }

    /// Appends a value as a cast to STRING gives it; NULL for null.
    static func append(_ column: ColumnVector, _ row: Int, to output: ByteArena) {
        guard !column.nulls[row] else { return output.append("NULL") }
        switch column.type {
        case .void: output.append("NULL")
        case .boolean: output.append(column.integers[row] != 0 ? "true" : "false")
        case .tinyint, .smallint, .int, .bigint:
            TextFormat.append(integer: column.integers[row], to: output)
        case .float: TextFormat.append(float: column.doubles[row], to: output)
        case .double: TextFormat.append(double: column.doubles[row], to: output)
        case .decimal(_, let scale):
            TextFormat.append(decimal: column.decimals[row], scale: scale, to: output)
        case .string:
            output.append(
                from: column.arena, at: column.starts[row], count: column.lengths[row])
        case .date: TextFormat.append(date: column.integers[row], to: output)
        case .timestamp: TextFormat.append(timestamp: column.integers[row], to: output)
        case .structure:
            for (position, child) in column.children.enumerated() {
                output.append(position == 0 ? "{" : ", ")
                append(child, row, to: output)
            }
            output.append("}")
        }
    }
}

/// A table with a frame, columns as wide as their widest cell.
struct TextTable {
    let text: String

    init(header: [String], rows: [[String]]) {
        let widths = header.indices.map { column in
            ([header] + rows).map { $0[column].count }.max() ?? 0
        }
        func line(_ cells: [String]) -> String {
            let padded = zip(cells, widths).map { cell, width in
                String(repeating: " ", count: width - cell.count) + cell
            }
            return "|" + padded.joined(separator: "|") + "|\n"
        }
        let frame =
            "+" + widths.map { String(repeating: "-", count: $0) }.joined(separator: "+") + "+\n"
        text = frame + line(header) + frame + rows.map(line).joined() + frame
    }
}
