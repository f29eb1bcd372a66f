/// `+`, `-`, `*`, `/`, `div`, `%` and their `try_` forms.
final class ArithmeticNode: FunctionNode {
    private enum Operation { case add, subtract, multiply, divide, integerDivide, remainder }

    private let operation: Operation
    private let isTry: Bool

    init(_ function: ScalarFunction, operands: [ExpressionNode], type: DataType) {
        let isTry: Bool
        switch function {
        case .tryAdd: (operation, isTry) = (.add, true)
        case .trySubtract: (operation, isTry) = (.subtract, true)
        case .tryMultiply: (operation, isTry) = (.multiply, true)
        case .tryDivide: (operation, isTry) = (.divide, true)
        case .subtract: (operation, isTry) = (.subtract, false)
        case .multiply: (operation, isTry) = (.multiply, false)
        case .divide: (operation, isTry) = (.divide, false)
        case .integerDivide: (operation, isTry) = (.integerDivide, false)
        case .remainder: (operation, isTry) = (.remainder, false)
        default: (operation, isTry) = (.add, false)
        }
        self.isTry = isTry
        let isDivision: Bool
        switch operation {
        case .divide, .integerDivide, .remainder: isDivision = true
        case .add, .subtract, .multiply: isDivision = false
        }
        let isExact = type.physicalType != .double
        super.init(
            type: type, operands: operands, canFail: !isTry && (isDivision || isExact),
            isRightFirst: isDivision)
    }

    override func evaluate(_ context: EvaluationContext, _ rows: Selection) -> ColumnVector {
        evaluateOperands(context, rows)
        resetOutput(for: rows)
        let errors = isTry ? nil : context.errors
        let (left, right) = (values[0], values[1])
        switch operands[0].type.physicalType {
        case .integer: evaluateIntegers(left, right, rows, errors)
        case .decimal: evaluateDecimals(left, right, rows, errors)
        case .double:
            if type == .float {
                evaluateDoubles(left, right, rows, errors) { Double(Float($0)) }
            } else {
                evaluateDoubles(left, right, rows, errors) { $0 }
            }
        case .string, .structure: preconditionFailure("arithmetic needs numbers")
        }
        return output
    }

    // MARK: Integers

    private func evaluateIntegers(
        _ left: ColumnVector, _ right: ColumnVector, _ rows: Selection, _ errors: RowErrors?
    ) {
        let range = type.integralRange ?? Int64.min...Int64.max
        switch operation {
        case .add:
            zipIntegers(left, right, rows, errors) { a, b throws(RowError) in
                try Self.checked(a.addingReportingOverflow(b), range)
            }
        case .subtract:
            zipIntegers(left, right, rows, errors) { a, b throws(RowError) in
                try Self.checked(a.subtractingReportingOverflow(b), range)
            }
        case .multiply:
            zipIntegers(left, right, rows, errors) { a, b throws(RowError) in
                try Self.checked(a.multipliedReportingOverflow(by: b), range)
            }
        case .divide, .integerDivide:
            zipIntegers(right, left, rows, errors) { divisor, a throws(RowError) in
                guard divisor != 0 else { throw .divideByZero }
                return try Self.checked(a.dividedReportingOverflow(by: divisor), range)
            }
        case .remainder:
            zipIntegers(right, left, rows, errors) { divisor, a throws(RowError) in
                guard divisor != 0 else { throw .remainderByZero }
                return divisor == -1 ? 0 : a % divisor
            }
        }
    }

    @inline(__always)
    private func zipIntegers(
        _ first: ColumnVector, _ second: ColumnVector, _ rows: Selection, _ errors: RowErrors?,
        _ combine: (Int64, Int64) throws(RowError) -> Int64
    ) {
        Kernels.zip(
            IntegerLane.self, IntegerLane.self, to: IntegerLane.self, first, second, into: output,
            rows, errors, combine)
    }

    @inline(__always)
    private static func checked(
        _ result: (partialValue: Int64, overflow: Bool), _ range: ClosedRange<Int64>
    ) throws(RowError) -> Int64 {
        guard !result.overflow, result.partialValue >= range.lowerBound,
            result.partialValue <= range.upperBound
        else { throw .arithmeticOverflow }
        return result.partialValue
    }

    // MARK: Doubles

    /// A FLOAT operation rounds the exact DOUBLE one, which gives the same as binary32 arithmetic.
    @inline(__always)
    private func evaluateDoubles(
        _ left: ColumnVector, _ right: ColumnVector, _ rows: Selection, _ errors: RowErrors?,
        _ rounded: (Double) -> Double
    ) {
        switch operation {
        case .add:
            zipDoubles(left, right, rows, errors) { a, b throws(RowError) in rounded(a + b) }
        case .subtract:
            zipDoubles(left, right, rows, errors) { a, b throws(RowError) in rounded(a - b) }
        case .multiply:
            zipDoubles(left, right, rows, errors) { a, b throws(RowError) in rounded(a * b) }
        case .divide, .integerDivide:
            zipDoubles(right, left, rows, errors) { divisor, a throws(RowError) in
                guard divisor != 0 else { throw .divideByZero }
                return rounded(a / divisor)
            }
        case .remainder:
            zipDoubles(right, left, rows, errors) { divisor, a throws(RowError) in
                guard divisor != 0 else { throw .remainderByZero }
                return rounded(a.truncatingRemainder(dividingBy: divisor))
            }
        }
    }

    @inline(__always)
    private func zipDoubles(
        _ first: ColumnVector, _ second: ColumnVector, _ rows: Selection, _ errors: RowErrors?,
        _ combine: (Double, Double) throws(RowError) -> Double
    ) {
        Kernels.zip(
            DoubleLane.self, DoubleLane.self, to: DoubleLane.self, first, second, into: output,
            rows, errors, combine)
    }

    // MARK: Decimals

    private func evaluateDecimals(
        _ left: ColumnVector, _ right: ColumnVector, _ rows: Selection, _ errors: RowErrors?
    ) {
        let leftScale = operands[0].type.decimalScale
        let rightScale = operands[1].type.decimalScale
        if operation == .integerDivide {
            Kernels.zip(
                DecimalLane.self, DecimalLane.self, to: IntegerLane.self, right, left,
                into: output, rows, errors
            ) { divisor, a throws(RowError) in
                guard divisor != 0 else { throw .divideByZero }
                return try Decimals.integerDivide(
                    a, scale: leftScale, divisor, scale: rightScale)
            }
            return
        }
        let shape = type.decimalShape
        switch operation {
        case .add, .integerDivide:
            zipDecimals(left, right, rows, errors) { a, b throws(RowError) in
                try Decimals.add(a, scale: leftScale, b, scale: rightScale, to: shape)
            }
        case .subtract:
            zipDecimals(left, right, rows, errors) { a, b throws(RowError) in
                try Decimals.subtract(a, scale: leftScale, b, scale: rightScale, to: shape)
            }
        case .multiply:
            zipDecimals(left, right, rows, errors) { a, b throws(RowError) in
                try Decimals.multiply(a, scale: leftScale, b, scale: rightScale, to: shape)
            }
        case .divide:
            zipDecimals(right, left, rows, errors) { divisor, a throws(RowError) in
                guard divisor != 0 else { throw .divideByZero }
                return try Decimals.divide(
                    a, scale: leftScale, divisor, scale: rightScale, to: shape)
            }
        case .remainder:
            zipDecimals(right, left, rows, errors) { divisor, a throws(RowError) in
                guard divisor != 0 else { throw .remainderByZero }
                return try Decimals.remainder(
                    a, scale: leftScale, divisor, scale: rightScale, to: shape)
            }
        }
    }

    @inline(__always)
    private func zipDecimals(
        _ first: ColumnVector, _ second: ColumnVector, _ rows: Selection, _ errors: RowErrors?,
        _ combine: (Int128, Int128) throws(RowError) -> Int128
    ) {
        Kernels.zip(
            DecimalLane.self, DecimalLane.self, to: DecimalLane.self, first, second, into: output,
            rows, errors, combine)
    }
}

/// `-x` and `abs(x)`.
final class SignNode: FunctionNode {
    private let isAbsolute: Bool

    init(_ function: ScalarFunction, operand: ExpressionNode, type: DataType) {
        isAbsolute = function == .absolute
        super.init(type: type, operands: [operand], canFail: type.physicalType == .integer)
    }

    override func evaluate(_ context: EvaluationContext, _ rows: Selection) -> ColumnVector {
        evaluateOperands(context, rows)
        resetOutput(for: rows)
        let isAbsolute = isAbsolute
        switch type.physicalType {
        case .integer:
            let lowest = (type.integralRange ?? Int64.min...Int64.max).lowerBound
            Kernels.map(
                IntegerLane.self, to: IntegerLane.self, values[0], into: output, rows,
                context.errors
            ) { value throws(RowError) in
                guard value != lowest else { throw .arithmeticOverflow }
                return isAbsolute && value >= 0 ? value : -value
            }
        case .double:
            Kernels.map(
                DoubleLane.self, to: DoubleLane.self, values[0], into: output, rows, nil
            ) { value throws(RowError) in isAbsolute ? value.magnitude : -value }
        case .decimal:
            Kernels.map(
                DecimalLane.self, to: DecimalLane.self, values[0], into: output, rows, nil
            ) { value throws(RowError) in isAbsolute && value >= 0 ? value : 0 &- value }
        case .string, .structure: preconditionFailure("a sign needs a number")
        }
        return output
    }
}
