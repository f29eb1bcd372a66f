/// `cast` and `try_cast` with the rules of Spark's ANSI mode.
final class CastNode: FunctionNode {
    private let isTry: Bool
    private let source: DataType

    /// - Parameter source: the operand's type, which its node may hold as a narrower one.
    init(_ operand: ExpressionNode, from source: DataType, to type: DataType, isTry: Bool) {
        self.isTry = isTry
        self.source = source
        super.init(type: type, operands: [operand], canFail: !isTry && Self.canFail(source, type))
    }

    /// Whether every value of `source` has one of `target`.
    private static func canFail(_ source: DataType, _ target: DataType) -> Bool {
        switch (source, target) {
        case (_, .boolean): source == .string
        case (_, .string): false
        case (_, .float), (_, .double): source == .string
        case (.timestamp, .date), (.void, _): false
        default: true
        }
    }

    /// Whether values are stored the same way in both types, so that only the type changes.
    static func isIdentity(_ source: DataType, _ target: DataType) -> Bool {
        if source == target { return true }
        switch (source, target) {
        case (.float, .double): return true
        case (.structure(let from), .structure(let to)):
            return from.count == to.count
                && zip(from, to).allSatisfy { isIdentity($0.type, $1.type) }
        default:
            guard let from = source.integralRange, let to = target.integralRange else {
                return false
            }
            return target != .boolean && from.lowerBound >= to.lowerBound
                && from.upperBound <= to.upperBound
        }
    }

    override func evaluate(_ context: EvaluationContext, _ rows: Selection) -> ColumnVector {
        evaluateOperands(context, rows)
        resetOutput(for: rows)
        convert(values[0], source, into: output, context, rows, isTry ? nil : context.errors)
        return output
    }

    private func convert(
        _ column: ColumnVector, _ source: DataType, into output: ColumnVector,
        _ context: EvaluationContext, _ rows: Selection, _ errors: RowErrors?
    ) {
        let target = output.type
        if Self.isIdentity(source, target) { return output.copy(rows, from: column) }
        if source == .void {
            for position in 0..<rows.count { output.setNull(rows[position]) }
            return
        }
        switch target {
        case .boolean: convertToBoolean(column, source, output, rows, errors)
        case .tinyint, .smallint, .int, .bigint:
            convertToIntegral(column, source, output, rows, errors)
        case .float, .double: convertToDouble(column, source, output, rows, errors)
        case .decimal: convertToDecimal(column, source, output, rows, errors)
        case .string: convertToText(column, source, output, rows)
        case .date: convertToDate(column, source, output, rows, errors)
        case .timestamp: convertToTimestamp(column, source, output, context, rows, errors)
        case .structure:
            guard case .structure(let fields) = source else { return unsupported(source) }
            let nulls = column.nulls
            for position in 0..<rows.count {
                output.nulls[rows[position]] = nulls[rows[position]]
            }
            for (index, field) in fields.enumerated() {
                convert(
                    column.children[index], field.type, into: output.children[index], context,
                    rows, errors)
            }
        case .void: unsupported(source)
        }
    }

    private func unsupported(_ source: DataType) {
        preconditionFailure("no cast from \(source.sqlName) to \(type.sqlName)")
    }

    // MARK: Numbers and BOOLEAN

    private func convertToBoolean(
        _ column: ColumnVector, _ source: DataType, _ output: ColumnVector, _ rows: Selection,
        _ errors: RowErrors?
    ) {
        switch source.physicalType {
        case .integer:
            Kernels.map(
                IntegerLane.self, to: IntegerLane.self, column, into: output, rows, nil
            ) { value throws(RowError) in (value != 0).stored }
        case .double:
            Kernels.map(
                DoubleLane.self, to: IntegerLane.self, column, into: output, rows, nil
            ) { value throws(RowError) in (value != 0).stored }
        case .decimal:
            Kernels.map(
                DecimalLane.self, to: IntegerLane.self, column, into: output, rows, nil
            ) { value throws(RowError) in (value != 0).stored }
        case .string:
            parse(column, output, rows, errors) { row in
                column.withBytes(row) { TextParser.boolean($0)?.stored }
            }
        case .structure: unsupported(source)
        }
    }

    private func convertToIntegral(
        _ column: ColumnVector, _ source: DataType, _ output: ColumnVector, _ rows: Selection,
        _ errors: RowErrors?
    ) {
        let range = output.type.integralRange ?? Int64.min...Int64.max
        switch source {
        case .string:
            parse(column, output, rows, errors) { row in
                let value = column.withBytes(row) { TextParser.integer($0) }
                guard let value, range.contains(value) else { return nil }
                return value
            }
        case .float, .double:
            Kernels.map(
                DoubleLane.self, to: IntegerLane.self, column, into: output, rows, errors
            ) { value throws(RowError) in try Conversion.integral(value, within: range) }
        case .decimal(_, let scale):
            Kernels.map(
                DecimalLane.self, to: IntegerLane.self, column, into: output, rows, errors
            ) { value throws(RowError) in
                let whole = value / Int128(Decimals.powerOfTen(scale))
                guard let result = Int64(exactly: whole), range.contains(result) else {
                    throw .castOverflow
                }
                return result
            }
        default:
            // A time is its seconds since 1970, rounded down.
            let divisor = source == .timestamp ? GregorianCalendar.microsecondsPerSecond : 1
            Kernels.map(
                IntegerLane.self, to: IntegerLane.self, column, into: output, rows, errors
            ) { value throws(RowError) in
                let whole = GregorianCalendar.floorDivide(value, divisor)
                guard range.contains(whole) else { throw .castOverflow }
                return whole
            }
        }
    }

    private func convertToDouble(
        _ column: ColumnVector, _ source: DataType, _ output: ColumnVector, _ rows: Selection,
        _ errors: RowErrors?
    ) {
        let isFloat = output.type == .float
        switch source {
        case .string:
            Kernels.forEach(
                into: output, rows, errors, isNull: { column.nulls[$0] }
            ) { row throws(RowError) in
                let value = column.withBytes(row) {
                    isFloat ? TextParser.float($0) : TextParser.double($0)
                }
                guard let value else { throw .castInvalidInput }
                output.set(row, double: value)
            }
        case .float, .double:
            Kernels.map(
                DoubleLane.self, to: DoubleLane.self, column, into: output, rows, nil
            ) { value throws(RowError) in Double(Float(value)) }
        case .decimal(_, let scale):
            Kernels.map(
                DecimalLane.self, to: DoubleLane.self, column, into: output, rows, nil
            ) { value throws(RowError) in
                isFloat
                    ? Decimals.float(value, scale: scale) : Decimals.double(value, scale: scale)
            }
        case .timestamp:
            Kernels.map(
                IntegerLane.self, to: DoubleLane.self, column, into: output, rows, nil
            ) { value throws(RowError) in
                let seconds = Double(value) / 1e6
                return isFloat ? Double(Float(seconds)) : seconds
            }
        default:
            Kernels.map(
                IntegerLane.self, to: DoubleLane.self, column, into: output, rows, nil
            ) { value throws(RowError) in isFloat ? Double(Float(value)) : Double(value) }
        }
    }

    private func convertToDecimal(
        _ column: ColumnVector, _ source: DataType, _ output: ColumnVector, _ rows: Selection,
        _ errors: RowErrors?
    ) {
        let shape = output.type.decimalShape
        let isTime = source == .timestamp
        switch source.physicalType {
        case .string:
            Kernels.forEach(
                into: output, rows, errors, isNull: { column.nulls[$0] }
            ) { row throws(RowError) in
                let value = try column.withBytes(row) { bytes throws(RowError) in
                    try TextParser.decimal(
                        bytes, precision: shape.precision, scale: shape.scale)
                }
                guard let value else { throw .castInvalidInput }
                output.set(row, decimal: value)
            }
        case .double:
            let elements = column.doubles
            Kernels.forEach(
                into: output, rows, errors,
                isNull: { column.nulls[$0] || !elements[$0].isFinite }
            ) { row throws(RowError) in
                output.set(row, decimal: try Decimals.decimal(elements[row], to: shape) ?? 0)
            }
        case .decimal:
            let scale = source.decimalScale
            Kernels.map(
                DecimalLane.self, to: DecimalLane.self, column, into: output, rows, errors
            ) { value throws(RowError) in
                try Decimals.rescale(value, from: scale, to: shape)
            }
        default:
            Kernels.map(
                IntegerLane.self, to: DecimalLane.self, column, into: output, rows, errors
            ) { value throws(RowError) in
                // Spark takes a time's seconds as a double on the way.
                isTime
                    ? try Decimals.decimal(Double(value) / 1e6, to: shape) ?? 0
                    : try Decimals.rescale(Int128(value), from: 0, to: shape)
            }
        }
    }
}
