/// `count(*)` and `count(x, …)`: records in which no operand is null. One word.
final class CountAccumulator: Accumulator {
    init() { super.init(wordCount: 1) }

    override func fold(_ window: WindowState, _ input: AggregateInput) {
        let words = window.words
        switch input.arguments.count {
        case 0:
            window.forEachAssignment(input, offset: offset) { _, word in words[word] &+= 1 }
        case 1:
            let nulls = input.arguments[0].nulls
            window.forEachAssignment(input, offset: offset) { row, word in
                if !nulls[row] { words[word] &+= 1 }
            }
        default:
            window.forEachAssignment(input, offset: offset) { row, word in
                if input.arguments.allSatisfy({ !$0.nulls[row] }) { words[word] &+= 1 }
            }
        }
    }

    override func finish(
        _ window: WindowState, word: Int, into output: ColumnVector, row: Int, errors: RowErrors
    ) {
        output.set(row, integer: Int64(truncatingIfNeeded: window.words[word]))
    }
}

/// What the last word of a sum says.
private enum SumState {
    static let empty: UInt64 = 0
    static let hasValue: UInt64 = 1
    /// Spark stops the query there; here the row becomes a dead letter.
    static let overflowed: UInt64 = 2
}

/// `sum` of BIGINT: the sum, and its state. Two words.
final class IntegerSumAccumulator: Accumulator {
    init() { super.init(wordCount: 2) }

    override func fold(_ window: WindowState, _ input: AggregateInput) {
        let words = window.words
        let nulls = input.arguments[0].nulls
        let values = input.arguments[0].integers
        window.forEachAssignment(input, offset: offset) { row, word in
            guard !nulls[row], words[word + 1] != SumState.overflowed else { return }
            let (sum, overflow) = Int64(bitPattern: words[word])
                .addingReportingOverflow(values[row])
            words[word] = UInt64(bitPattern: sum)
            words[word + 1] = overflow ? SumState.overflowed : SumState.hasValue
        }
    }

    override func finish(
        _ window: WindowState, word: Int, into output: ColumnVector, row: Int, errors: RowErrors
    ) {
        switch window.words[word + 1] {
        case SumState.hasValue:
            output.set(row, integer: Int64(bitPattern: window.words[word]))
        case SumState.overflowed:
            errors.note(.arithmeticOverflow, row: row)
            output.setNull(row)
        default: output.setNull(row)
        }
    }
}

/// `sum` and `avg` of DOUBLE: the sum from 0.0 on, and the number of values. Two words.
final class DoubleSumAccumulator: Accumulator {
    private let isAverage: Bool

    init(isAverage: Bool) {
        self.isAverage = isAverage
        super.init(wordCount: 2)
    }

    override func fold(_ window: WindowState, _ input: AggregateInput) {
        let words = window.words
        let nulls = input.arguments[0].nulls
        let values = input.arguments[0].doubles
        window.forEachAssignment(input, offset: offset) { row, word in
            guard !nulls[row] else { return }
            words[word] = (Double(bitPattern: words[word]) + values[row]).bitPattern
            words[word + 1] &+= 1
        }
    }

    override func finish(
        _ window: WindowState, word: Int, into output: ColumnVector, row: Int, errors: RowErrors
    ) {
        let count = window.words[word + 1]
        guard count > 0 else { return output.setNull(row) }
        let sum = Double(bitPattern: window.words[word])
        output.set(row, double: isAverage ? sum / Double(count) : sum)
    }
}

/// `sum` and `avg` of DECIMAL: the unscaled sum in two words, low first, its state, and for an
/// average the number of values. Three or four words.
final class DecimalSumAccumulator: Accumulator {
    /// The first magnitude that has too many digits.
    private let bound: Int128
    /// Digits after the point of the sum.
    private let scale: Int
    /// The average's type; nil for a sum.
    private let average: Decimals.Shape?

    /// - Parameters:
    ///   - operand: the DECIMAL that is summed up; the sum has ten digits more, as in Spark.
    ///   - average: the result's type if it is an average.
    init(operand: DataType, average type: DataType?) {
        guard case .decimal(let precision, let scale) = operand else {
            preconditionFailure("a DECIMAL sum has DECIMAL operands")
        }
        bound = Int128(Decimals.powerOfTen(min(precision + 10, DataType.maximumPrecision)))
        self.scale = scale
        if case .decimal(let precision, let scale) = type {
            average = Decimals.Shape(precision: precision, scale: scale)
        } else {
            average = nil
        }
        super.init(wordCount: average == nil ? 3 : 4)
    }

    override func fold(_ window: WindowState, _ input: AggregateInput) {
        let words = window.words
        let nulls = input.arguments[0].nulls
        let values = input.arguments[0].decimals
        let countsValues = average != nil
        window.forEachAssignment(input, offset: offset) { row, word in
            guard !nulls[row], words[word + 2] != SumState.overflowed else { return }
            let (sum, overflow) = words.int128(at: word).addingReportingOverflow(values[row])
            words.set(int128: sum, at: word)
            let isTooLarge = overflow || sum >= bound || sum <= -bound
            words[word + 2] = isTooLarge ? SumState.overflowed : SumState.hasValue
            if countsValues { words[word + 3] &+= 1 }
        }
    }

    override func finish(
        _ window: WindowState, word: Int, into output: ColumnVector, row: Int, errors: RowErrors
    ) {
        switch window.words[word + 2] {
        case SumState.hasValue:
            let sum = window.words.int128(at: word)
            guard let average else { return output.set(row, decimal: sum) }
            do throws(RowError) {
                let count = Int128(window.words[word + 3])
                output.set(
                    row,
                    decimal: try Decimals.divide(
                        sum, scale: scale, count, scale: 0, to: average))
            } catch {
                errors.note(error, row: row)
                output.setNull(row)
            }
        case SumState.overflowed:
            errors.note(.numericValueOutOfRange, row: row)
            output.setNull(row)
        default: output.setNull(row)
        }
    }
}

extension Buffer where Element == UInt64 {
    /// The 128-bit number in two words, low first.
    @inline(__always)
    func int128(at word: Int) -> Int128 {
        Int128(truncatingIfNeeded: self[word])
            | Int128(truncatingIfNeeded: Int64(bitPattern: self[word + 1])) << 64
    }

    @inline(__always)
    func set(int128 value: Int128, at word: Int) {
        self[word] = UInt64(truncatingIfNeeded: value)
        self[word + 1] = UInt64(truncatingIfNeeded: value >> 64)
    }
}
