internal import Streaming

extension ExpressionAnalyzer {
    /// `+ - * / % div` over numbers, and DATE plus days.
    func arithmetic(
        _ operation: BinaryOperator, _ left: Analyzed, _ right: Analyzed, isTry: Bool = false,
        at range: Range<Int>
    ) throws(Fault) -> Analyzed {
        let pair = Pair(operation, left, right, at: range)
        if let days = try addDays(pair) { return days }
        guard let function = Self.function(operation, isTry: isTry) else { throw pair.differ() }
        // Spark looks at the operands of `/` as they are, and reads those of `div` as BIGINT.
        if case .decimal = left.type { return try decimal(pair, function) }
        if case .decimal = right.type { return try decimal(pair, function) }
        guard var type = pair.commonType else { throw pair.differ() }
        if type == .void { type = operation == .integerDivide ? .bigint : .double }
        switch operation {
        case .divide where type.isNumeric: type = .double
        case .integerDivide where type.isIntegral: type = .bigint
        case .integerDivide where type.isNumeric:
            throw left.type == right.type ? pair.wrong("integral or DECIMAL") : pair.differ()
        default: break
        }
        guard type.isNumeric else {
            throw left.type == right.type ? wrongOperands(pair) : pair.differ()
        }
        let operands = [left, right].map { Conversion.cast($0.expression, to: type) }
        return Analyzed(
            expression: Expression(.call(function, operands), type: type), text: pair.text,
            range: range)
    }

    private static func function(_ operation: BinaryOperator, isTry: Bool) -> ScalarFunction? {
        switch operation {
        case .add: isTry ? .tryAdd : .add
        case .subtract: isTry ? .trySubtract : .subtract
        case .multiply: isTry ? .tryMultiply : .multiply
        case .divide: isTry ? .tryDivide : .divide
        case .remainder: .remainder
        case .integerDivide: .integerDivide
        default: nil
        }
    }

    private func wrongOperands(_ pair: Pair) -> Fault {
        if pair.operation == .subtract, [.timestamp, .date].contains(pair.left.type) {
            return .unsupported(
                "A difference of times as an INTERVAL",
                hint: "Use datediff(a, b), or unix_micros(a) - unix_micros(b).", at: pair.range)
        }
        return pair.wrong("numbers")
    }

    // MARK: DECIMAL

    private func decimal(_ pair: Pair, _ function: ScalarFunction) throws(Fault) -> Analyzed {
        let (left, right) = (pair.left, pair.right)
        guard let common = pair.commonType, common.isNumeric else { throw pair.differ() }
        guard case .decimal = common else {
            guard pair.operation != .integerDivide else { throw pair.differ() }
            let operands = [left, right].map { Conversion.cast($0.expression, to: common) }
            return Analyzed(
                expression: Expression(.call(function, operands), type: common), text: pair.text,
                range: pair.range)
        }
        let a = Self.decimalType(left, beside: right)
        let b = Self.decimalType(right, beside: left)
        let operands = [
            Conversion.cast(left.expression, to: a.type),
            Conversion.cast(right.expression, to: b.type),
        ]
        let type = pair.operation == .integerDivide ? .bigint : a.result(pair.operation, b).type
        return Analyzed(
            expression: Expression(.call(function, operands), type: type), text: pair.text,
            range: pair.range)
    }

    /// An integer constant counts its own digits, but for a TINYINT; other integers those of their
    /// type.
    private static func decimalType(_ operand: Analyzed, beside other: Analyzed) -> DecimalType {
        if operand.type.isIntegral, operand.type != .tinyint,
            case .literal(.integer(let value)) = operand.expression.kind
        {
            return DecimalType(literal: value)
        }
        return DecimalType(operand.type) ?? DecimalType(other.type) ?? DecimalType(38, 18)
    }

    // MARK: DATE

    /// DATE plus or minus a number of days, nil for other operands.
    private func addDays(_ pair: Pair) throws(Fault) -> Analyzed? {
        var (date, days) = (pair.left, pair.right)
        if pair.operation == .add, days.type == .date { swap(&date, &days) }
        guard pair.operation == .add || pair.operation == .subtract, date.type == .date,
            [.int, .smallint, .tinyint].contains(days.type)
        else { return nil }
        let name = pair.operation == .add ? "date_add" : "date_sub"
        let call = FunctionCall(
            name: name, text: "\(name)(\(date.text), \(days.text))", range: pair.range,
            arguments: [date, days])
        return try call.shiftedByDays(backwards: pair.operation == .subtract)
    }
}
