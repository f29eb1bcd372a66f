internal import CommandLineSupport
internal import Streaming

/// Compares record keys with the column that the source names as its key.
///
/// A key that differs means that a group may be spread over partitions: its rows would be partial.
final class KeyCheck {
    private let column: Int
    private let scratch = ByteArena()
    /// Records whose key was not the text of their key column.
    private(set) var mismatches = 0

    init(column: Int) { self.column = column }

    func check(_ batch: RecordBatch) {
        if batch.columns[column].type == .string {
            checkTexts(batch)
        } else {
            for row in 0..<batch.count where batch.defects[row].kind == .none {
                if !matches(batch, row) { note(batch, row) }
            }
        }
    }

    /// A key that is text is compared in place. Its buffers are taken once: from the batch each
    /// would be retained anew for every record.
    private func checkTexts(_ batch: RecordBatch) {
        let values = batch.columns[column]
        let (nulls, starts, lengths) = (values.nulls, values.starts, values.lengths)
        let (keyStarts, keyLengths) = (batch.keyStarts, batch.keyLengths)
        let (texts, keys) = (values.arena.storage, batch.bytes.storage)
        let defects = batch.defects
        for row in 0..<batch.count where defects[row].kind == .none {
            let length = keyLengths[row]
            let isEqual =
                nulls[row]
                ? length == RecordBatch.noBytes
                : length == lengths[row]
                    && keys.equals(at: keyStarts[row], texts, at: starts[row], count: length)
            if !isEqual { note(batch, row) }
        }
    }

    private func matches(_ batch: RecordBatch, _ row: Int) -> Bool {
        let values = batch.columns[column]
        let length = batch.keyLengths[row]
        if values.nulls[row] { return length == RecordBatch.noBytes }
        scratch.removeAll()
        KeyWriter.append(values, row: row, to: scratch)
        return length == scratch.count
            && batch.bytes.storage.equals(
                at: batch.keyStarts[row], scratch.storage, at: 0, count: length)
    }

    private func note(_ batch: RecordBatch, _ row: Int) {
        mismatches += 1
        guard mismatches == 1 else { return }
        Log.warning(
            "a record's key is not its key column's text: groups may be spread over partitions",
            [
                "offset": batch.offsets[row],
                "key": batch.keyLengths[row] < 0
                    ? "null"
                    : batch.bytes.text(at: batch.keyStarts[row], count: batch.keyLengths[row]),
            ])
    }
}

/// Writes the key of a result row: the text of one column.
final class KeyWriter {
    private let column: Int

    init(column: Int) { self.column = column }

    /// False for a null, which is a message without a key.
    func write(_ columns: [ColumnVector], row: Int, to output: ByteArena) -> Bool {
        guard !columns[column].nulls[row] else { return false }
        Self.append(columns[column], row: row, to: output)
        return true
    }

    /// The text of a value as a cast to STRING gives it.
    static func append(_ column: ColumnVector, row: Int, to output: ByteArena) {
        CellWriter.append(column, row, to: output)
    }
}
