/// `AND` and `OR`: the right side is evaluated only where the left one does not decide.
final class ConnectiveNode: ExpressionNode {
    private let left: ExpressionNode
    private let right: ExpressionNode
    /// The value of one side that decides the result: false for AND, true for OR.
    private let deciding: Bool
    private let undecided = Selection()

    init(_ left: ExpressionNode, _ right: ExpressionNode, deciding: Bool) {
        self.left = left
        self.right = right
        self.deciding = deciding
        super.init(type: .boolean, canFail: left.canFail || right.canFail)
    }

    override func evaluate(_ context: EvaluationContext, _ rows: Selection) -> ColumnVector {
        let first = left.evaluate(context, rows)
        let firstNulls = first.nulls
        let firstValues = first.integers
        let decisive = deciding.stored
        resetOutput(for: rows)
        let nulls = output.nulls
        let results = output.integers
        undecided.select(from: rows) { row in
            let isDecided = !firstNulls[row] && firstValues[row] == decisive
            nulls[row] = firstNulls[row]
            results[row] = firstValues[row]
            return !isDecided
        }
        guard undecided.count > 0 else { return output }
        let second = right.evaluate(context, undecided)
        let secondNulls = second.nulls
        let secondValues = second.integers
        for position in 0..<undecided.count {
            let row = undecided[position]
            if !secondNulls[row], secondValues[row] == decisive {
                nulls[row] = false
                results[row] = decisive
            } else {
                nulls[row] = nulls[row] || secondNulls[row]
            }
        }
        return output
    }
}

/// `NOT`.
final class NotNode: FunctionNode {
    init(_ operand: ExpressionNode) {
        super.init(type: .boolean, operands: [operand], canFail: false)
    }

    override func evaluate(_ context: EvaluationContext, _ rows: Selection) -> ColumnVector {
        evaluateOperands(context, rows)
        resetOutput(for: rows)
        Kernels.map(
            IntegerLane.self, to: IntegerLane.self, values[0], into: output, rows, nil
        ) { value throws(RowError) in 1 - value }
        return output
    }
}

/// `IS NULL`, `IS NOT NULL` and `isnan`, which are never null.
final class NullTestNode: FunctionNode {
    private let function: ScalarFunction

    init(_ function: ScalarFunction, operand: ExpressionNode) {
        self.function = function
        super.init(type: .boolean, operands: [operand], canFail: false)
    }

    override func evaluate(_ context: EvaluationContext, _ rows: Selection) -> ColumnVector {
        evaluateOperands(context, rows)
        resetOutput(for: rows)
        let operandNulls = values[0].nulls
        switch function {
        case .isNull: test(rows) { operandNulls[$0] }
        case .isNaN:
            let elements = values[0].doubles
            test(rows) { !operandNulls[$0] && elements[$0].isNaN }
        default: test(rows) { !operandNulls[$0] }
        }
        return output
    }

    @inline(__always)
    private func test(_ rows: Selection, _ holds: (Int) -> Bool) {
        let nulls = output.nulls
        let results = output.integers
        for position in 0..<rows.count {
            let row = rows[position]
            nulls[row] = false
            results[row] = holds(row).stored
        }
    }
}

/// `x IN (…)`: a candidate is evaluated only where the value is not null and no candidate before it
/// matched, unless it is a constant and the value is not.
final class MembershipNode: ExpressionNode {
    private let value: ExpressionNode
    private let candidates: [ExpressionNode]
    /// The rows that the candidates so far leave open.
    private let undecided = Selection()

    init(_ value: ExpressionNode, _ candidates: [ExpressionNode]) {
        self.value = value
        self.candidates = candidates
        super.init(
            type: .boolean, canFail: value.canFail || candidates.contains { $0.canFail },
            isConstant: value.isConstant && candidates.allSatisfy(\.isConstant))
    }

    override func evaluate(_ context: EvaluationContext, _ rows: Selection) -> ColumnVector {
        let sought = value.evaluate(context, rows)
        let soughtNulls = sought.nulls
        resetOutput(for: rows)
        let nulls = output.nulls
        let results = output.integers
        for position in 0..<rows.count {
            let row = rows[position]
            nulls[row] = soughtNulls[row]
            results[row] = 0
        }
        for candidate in candidates {
            guard candidate.canFail, isConstant || !candidate.isConstant else {
                compare(sought, candidate.evaluate(context, rows), rows)
                continue
            }
            undecided.select(from: rows) { !soughtNulls[$0] && results[$0] == 0 }
            guard undecided.count > 0 else { continue }
            compare(sought, candidate.evaluate(context, undecided), undecided)
        }
        for position in 0..<rows.count where results[rows[position]] == 1 {
            nulls[rows[position]] = false
        }
        return output
    }

    /// A match sets the result to 1, a null candidate sets the null flag.
    private func compare(_ value: ColumnVector, _ candidate: ColumnVector, _ rows: Selection) {
        switch self.value.type.physicalType {
        case .integer:
            let (left, right) = (value.integers, candidate.integers)
            compare(value, candidate, rows) { left[$0] == right[$0] }
        case .double:
            let (left, right) = (value.doubles, candidate.doubles)
            compare(value, candidate, rows) { Ordering.compare(left[$0], right[$0]) == 0 }
        case .decimal:
            let (left, right) = (value.decimals, candidate.decimals)
            compare(value, candidate, rows) { left[$0] == right[$0] }
        case .string:
            compare(value, candidate, rows) { Ordering.equalBytes(value, $0, candidate, $0) }
        case .structure:
            compare(value, candidate, rows) { Ordering.compare(value, $0, candidate, $0) == 0 }
        }
    }

    @inline(__always)
    private func compare(
        _ value: ColumnVector, _ candidate: ColumnVector, _ rows: Selection,
        _ isEqual: (Int) -> Bool
    ) {
        let valueNulls = value.nulls
        let candidateNulls = candidate.nulls
        let nulls = output.nulls
        let results = output.integers
        for position in 0..<rows.count {
            let row = rows[position]
            if valueNulls[row] || results[row] == 1 { continue }
            if candidateNulls[row] {
                nulls[row] = true
            } else if isEqual(row) {
                results[row] = 1
            }
        }
    }
}
