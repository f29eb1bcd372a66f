/// Values as bytes whose order is the order that Spark sorts the values in, ascending.
///
/// Grouping keys are compared, hashed and sorted in this form: nulls first, numbers by value with
/// NaN last, text by its bytes, a STRUCT field by field. Each value begins with a byte that is 0
/// for null and 1 otherwise.
struct RowEncoding {
    private let types: [DataType]
    /// Grouping treats -0.0 as 0.0 and every NaN as one; `first` and `last` keep what they were
    /// given.
    private let normalizesZero: Bool

    private static let sign: UInt64 = 1 << 63

    init(types: [DataType], normalizesZero: Bool) {
        self.types = types
        self.normalizesZero = normalizesZero
    }

    /// Appends row `row` of `columns`, which have the encoding's types, to `output`.
    func encode(_ columns: [ColumnVector], row: Int, to output: ByteArena) {
        let last = columns.count - 1
        for position in columns.indices {
            encode(columns[position], row: row, isLast: position == last, to: output)
        }
    }

    /// Appends the rows `rows` of `columns` to `output`, which is empty, and notes by row where
    /// each begins and how long it is.
    func encode(
        _ columns: [ColumnVector], rows: Selection, to output: ByteArena, starts: Buffer<Int>,
        lengths: Buffer<Int>
    ) {
        if types == [.string] {
            return encodeText(columns[0], rows: rows, to: output, starts: starts, lengths: lengths)
        }
        for position in 0..<rows.count {
            let row = rows[position]
            starts[row] = output.count
            encode(columns, row: row, to: output)
            lengths[row] = output.count - starts[row]
        }
    }

    /// Rows of one STRING, the most frequent key.
    private func encodeText(
        _ column: ColumnVector, rows: Selection, to output: ByteArena, starts: Buffer<Int>,
        lengths: Buffer<Int>
    ) {
        let (selected, nulls, arena) = (rows.rows, column.nulls, column.arena)
        let (textStarts, textLengths) = (column.starts, column.lengths)
        for position in 0..<rows.count {
            let row = Int(selected[position])
            let start = output.count
            if nulls[row] {
                output.append(0 as UInt8)
            } else {
                output.append(1 as UInt8)
                output.append(from: arena, at: textStarts[row], count: textLengths[row])
            }
            starts[row] = start
            lengths[row] = output.count - start
        }
    }

    private func encode(
        _ column: ColumnVector, row: Int, isLast: Bool, to output: ByteArena
    ) {
        guard !column.nulls[row] else { return output.append(0 as UInt8) }
        output.append(1 as UInt8)
        switch column.type.physicalType {
        case .integer:
            append(UInt64(bitPattern: column.integers[row]) ^ Self.sign, to: output)
        case .double:
            append(ordered(column.doubles[row]), to: output)
        case .decimal:
            let bits = UInt128(bitPattern: column.decimals[row]) ^ (1 << 127)
            append(UInt64(truncatingIfNeeded: bits >> 64), to: output)
            append(UInt64(truncatingIfNeeded: bits), to: output)
        case .string:
            if isLast {
                output.append(
                    from: column.arena, at: column.starts[row], count: column.lengths[row])
            } else {
                appendEscaped(column, row: row, to: output)
            }
        case .structure:
            for child in column.children {
                encode(child, row: row, isLast: false, to: output)
            }
        }
    }

    private func append(_ word: UInt64, to output: ByteArena) {
        let start = output.appendUninitialized(8)
        for position in 0..<8 {
            output[start + position] = UInt8(truncatingIfNeeded: word >> (56 - 8 * position))
        }
    }

    /// Text in the middle of a row: a zero byte becomes 0, 255, and 0, 0 ends it.
    private func appendEscaped(_ column: ColumnVector, row: Int, to output: ByteArena) {
        let start = column.starts[row]
        for position in start..<start + column.lengths[row] {
            let byte = column.arena[position]
            output.append(byte)
            if byte == 0 { output.append(255 as UInt8) }
        }
        output.append(0 as UInt8)
        output.append(0 as UInt8)
    }

    private func ordered(_ value: Double) -> UInt64 {
        var value = value
        if normalizesZero {
            if value == 0 { value = 0 } else if value.isNaN { value = .nan }
        }
        let bits = value.bitPattern
        if value.isNaN { return bits | Self.sign }
        return bits & Self.sign == 0 ? bits | Self.sign : ~bits
    }

    /// Reads a row of `length` bytes back into row `row` of `columns`.
    func decode(
        _ bytes: Buffer<UInt8>, at start: Int, count length: Int,
        into columns: [ColumnVector], row: Int
    ) {
        var position = start
        let last = columns.count - 1
        for (index, column) in columns.enumerated() {
            decode(
                bytes, &position, end: start + length, into: column, row: row,
                isLast: index == last)
        }
        assert(position == start + length, "a row is read to its end")
    }

    private func decode(
        _ bytes: Buffer<UInt8>, _ position: inout Int, end: Int,
        into column: ColumnVector, row: Int, isLast: Bool
    ) {
        let isNull = bytes[position] == 0
        position += 1
        guard !isNull else { return column.setNull(row) }
        switch column.type.physicalType {
        case .integer:
            let bits = word(bytes, &position) ^ Self.sign
            column.set(row, integer: Int64(bitPattern: bits))
        case .double:
            let bits = word(bytes, &position)
            let isPositive = bits & Self.sign != 0
            column.set(row, double: Double(bitPattern: isPositive ? bits ^ Self.sign : ~bits))
        case .decimal:
            let high = UInt128(word(bytes, &position))
            let bits = (high << 64 | UInt128(word(bytes, &position))) ^ (1 << 127)
            column.set(row, decimal: Int128(bitPattern: bits))
        case .string:
            decodeText(bytes, &position, end: end, into: column, row: row, isLast: isLast)
        case .structure:
            column.nulls[row] = false
            for child in column.children {
                decode(bytes, &position, end: end, into: child, row: row, isLast: false)
            }
        }
    }

    private func decodeText(
        _ bytes: Buffer<UInt8>, _ position: inout Int, end: Int,
        into column: ColumnVector, row: Int, isLast: Bool
    ) {
        let start = column.arena.count
        if isLast {
            bytes.withSpan(position..<end) { column.arena.append($0) }
            position = end
        } else {
            while true {
                let byte = bytes[position]
                position += byte == 0 ? 2 : 1
                if byte == 0 && bytes[position - 1] == 0 { break }
                column.arena.append(byte)
            }
        }
        column.set(row, arenaFrom: start)
    }

    private func word(_ bytes: Buffer<UInt8>, _ position: inout Int) -> UInt64 {
        var word: UInt64 = 0
        for offset in 0..<8 { word = word << 8 | UInt64(bytes[position + offset]) }
        position += 8
        return word
    }
}
