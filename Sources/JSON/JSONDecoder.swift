public import Streaming

/// Decodes JSON objects into columns as Spark's `from_json` does in its PERMISSIVE mode.
///
/// A field of the wrong type is null by itself; what is not an object at all, or breaks the
/// grammar, is a record with a defect, where Spark gives a row of nulls. Plain strict JSON is read
/// in one fast pass; everything else by a slower reader that follows Spark's rules to the letter.
public final class JSONDecoder {
    private let table: FieldTable
    private var slow: SlowReader

    public init(schema: Schema, zones: ZoneCatalog) {
        table = FieldTable(schema: schema)
        slow = SlowReader(table: table, zones: zones)
    }

    /// Decodes every record of `batch` into its columns, and notes the defects. A record with a
    /// defect has nulls in all columns. The batch must have the decoder's schema.
    public func decode(_ batch: RecordBatch) {
        let count = batch.count
        for column in batch.columns {
            column.reset(rows: count)
            column.setNulls(count)
        }
        table.bind(batch.columns)
        var fast = FastReader(table: table)
        // Taken once: reaching for them in the loop would count references for every record.
        let (starts, lengths) = (batch.valueStarts, batch.valueLengths)
        let (bytes, defects) = (batch.bytes.storage, batch.defects)
        for row in 0..<count {
            let (start, length) = (starts[row], lengths[row])
            guard length != RecordBatch.noBytes else {
                defects[row] = RecordDefect(.nullValue)
                continue
            }
            defects[row] = bytes.withSpan(start..<start + length) { text in
                fast.readRecord(text, row: row)
                    ? defect(ofDecoded: row, fast.fields) : decodeSlowly(text, row: row)
            }
        }
    }

    /// Which of the two readers decodes a record.
    enum Reader { case fast, slow }

    /// Decodes `text` into row `row` of `columns` with one of the readers; nil if the fast one
    /// leaves it to the slow one. For tests, which compare the two.
    func decode(
        _ text: Span<UInt8>, into columns: [ColumnVector], row: Int, with reader: Reader
    ) -> RecordDefect? {
        table.bind(columns)
        setNull(row)
        guard reader == .fast else { return decodeSlowly(text, row: row) }
        var fast = FastReader(table: table)
        return fast.readRecord(text, row: row) ? defect(ofDecoded: row, table.fields) : nil
    }

    private func decodeSlowly(_ text: Span<UInt8>, row: Int) -> RecordDefect {
        do throws(SlowReader.Malformed) {
            try slow.readRecord(text, row: row)
            return defect(ofDecoded: row, table.fields)
        } catch {
            setNull(row)
            return RecordDefect(.malformed, detail: Int32(clamping: error.position))
        }
    }

    private func setNull(_ row: Int) {
        let fields = table.fields
        for index in table.root.first..<table.root.first + table.root.count {
            fields[index].setNull(row)
        }
    }

    /// `noColumns` if all columns are null in row `row`.
    @inline(__always)
    private func defect(
        ofDecoded row: Int, _ fields: Buffer<FieldTable.Field>
    ) -> RecordDefect {
        for index in table.root.first..<table.root.first &+ table.root.count
        where !fields[index].isNull(row) {
            return RecordDefect(.none)
        }
        return RecordDefect(.noColumns)
    }
}
