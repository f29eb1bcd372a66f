/// `round`, `bround`, `floor`, `ceil` and `rint`.
final class RoundingNode: FunctionNode {
    private enum Operation {
        case half(scale: Int, isEven: Bool)
        case directed(Decimals.Rounding)
        case nearestEven
    }

    private let operation: Operation

    init(_ function: ScalarFunction, operand: ExpressionNode, type: DataType) {
        switch function {
        case .round(let scale): operation = .half(scale: scale, isEven: false)
        case .bround(let scale): operation = .half(scale: scale, isEven: true)
        case .floor, .floorTo: operation = .directed(.floor)
        case .ceil, .ceilTo: operation = .directed(.ceiling)
        default: operation = .nearestEven
        }
        super.init(
            type: type, operands: [operand],
            canFail: type.physicalType == .integer || type.physicalType == .decimal)
    }

    override func evaluate(_ context: EvaluationContext, _ rows: Selection) -> ColumnVector {
        evaluateOperands(context, rows)
        resetOutput(for: rows)
        let errors = context.errors
        switch operands[0].type.physicalType {
        case .integer: roundIntegers(values[0], rows, errors)
        case .double: roundDoubles(values[0], rows, errors)
        case .decimal: roundDecimals(values[0], rows, errors)
        case .string, .structure: preconditionFailure("rounding needs a number")
        }
        return output
    }

    private func roundIntegers(_ source: ColumnVector, _ rows: Selection, _ errors: RowErrors) {
        let range = type.integralRange ?? Int64.min...Int64.max
        guard case .half(let scale, let isEven) = operation, scale < 0 else {
            return output.copy(rows, from: source)
        }
        let digits = scale == Int.min ? Int.max : -scale
        Kernels.map(
            IntegerLane.self, to: IntegerLane.self, source, into: output, rows, errors
        ) { value throws(RowError) in
            let rounded = DoubleRounding.rounded(
                value, digits: digits, isHalfEven: isEven, within: range)
            guard let rounded else { throw .arithmeticOverflow }
            return rounded
        }
    }

    private func roundDoubles(_ source: ColumnVector, _ rows: Selection, _ errors: RowErrors) {
        switch operation {
        case .nearestEven:
            mapDoubles(source, rows) { $0.rounded(.toNearestOrEven) }
        case .half(let scale, let isEven) where type == .float:
            mapDoubles(source, rows) {
                DoubleRounding.roundedFloat($0, scale: scale, isHalfEven: isEven)
            }
        case .half(let scale, let isEven):
            mapDoubles(source, rows) {
                DoubleRounding.rounded($0, scale: scale, isHalfEven: isEven)
            }
        case .directed(let rounding):
            let rule: FloatingPointRoundingRule = rounding == .floor ? .down : .up
            Kernels.map(
                DoubleLane.self, to: IntegerLane.self, source, into: output, rows, errors
            ) { value throws(RowError) in
                // As Spark: NaN is 0, and 2^63 itself is still accepted.
                if value.isNaN { return 0 }
                let whole = value.rounded(rule)
                guard whole >= -0x1p63, whole <= 0x1p63 else { throw .arithmeticOverflow }
                return Int64(exactly: whole) ?? Int64.max
            }
        }
    }

    @inline(__always)
    private func mapDoubles(
        _ source: ColumnVector, _ rows: Selection, _ transform: (Double) -> Double
    ) {
        Kernels.map(
            DoubleLane.self, to: DoubleLane.self, source, into: output, rows, nil
        ) { value throws(RowError) in transform(value) }
    }

    /// The result's type carries the scale; a negative scale leaves zeros before the point.
    private func roundDecimals(_ source: ColumnVector, _ rows: Selection, _ errors: RowErrors) {
        let from = operands[0].type.decimalScale
        let shape = type.decimalShape
        let rounding: Decimals.Rounding
        var scale = shape.scale
        switch operation {
        case .directed(let direction): rounding = direction
        case .nearestEven: rounding = .halfEven
        case .half(let digits, let isEven):
            rounding = isEven ? .halfEven : .halfUp
            scale = min(scale, digits)
        }
        let zeros = max(0, -scale)
        Kernels.map(
            DecimalLane.self, to: DecimalLane.self, source, into: output, rows, errors
        ) { value throws(RowError) in
            guard zeros > 0 else {
                return try Decimals.rescale(value, from: from, to: shape, rounding)
            }
            // Beyond 38 places before the point nothing is left of any DECIMAL.
            guard zeros <= 38 else { return 0 }
            let units = Decimals.quotient(
                UInt256(value.magnitude), droppingDigits: from + zeros, isNegative: value < 0,
                rounding)
            let magnitude = UInt256(
                product: units.narrowed ?? 0, Decimals.powerOfTen(zeros)
            ).narrowed
            guard let magnitude, magnitude < Decimals.powerOfTen(38) else {
                throw .numericValueOutOfRange
            }
            let whole = Int128(magnitude)
            return try Decimals.rescale(value < 0 ? -whole : whole, from: 0, to: shape)
        }
    }
}
