/// `min` and `max` of the types stored as integers: the value, and 1 once there is one. Two words.
final class IntegerExtremeAccumulator: Accumulator {
    private let isMaximum: Bool

    init(isMaximum: Bool) {
        self.isMaximum = isMaximum
        super.init(wordCount: 2)
    }

    override func fold(_ window: WindowState, _ input: AggregateInput) {
        let words = window.words
        let nulls = input.arguments[0].nulls
        let values = input.arguments[0].integers
        window.forEachAssignment(input, offset: offset) { row, word in
            guard !nulls[row] else { return }
            let value = values[row]
            let stored = Int64(bitPattern: words[word])
            if words[word + 1] == 0 || (isMaximum ? value > stored : value < stored) {
                words[word] = UInt64(bitPattern: value)
                words[word + 1] = 1
            }
        }
    }

    override func finish(
        _ window: WindowState, pane: Int, into output: ColumnVector, row: Int, errors: RowErrors
    ) {
        let word = pane * window.wordsPerPane + offset
        guard window.words[word + 1] != 0 else { return output.setNull(row) }
        output.set(row, integer: Int64(bitPattern: window.words[word]))
    }
}

/// `min` and `max` of FLOAT and DOUBLE: NaN is the largest value, -0.0 equals 0.0 and the first of
/// equals stays. Two words.
final class DoubleExtremeAccumulator: Accumulator {
    private let isMaximum: Bool

    init(isMaximum: Bool) {
        self.isMaximum = isMaximum
        super.init(wordCount: 2)
    }

    override func fold(_ window: WindowState, _ input: AggregateInput) {
        let words = window.words
        let nulls = input.arguments[0].nulls
        let values = input.arguments[0].doubles
        window.forEachAssignment(input, offset: offset) { row, word in
            guard !nulls[row] else { return }
            let value = values[row]
            let stored = Double(bitPattern: words[word])
            if words[word + 1] == 0
                || (isMaximum ? isLess(stored, value) : isLess(value, stored))
            {
                words[word] = value.bitPattern
                words[word + 1] = 1
            }
        }
    }

    private func isLess(_ left: Double, _ right: Double) -> Bool {
        right.isNaN ? !left.isNaN : left < right
    }

    override func finish(
        _ window: WindowState, pane: Int, into output: ColumnVector, row: Int, errors: RowErrors
    ) {
        let word = pane * window.wordsPerPane + offset
        guard window.words[word + 1] != 0 else { return output.setNull(row) }
        output.set(row, double: Double(bitPattern: window.words[word]))
    }
}

/// `min` and `max` of DECIMAL: the unscaled value in two words, and 1 once there is one. Three
/// words.
final class DecimalExtremeAccumulator: Accumulator {
    private let isMaximum: Bool

    init(isMaximum: Bool) {
        self.isMaximum = isMaximum
        super.init(wordCount: 3)
    }

    override func fold(_ window: WindowState, _ input: AggregateInput) {
        let words = window.words
        let nulls = input.arguments[0].nulls
        let values = input.arguments[0].decimals
        window.forEachAssignment(input, offset: offset) { row, word in
            guard !nulls[row] else { return }
            let value = values[row]
            let stored = words.int128(at: word)
            if words[word + 2] == 0 || (isMaximum ? value > stored : value < stored) {
                words.set(int128: value, at: word)
                words[word + 2] = 1
            }
        }
    }

    override func finish(
        _ window: WindowState, pane: Int, into output: ColumnVector, row: Int, errors: RowErrors
    ) {
        let word = pane * window.wordsPerPane + offset
        guard window.words[word + 2] != 0 else { return output.setNull(row) }
        output.set(row, decimal: window.words.int128(at: word))
    }
}
