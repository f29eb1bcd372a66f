import Testing

@testable import Streaming

@Suite struct RowEncodingTests {
    private let types: [DataType] = [.string, .double, .bigint, .decimal(precision: 38, scale: 2)]

    private func encoded(_ columns: [ColumnVector], _ row: Int, _ encoding: RowEncoding) -> [UInt8]
    {
        let output = ByteArena()
        encoding.encode(columns, row: row, to: output)
        return (0..<output.count).map { output[$0] }
    }

    private func column(_ type: DataType, _ texts: [String?]) -> ColumnVector {
        let column = ColumnVector(type: type)
        column.reset(rows: texts.count)
        for (row, text) in texts.enumerated() {
            guard let text else {
                column.setNull(row)
                continue
            }
            switch type.physicalType {
            case .integer: column.set(row, integer: Int64(text) ?? 0)
            case .double: column.set(row, double: Double(text) ?? 0)
            case .decimal: column.set(row, decimal: Int128(text) ?? 0)
            default: column.set(row, bytes: Array(text.utf8).span)
            }
        }
        return column
    }

    /// Values of each type in the order in which Spark sorts them.
    @Test(
        arguments: [
            (DataType.string, [nil, "", "\0", "\0\0", "a", "a\0", "a\0b", "ab", "b", "ä", "日本"]),
            (.bigint, [nil, "-9223372036854775808", "-1", "0", "1", "256", "9223372036854775807"]),
            (.double, [nil, "-inf", "-1.5", "-1e-300", "0", "1e-300", "1.5", "inf", "nan"]),
            (.decimal(precision: 38, scale: 0), [nil, "-99999999999999999999999", "-1", "0", "7"]),
        ] as [(DataType, [String?])])
    func bytesSortAsSparkSortsValues(_ type: DataType, _ texts: [String?]) {
        for isLast in [true, false] {
            // A column behind it makes the text end with a mark instead of the row.
            let columns =
                [column(type, texts)]
                + (isLast ? [] : [column(.bigint, texts.map { _ in "5" })])
            let encoding = RowEncoding(types: columns.map(\.type), normalizesZero: true)
            let rows = texts.indices.map { encoded(columns, $0, encoding) }
            for (left, right) in zip(rows, rows.dropFirst()) {
                #expect(left.lexicographicallyPrecedes(right), "\(type)")
            }
        }
    }

    @Test func whatIsWrittenIsReadBack() {
        let texts: [[String?]] = [
            ["x", nil, "", "a\0b"], ["1.5", "nan", nil, "-0.0"], ["7", nil, "-1", "0"],
            ["12345678901234567890123", nil, "-1", "0"],
        ]
        let columns = zip(types, texts).map { column($0, $1) }
        let encoding = RowEncoding(types: types, normalizesZero: false)
        let copies = types.map { ColumnVector(type: $0) }
        for copy in copies { copy.reset(rows: 4) }
        for row in 0..<4 {
            let bytes = encoded(columns, row, encoding)
            let buffer = Buffer<UInt8>(count: bytes.count, filler: 0)
            buffer.copy(from: bytes.span, to: 0)
            encoding.decode(buffer, at: 0, count: bytes.count, into: copies, row: row)
            #expect(encoded(copies, row, encoding) == bytes)
        }
        #expect(copies[0].text(3) == "a\0b" && copies[0].text(1) == nil)
        #expect(copies[1].doubles[3].sign == .minus)
    }

    @Test func groupingKnowsOneZeroAndOneNaN() {
        let values = column(.double, ["0.0", "-0.0", "nan", "-nan"])
        values.set(3, double: Double(bitPattern: 0xFFF8_0000_0000_0001))
        let encoding = RowEncoding(types: [.double], normalizesZero: true)
        #expect(encoded([values], 0, encoding) == encoded([values], 1, encoding))
        #expect(encoded([values], 2, encoding) == encoded([values], 3, encoding))
    }
}
