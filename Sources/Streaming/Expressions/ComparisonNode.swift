/// `=`, `<`, `<=`, `>`, `>=` and `<=>` of two operands of one type.
final class ComparisonNode: FunctionNode {
    private enum Relation { case equal, less, lessOrEqual, greater, greaterOrEqual }

    private let relation: Relation
    private let isNullSafe: Bool

    init(_ function: ScalarFunction, operands: [ExpressionNode]) {
        switch function {
        case .lessThan: relation = .less
        case .lessOrEqual: relation = .lessOrEqual
        case .greaterThan: relation = .greater
        case .greaterOrEqual: relation = .greaterOrEqual
        default: relation = .equal
        }
        isNullSafe = function == .equalNullSafe
        super.init(
            type: .boolean, operands: operands, canFail: false, skipsAfterNull: !isNullSafe)
    }

    override func evaluate(_ context: EvaluationContext, _ rows: Selection) -> ColumnVector {
        evaluateOperands(context, rows)
        resetOutput(for: rows)
        let (left, right) = (values[0], values[1])
        if isNullSafe {
            compareNullSafe(left, right, rows)
            return output
        }
        switch operands[0].type.physicalType {
        case .integer: compareIntegers(left, right, rows)
        case .double: compareDoubles(left, right, rows)
        case .decimal: compareDecimals(left, right, rows)
        case .string, .structure: compareOthers(left, right, rows)
        }
        return output
    }

    private func compareIntegers(_ left: ColumnVector, _ right: ColumnVector, _ rows: Selection) {
        switch relation {
        case .equal: zip(IntegerLane.self, left, right, rows) { $0 == $1 }
        case .less: zip(IntegerLane.self, left, right, rows) { $0 < $1 }
        case .lessOrEqual: zip(IntegerLane.self, left, right, rows) { $0 <= $1 }
        case .greater: zip(IntegerLane.self, left, right, rows) { $0 > $1 }
        case .greaterOrEqual: zip(IntegerLane.self, left, right, rows) { $0 >= $1 }
        }
    }

    private func compareDoubles(_ left: ColumnVector, _ right: ColumnVector, _ rows: Selection) {
        switch relation {
        case .equal: zip(DoubleLane.self, left, right, rows) { Ordering.compare($0, $1) == 0 }
        case .less: zip(DoubleLane.self, left, right, rows) { Ordering.compare($0, $1) < 0 }
        case .lessOrEqual:
            zip(DoubleLane.self, left, right, rows) { Ordering.compare($0, $1) <= 0 }
        case .greater: zip(DoubleLane.self, left, right, rows) { Ordering.compare($0, $1) > 0 }
        case .greaterOrEqual:
            zip(DoubleLane.self, left, right, rows) { Ordering.compare($0, $1) >= 0 }
        }
    }

    private func compareDecimals(_ left: ColumnVector, _ right: ColumnVector, _ rows: Selection) {
        let relation = relation
        let leftScale = operands[0].type.decimalScale
        let rightScale = operands[1].type.decimalScale
        zip(DecimalLane.self, left, right, rows) {
            Self.holds(
                relation, Decimals.compare($0, scale: leftScale, $1, scale: rightScale))
        }
    }

    private func compareOthers(_ left: ColumnVector, _ right: ColumnVector, _ rows: Selection) {
        let relation = relation
        let leftNulls = left.nulls
        let rightNulls = right.nulls
        let output = output
        let isText = operands[0].type == .string
        Kernels.forEach(
            into: output, rows, nil, isNull: { leftNulls[$0] || rightNulls[$0] }
        ) { row throws(RowError) in
            let result: Bool
            if isText, relation == .equal {
                result = Ordering.equalBytes(left, row, right, row)
            } else {
                result = Self.holds(relation, Ordering.compare(left, row, right, row))
            }
            output.set(row, integer: result.stored)
        }
    }

    private func compareNullSafe(_ left: ColumnVector, _ right: ColumnVector, _ rows: Selection) {
        let leftScale = operands[0].type.decimalScale
        let rightScale = operands[1].type.decimalScale
        for position in 0..<rows.count {
            let row = rows[position]
            let result: Bool
            if leftScale != rightScale, !left.nulls[row], !right.nulls[row] {
                result =
                    Decimals.compare(
                        left.decimals[row], scale: leftScale, right.decimals[row],
                        scale: rightScale) == 0
            } else {
                result = Ordering.compare(left, row, right, row) == 0
            }
            output.set(row, integer: result.stored)
        }
    }

    @inline(__always)
    private func zip<Values: Lane>(
        _: Values.Type, _ left: ColumnVector, _ right: ColumnVector, _ rows: Selection,
        _ holds: (Values.Element, Values.Element) -> Bool
    ) {
        Kernels.zip(
            Values.self, Values.self, to: IntegerLane.self, left, right, into: output, rows, nil
        ) { first, second throws(RowError) in holds(first, second).stored }
    }

    @inline(__always)
    private static func holds(_ relation: Relation, _ order: Int) -> Bool {
        switch relation {
        case .equal: order == 0
        case .less: order < 0
        case .lessOrEqual: order <= 0
        case .greater: order > 0
        case .greaterOrEqual: order >= 0
        }
    }
}

extension DataType {
    /// The digits after the point of a DECIMAL, 0 for every other type.
    var decimalScale: Int {
        if case .decimal(_, let scale) = self { scale } else { 0 }
    }

    /// Precision and scale of a DECIMAL.
    var decimalShape: Decimals.Shape {
        guard case .decimal(let precision, let scale) = self else {
            preconditionFailure("\(sqlName) is no DECIMAL")
        }
        return Decimals.Shape(precision: precision, scale: scale)
    }
}
