/// `min` and `max` of the types stored as numbers: the value in one word, the unscaled value of a
/// DECIMAL in two, and then 1 once there is one.
///
/// Of FLOAT and DOUBLE NaN is the largest value, -0.0 equals 0.0 and the first of equals stays.
final class NumberExtremeAccumulator: Accumulator {
    private let type: PhysicalType
    private let isMaximum: Bool
    private let valueWords: Int

    init(type: PhysicalType, isMaximum: Bool) {
        self.type = type
        self.isMaximum = isMaximum
        valueWords = type == .decimal ? 2 : 1
        super.init(wordCount: valueWords + 1)
    }

    override func fold(_ window: WindowState, _ input: AggregateInput) {
        let words = window.words
        let column = input.arguments[0]
        switch type {
        case .double:
            fold(
                window, input, column.doubles, isLess: Self.isLess,
                load: { Double(bitPattern: words[$0]) }, store: { words[$1] = $0.bitPattern })
        case .decimal:
            fold(
                window, input, column.decimals, isLess: <,
                load: { words.int128(at: $0) }, store: { words.set(int128: $0, at: $1) })
        default:
            fold(
                window, input, column.integers, isLess: <,
                load: { Int64(bitPattern: words[$0]) },
                store: { words[$1] = UInt64(bitPattern: $0) })
        }
    }

    @inline(__always)
    private func fold<Value>(
        _ window: WindowState, _ input: AggregateInput, _ values: Buffer<Value>,
        isLess: (Value, Value) -> Bool, load: (_ word: Int) -> Value,
        store: (Value, _ word: Int) -> Void
    ) {
        let words = window.words
        let nulls = input.arguments[0].nulls
        let state = valueWords
        window.forEachAssignment(input, offset: offset) { row, word in
            guard !nulls[row] else { return }
            let value = values[row]
            if words[word + state] == 0
                || (isMaximum ? isLess(load(word), value) : isLess(value, load(word)))
            {
                store(value, word)
                words[word + state] = 1
            }
        }
    }

    private static func isLess(_ left: Double, _ right: Double) -> Bool {
        right.isNaN ? !left.isNaN : left < right
    }

    override func finish(
        _ window: WindowState, word: Int, into output: ColumnVector, row: Int, errors: RowErrors
    ) {
        let words = window.words
        guard words[word + valueWords] != 0 else { return output.setNull(row) }
        switch type {
        case .double: output.set(row, double: Double(bitPattern: words[word]))
        case .decimal: output.set(row, decimal: words.int128(at: word))
        default: output.set(row, integer: Int64(bitPattern: words[word]))
        }
    }
}
