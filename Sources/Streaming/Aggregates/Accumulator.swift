/// Folds one aggregate function into the panes of windows, a column at a time.
///
/// Records are folded one by one in log order, so a result depends on nothing but the log, down to
/// the last bit of a floating-point sum. A pane's words are zero before its first record.
class Accumulator {
    /// Words of a pane that belong to this accumulator.
    let wordCount: Int
    /// The first of them.
    fileprivate(set) var offset = 0

    init(wordCount: Int) { self.wordCount = wordCount }

    /// Folds the records assigned to `window` that count (see ``AggregateInput/counts(_:)``).
    func fold(_ window: WindowState, _ input: AggregateInput) {
        preconditionFailure("a subclass folds")
    }

    /// Writes the result of pane `pane` to row `row` of `output`. A fold that failed is an error.
    final func finish(
        _ window: WindowState, pane: Int, into output: ColumnVector, row: Int, errors: RowErrors
    ) {
        let word = pane * window.wordsPerPane + offset
        finish(window, word: word, into: output, row: row, errors: errors)
    }

    /// The same for the pane in which this accumulator's words begin at `word`.
    func finish(
        _ window: WindowState, word: Int, into output: ColumnVector, row: Int, errors: RowErrors
    ) {
        preconditionFailure("a subclass finishes")
    }

    /// Lays accumulators out side by side; returns the words of a pane.
    static func layOut(_ accumulators: [Accumulator]) -> Int {
        var words = 0
        for accumulator in accumulators {
            accumulator.offset = words
            words += accumulator.wordCount
        }
        return words
    }
}

/// The operands of one aggregate call for a micro-batch.
struct AggregateInput {
    var arguments: [ColumnVector]
    /// `FILTER (WHERE …)`, if the call has one.
    var filter: ColumnVector?

    /// Room for the operands that `arguments` and `filter` give, to be filled for each batch.
    init(_ arguments: [ExpressionEvaluator], _ filter: ExpressionEvaluator?) {
        self.arguments = arguments.map { ColumnVector(type: $0.expression.type) }
        self.filter = nil
    }

    /// Whether record `row` passes the filter.
    @inline(__always)
    func passes(_ row: Int) -> Bool {
        guard let filter else { return true }
        return !filter.nulls[row] && filter.integers[row] != 0
    }
}

extension WindowState {
    /// Calls `body` with each assigned record that passes the filter and the first word of its
    /// accumulator, in log order.
    @inline(__always)
    func forEachAssignment(
        _ input: AggregateInput, offset: Int, _ body: (_ row: Int, _ word: Int) -> Void
    ) {
        let rows = assignedRows
        let panes = assignedPanes
        let stride = wordsPerPane
        if input.filter == nil {
            for position in 0..<assignedCount {
                body(Int(rows[position]), Int(panes[position]) * stride + offset)
            }
        } else {
            for position in 0..<assignedCount where input.passes(Int(rows[position])) {
                body(Int(rows[position]), Int(panes[position]) * stride + offset)
            }
        }
    }
}

extension AggregateCall {
    /// The accumulator for this call.
    func makeAccumulator() -> Accumulator {
        switch function {
        case .count:
            return CountAccumulator()
        case .sum:
            switch type.physicalType {
            case .integer: return IntegerSumAccumulator()
            case .decimal:
                return DecimalSumAccumulator(operand: arguments[0].type, average: nil)
            default: return DoubleSumAccumulator(isAverage: false)
            }
        case .average:
            guard type.physicalType == .decimal else {
                return DoubleSumAccumulator(isAverage: true)
            }
            return DecimalSumAccumulator(operand: arguments[0].type, average: type)
        case .minimum, .maximum:
            let isMaximum = function == .maximum
            return switch type.physicalType {
            case .integer, .double, .decimal:
                NumberExtremeAccumulator(type: type.physicalType, isMaximum: isMaximum)
            case .string, .structure: EncodedExtremeAccumulator(type: type, isMaximum: isMaximum)
            }
        case .first(let ignoresNulls):
            return makePosition(isLast: false, ignoresNulls: ignoresNulls)
        case .last(let ignoresNulls):
            return makePosition(isLast: true, ignoresNulls: ignoresNulls)
        case .standardDeviation(let isSample):
            return MomentAccumulator(isSample: isSample, isDeviation: true)
        case .variance(let isSample):
            return MomentAccumulator(isSample: isSample, isDeviation: false)
        }
    }

    private func makePosition(isLast: Bool, ignoresNulls: Bool) -> Accumulator {
        switch type.physicalType {
        case .integer, .double:
            WordPositionAccumulator(
                isDouble: type.physicalType == .double, isLast: isLast, ignoresNulls: ignoresNulls)
        case .decimal, .string, .structure:
            EncodedPositionAccumulator(type: type, isLast: isLast, ignoresNulls: ignoresNulls)
        }
    }
}
