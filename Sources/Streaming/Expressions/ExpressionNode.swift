/// One operation of a compiled expression, with the column that it writes its results to.
///
/// A node is evaluated a batch at a time. Its result is valid until it is evaluated again; it may
/// be a column of the input or of an operand.
class ExpressionNode {
    let type: DataType
    /// Where the results go, if the node makes any of its own.
    let output: ColumnVector
    /// Whether evaluation may note a ``RowError``. Where it cannot, rows whose result does not
    /// matter may be evaluated too, which saves narrowing the selection.
    let canFail: Bool
    /// Whether it is known to read no column. Spark computes such an expression before the query
    /// runs, so that its error fails every row, also where the result does not matter.
    let isConstant: Bool

    init(type: DataType, canFail: Bool, isConstant: Bool = false) {
        self.type = type
        self.canFail = canFail
        self.isConstant = isConstant
        output = ColumnVector(type: type)
    }

    func evaluate(_ context: EvaluationContext, _ rows: Selection) -> ColumnVector {
        preconditionFailure("a node must say how it is evaluated")
    }

    /// Empties the output and makes room for the selected rows.
    final func resetOutput(for rows: Selection) {
        output.reset(rows: rows.upperBound)
    }
}

/// What the nodes of an expression share during an evaluation.
final class EvaluationContext {
    var columns: [ColumnVector] = []
    var errors = RowErrors()
    var parser: TextParser
    /// Bytes that live no longer than the work on a row.
    let scratch = ByteArena()

    init(zones: ZoneCatalog) { parser = TextParser(zones: zones) }
}

/// A node that computes each row from the values of its operands in that row.
class FunctionNode: ExpressionNode {
    let operands: [ExpressionNode]
    /// The operands' columns, after ``evaluateOperands(_:_:)``.
    private(set) var values: [ColumnVector]
    /// The operands in the order of evaluation.
    private let order: [Int]
    /// For each step of ``order`` the rows where all operands before are not null; nil if the step
    /// needs no narrowing.
    private let narrowed: [Selection?]

    /// - Parameters:
    ///   - skipsAfterNull: an operand is not evaluated for a row where one before it is null, as
    ///     Spark does for most functions; so its error does not arise there. A constant operand is
    ///     evaluated for every row nevertheless, unless all are constants.
    ///   - isRightFirst: operands are evaluated from the last to the first, as Spark does where the
    ///     last one is a divisor.
    init(
        type: DataType, operands: [ExpressionNode], canFail: Bool, skipsAfterNull: Bool = true,
        isRightFirst: Bool = false
    ) {
        self.operands = operands
        values = operands.map(\.output)
        order = isRightFirst ? operands.indices.reversed() : Array(operands.indices)
        let isConstant = operands.allSatisfy(\.isConstant)
        narrowed = order.enumerated().map { step, operand in
            let isSkippable =
                operands[operand].canFail
                && (isConstant || !operands[operand].isConstant)
            return step > 0 && skipsAfterNull && isSkippable ? Selection() : nil
        }
        super.init(
            type: type, canFail: canFail || operands.contains { $0.canFail },
            isConstant: isConstant)
    }

    /// Evaluates the operands. A row for which an operand was skipped is null in one that was
    /// evaluated before it: look at the nulls in the order of evaluation.
    final func evaluateOperands(_ context: EvaluationContext, _ rows: Selection) {
        var current = rows
        for step in order.indices {
            if let narrower = narrowed[step] {
                let previous = values[order[step - 1]].nulls
                if step > 1, narrowed[step - 1] == nil {
                    // Nothing was narrowed before: look at all operands so far.
                    narrower.select(from: current) { row in
                        for earlier in 0..<step where values[order[earlier]].nulls[row] {
                            return false
                        }
                        return true
                    }
                } else {
                    narrower.select(from: current) { !previous[$0] }
                }
                current = narrower
            }
            values[order[step]] = operands[order[step]].evaluate(context, current)
        }
    }
}

extension Selection {
    /// One more than the last row, 0 if there is none.
    var upperBound: Int { count == 0 ? 0 : self[count - 1] + 1 }

    /// Selects the rows of `source` that `isIncluded` accepts.
    @inline(__always)
    func select(from source: Selection, where isIncluded: (Int) -> Bool) {
        reset(capacity: source.count)
        let origin = source.rows
        let target = rows
        var kept = 0
        for position in 0..<source.count {
            let row = origin[position]
            target[kept] = row
            kept += isIncluded(Int(row)) ? 1 : 0
        }
        used = kept
    }
}
