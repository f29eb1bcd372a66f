/// Conversions of single values that casts share.
enum Conversion {
    /// The whole part of `value`, or ``RowError/castOverflow``.
    ///
    /// As Spark: the value rounded down must not be above the range and rounded up not below it, so
    /// 2147483647.9 is an INT; 2^63 is accepted as BIGINT and becomes its largest value.
    @inline(__always)
    static func integral(
        _ value: Double, within range: ClosedRange<Int64>
    ) throws(RowError) -> Int64 {
        guard value.rounded(.down) <= Double(range.upperBound),
            value.rounded(.up) >= Double(range.lowerBound)
        else { throw .castOverflow }
        return Int64(exactly: value.rounded(.towardZero)) ?? range.upperBound
    }

    /// A DECIMAL of seconds since 1970 in microseconds, cut.
    static func microseconds(_ value: Int128, scale: Int) throws(RowError) -> Int64 {
        let product = UInt256(product: value.magnitude, 1_000_000)
        let whole = product.dividedBy(Decimals.powerOfTen(scale)).quotient
        guard let magnitude = whole.narrowed, magnitude <= 1 << 63 else { throw .castOverflow }
        let signed = value < 0 ? -Int128(magnitude) : Int128(magnitude)
        guard let result = Int64(exactly: signed) else { throw .castOverflow }
        return result
    }

    /// Appends the text of a value that is not null; a STRUCT's is `{x, 1.5, null}`.
    static func appendText(
        of column: ColumnVector, _ type: DataType, _ row: Int, to arena: ByteArena
    ) {
        switch type {
        case .void: break
        case .boolean:
            if column.integers[row] != 0 {
                arena.append("true" as StaticString)
            } else {
                arena.append("false" as StaticString)
            }
        case .tinyint, .smallint, .int, .bigint:
            TextFormat.append(integer: column.integers[row], to: arena)
        case .float: TextFormat.append(float: column.doubles[row], to: arena)
        case .double: TextFormat.append(double: column.doubles[row], to: arena)
        case .decimal(_, let scale):
            TextFormat.append(decimal: column.decimals[row], scale: scale, to: arena)
        case .date: TextFormat.append(date: column.integers[row], to: arena)
        case .timestamp: TextFormat.append(timestamp: column.integers[row], to: arena)
        case .string: column.withBytes(row) { arena.append($0) }
        case .structure(let fields):
            arena.append(UInt8(ascii: "{"))
            for (index, field) in fields.enumerated() {
                if index > 0 { arena.append(", " as StaticString) }
                if column.children[index].nulls[row] {
                    arena.append("null" as StaticString)
                } else {
                    appendText(of: column.children[index], field.type, row, to: arena)
                }
            }
            arena.append(UInt8(ascii: "}"))
        }
    }
}
