/// `CASE WHEN`, `if`, `nullif`: each branch is evaluated only for the rows that reach it.
final class ConditionalNode: ExpressionNode {
    struct Branch {
        let condition: ExpressionNode
        let value: ExpressionNode
    }

    private let branches: [Branch]
    private let otherwise: ExpressionNode?
    private let taken = Selection()
    /// The rows that no branch so far has taken; two that alternate.
    private let remaining = (Selection(), Selection())

    init(_ branches: [Branch], otherwise: ExpressionNode?, type: DataType) {
        self.branches = branches
        self.otherwise = otherwise
        super.init(
            type: type,
            canFail: branches.contains { $0.condition.canFail || $0.value.canFail }
                || otherwise?.canFail ?? false)
    }

    override func evaluate(_ context: EvaluationContext, _ rows: Selection) -> ColumnVector {
        resetOutput(for: rows)
        var current = rows
        var next = remaining.0
        for branch in branches where current.count > 0 {
            let condition = branch.condition.evaluate(context, current)
            let nulls = condition.nulls
            let truths = condition.integers
            taken.select(from: current) { !nulls[$0] && truths[$0] == 1 }
            next.select(from: current) { nulls[$0] || truths[$0] != 1 }
            if taken.count > 0 {
                output.copy(taken, from: branch.value.evaluate(context, taken))
            }
            current = next
            next = next === remaining.0 ? remaining.1 : remaining.0
        }
        guard current.count > 0 else { return output }
        if let otherwise {
            output.copy(current, from: otherwise.evaluate(context, current))
        } else {
            for position in 0..<current.count { output.setNull(current[position]) }
        }
        return output
    }
}

/// `coalesce`: later operands are evaluated only for rows that are still null.
final class CoalesceNode: ExpressionNode {
    private let operands: [ExpressionNode]
    private let missing = (Selection(), Selection())

    init(_ operands: [ExpressionNode], type: DataType) {
        self.operands = operands
        super.init(type: type, canFail: operands.contains { $0.canFail })
    }

    override func evaluate(_ context: EvaluationContext, _ rows: Selection) -> ColumnVector {
        resetOutput(for: rows)
        let nulls = output.nulls
        var current = rows
        var next = missing.0
        for operand in operands where current.count > 0 {
            output.copy(current, from: operand.evaluate(context, current))
            next.select(from: current) { nulls[$0] }
            current = next
            next = next === missing.0 ? missing.1 : missing.0
        }
        return output
    }
}

/// `nanvl(a, b)`: b is evaluated only where a is NaN.
final class NaNReplacementNode: ExpressionNode {
    private let value: ExpressionNode
    private let replacement: ExpressionNode
    private let undefined = Selection()

    init(_ value: ExpressionNode, _ replacement: ExpressionNode, type: DataType) {
        self.value = value
        self.replacement = replacement
        super.init(type: type, canFail: value.canFail || replacement.canFail)
    }

    override func evaluate(_ context: EvaluationContext, _ rows: Selection) -> ColumnVector {
        let source = value.evaluate(context, rows)
        resetOutput(for: rows)
        output.copy(rows, from: source)
        let nulls = output.nulls
        let elements = output.doubles
        undefined.select(from: rows) { !nulls[$0] && elements[$0].isNaN }
        if undefined.count > 0 {
            output.copy(undefined, from: replacement.evaluate(context, undefined))
        }
        return output
    }
}

/// `greatest` and `least`: nulls are skipped, the first of equal values stays.
final class ExtremeNode: FunctionNode {
    private let isGreatest: Bool

    init(_ function: ScalarFunction, operands: [ExpressionNode], type: DataType) {
        isGreatest = function == .greatest
        super.init(type: type, operands: operands, canFail: false, skipsAfterNull: false)
    }

    override func evaluate(_ context: EvaluationContext, _ rows: Selection) -> ColumnVector {
        evaluateOperands(context, rows)
        resetOutput(for: rows)
        output.copy(rows, from: values[0])
        for candidate in values.dropFirst() {
            switch type.physicalType {
            case .integer:
                take(IntegerLane.self, candidate, rows) { Ordering.compare($0, $1) }
            case .double:
                take(DoubleLane.self, candidate, rows) { Ordering.compare($0, $1) }
            case .decimal:
                take(DecimalLane.self, candidate, rows) { Ordering.compare($0, $1) }
            case .string, .structure: takeOthers(candidate, rows)
            }
        }
        return output
    }

    @inline(__always)
    private func take<Values: Lane>(
        _: Values.Type, _ candidate: ColumnVector, _ rows: Selection,
        _ compare: (Values.Element, Values.Element) -> Int
    ) {
        let candidateNulls = candidate.nulls
        let elements = Values.elements(of: candidate)
        let nulls = output.nulls
        let results = Values.elements(of: output)
        let isGreatest = isGreatest
        for position in 0..<rows.count {
            let row = rows[position]
            guard !candidateNulls[row] else { continue }
            if !nulls[row] {
                let order = compare(elements[row], results[row])
                guard isGreatest ? order > 0 : order < 0 else { continue }
            }
            nulls[row] = false
            results[row] = elements[row]
        }
    }

    private func takeOthers(_ candidate: ColumnVector, _ rows: Selection) {
        for position in 0..<rows.count {
            let row = rows[position]
            guard !candidate.nulls[row] else { continue }
            if !output.nulls[row] {
                let order = Ordering.compare(candidate, row, output, row)
                guard isGreatest ? order > 0 : order < 0 else { continue }
            }
            output.copy(row, from: candidate, row)
        }
    }
}
