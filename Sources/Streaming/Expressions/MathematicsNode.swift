/// Functions of DOUBLEs, with the results of Java's `StrictMath`.
final class MathematicsNode: FunctionNode {
    private let function: ScalarFunction

    init(_ function: ScalarFunction, operands: [ExpressionNode]) {
        self.function = function
        super.init(type: .double, operands: operands, canFail: false)
    }

    override func evaluate(_ context: EvaluationContext, _ rows: Selection) -> ColumnVector {
        evaluateOperands(context, rows)
        resetOutput(for: rows)
        switch function {
        case .squareRoot: map(rows) { $0.squareRoot() }
        // Zeros keep their sign and NaN stays.
        case .sign: map(rows) { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 }
        case .exp: map(rows) { StrictMath.exp($0) }
        case .cbrt: map(rows) { StrictMath.cbrt($0) }
        case .ln: mapPositive(rows) { StrictMath.log($0) }
        case .log10: mapPositive(rows) { StrictMath.log10($0) }
        case .log2: mapPositive(rows) { StrictMath.log2($0) }
        case .logarithm: logarithm(rows)
        case .degrees: map(rows) { StrictMath.degrees($0) }
        case .radians: map(rows) { StrictMath.radians($0) }
        case .power: zip(rows) { StrictMath.pow($0, $1) }
        case .hypot: zip(rows) { StrictMath.hypot($0, $1) }
        default: preconditionFailure("\(function) is not a function of doubles")
        }
        return output
    }

    @inline(__always)
    private func map(_ rows: Selection, _ transform: (Double) -> Double) {
        Kernels.map(
            DoubleLane.self, to: DoubleLane.self, values[0], into: output, rows, nil
        ) { value throws(RowError) in transform(value) }
    }

    /// Null for what is not above zero; NaN passes.
    @inline(__always)
    private func mapPositive(_ rows: Selection, _ transform: (Double) -> Double) {
        map(rows, transform)
        clearUnlessPositive(values[0], rows)
    }

    /// The logarithm of the second operand to the base of the first, as Spark divides them: to the
    /// base of 1 it is infinite.
    private func logarithm(_ rows: Selection) {
        zip(rows) { base, value in StrictMath.log(value) / StrictMath.log(base) }
        clearUnlessPositive(values[0], rows)
        clearUnlessPositive(values[1], rows)
    }

    private func clearUnlessPositive(_ operand: ColumnVector, _ rows: Selection) {
        let elements = operand.doubles
        let nulls = output.nulls
        for position in 0..<rows.count {
            let row = rows[position]
            if !nulls[row], elements[row] <= 0 { nulls[row] = true }
        }
    }

    @inline(__always)
    private func zip(_ rows: Selection, _ combine: (Double, Double) -> Double) {
        Kernels.zip(
            DoubleLane.self, DoubleLane.self, to: DoubleLane.self, values[0], values[1],
            into: output, rows, nil
        ) { first, second throws(RowError) in combine(first, second) }
    }
}
