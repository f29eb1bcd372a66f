internal import Streaming

extension ExpressionAnalyzer {
    // MARK: One operand

    func unary(
        _ operation: UnaryOperator, _ operand: Analyzed, at range: Range<Int>
    ) throws(Fault) -> Analyzed {
        switch operation {
        case .not:
            let call = FunctionCall(
                name: "not", text: "(NOT \(operand.text))", range: range, arguments: [operand])
            return call.result(.call(.not, [try call.operand(0, as: .boolean)]), .boolean)
        case .minus:
            let call = FunctionCall(
                name: "-", text: "(- \(operand.text))", range: range, arguments: [operand])
            let value = try call.number(0)
            return call.result(.call(.negate, [value]), value.type)
        case .plus:
            let call = FunctionCall(
                name: "+", text: "(+ \(operand.text))", range: range, arguments: [operand])
            let value = try call.number(0)
            return call.result(value.kind, value.type)
        case .invert:
            throw Fault.unsupported("The bit operator ~", at: range)
        }
    }

    func isNull(_ operand: Analyzed, negated: Bool, at range: Range<Int>) -> Analyzed {
        Analyzed(
            expression: Expression(
                .call(negated ? .isNotNull : .isNull, [operand.expression]), type: .boolean),
            text: "(\(operand.text) IS \(negated ? "NOT " : "")NULL)", range: range)
    }

    /// `x IS TRUE` is `x <=> true`, so that null is no error and no null.
    func isTruth(
        _ operand: Analyzed, _ truth: Bool?, negated: Bool, at range: Range<Int>
    ) throws(Fault) -> Analyzed {
        let name = truth.map { $0 ? "TRUE" : "FALSE" } ?? "UNKNOWN"
        let call = FunctionCall(
            name: "is", text: "(\(operand.text) IS \(negated ? "NOT " : "")\(name))", range: range,
            arguments: [operand])
        let value = try call.operand(0, as: .boolean)
        guard let truth else {
            return call.result(.call(negated ? .isNotNull : .isNull, [value]), .boolean)
        }
        let constant = Expression(.literal(.integer(truth ? 1 : 0)), type: .boolean)
        let same = Expression(.call(.equalNullSafe, [value, constant]), type: .boolean)
        return call.result(negated ? .call(.not, [same]) : same.kind, .boolean)
    }

    // MARK: Two operands

    func binary(
        _ operation: BinaryOperator, _ left: Syntax, _ right: Syntax, at range: Range<Int>
    ) throws(Fault) -> Analyzed {
        if operation == .add || operation == .subtract {
            if case .interval(let interval) = right.kind {
                return try shift(left, by: interval, operation, at: range)
            }
            if case .interval(let interval) = left.kind, operation == .add {
                return try shift(right, by: interval, operation, at: range)
            }
        }
        let left = try analyze(left)
        let right = try analyze(right)
        switch operation {
        case .or, .and:
            return try logical(operation, left, right, at: range)
        case .equal, .equalNullSafe, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual:
            return try compare(operation, left, right, at: range)
        case .concat:
            let call = FunctionCall(
                name: "concat", text: "concat(\(left.text), \(right.text))", range: range,
                arguments: [left, right])
            let operands = try call.operands(as: .string)
            return call.result(.call(.concat, operands), .string)
        case .bitOr, .bitXor, .bitAnd, .shiftLeft, .shiftRight, .shiftRightUnsigned:
            throw Fault.unsupported("The bit operator \(operation.rawValue)", at: range)
        case .add, .subtract, .multiply, .divide, .remainder, .integerDivide:
            return try arithmetic(operation, left, right, at: range)
        }
    }

    private func logical(
        _ operation: BinaryOperator, _ left: Analyzed, _ right: Analyzed, at range: Range<Int>
    ) throws(Fault) -> Analyzed {
        let pair = Pair(operation, left, right, at: range)
        guard let type = pair.commonType else { throw pair.differ() }
        guard type == .boolean || type == .void else { throw pair.wrong("BOOLEAN") }
        let a = Conversion.cast(left.expression, to: .boolean)
        let b = Conversion.cast(right.expression, to: .boolean)
        let kind: Expression.Kind = operation == .and ? .and(a, b) : .or(a, b)
        return Analyzed(
            expression: Expression(kind, type: .boolean), text: pair.text, range: range)
    }

    /// A comparison of two operands brought to one type.
    func compare(
        _ operation: BinaryOperator, _ left: Analyzed, _ right: Analyzed, at range: Range<Int>
    ) throws(Fault) -> Analyzed {
        let pair = Pair(operation, left, right, at: range)
        guard var type = pair.commonType else { throw pair.differ() }
        if type == .void { type = .boolean }
        let a = Conversion.cast(left.expression, to: type)
        let b = Conversion.cast(right.expression, to: type)
        func call(_ function: ScalarFunction) -> Expression {
            Expression(.call(function, [a, b]), type: .boolean)
        }
        let expression: Expression
        var text = pair.text
        switch operation {
        case .equalNullSafe: expression = call(.equalNullSafe)
        case .less: expression = call(.lessThan)
        case .lessOrEqual: expression = call(.lessOrEqual)
        case .greater: expression = call(.greaterThan)
        case .greaterOrEqual: expression = call(.greaterOrEqual)
        case .notEqual:
            expression = Expression(.call(.not, [call(.equal)]), type: .boolean)
            text = "(NOT (\(left.text) = \(right.text)))"
        default: expression = call(.equal)
        }
        return Analyzed(expression: expression, text: text, range: range)
    }

    func between(
        _ operands: [Analyzed], negated: Bool, at range: Range<Int>
    ) throws(Fault) -> Analyzed {
        let lower = try compare(.greaterOrEqual, operands[0], operands[1], at: range)
        let upper = try compare(.lessOrEqual, operands[0], operands[2], at: range)
        let both = Expression(.and(lower.expression, upper.expression), type: .boolean)
        let text = "between(\(operands.map(\.text).joined(separator: ", ")))"
        guard negated else { return Analyzed(expression: both, text: text, range: range) }
        return Analyzed(
            expression: Expression(.call(.not, [both]), type: .boolean), text: "(NOT \(text))",
            range: range)
    }

    // MARK: Intervals

    /// A TIMESTAMP or DATE plus or minus a constant interval.
    private func shift(
        _ operand: Syntax, by interval: Interval, _ operation: BinaryOperator, at range: Range<Int>
    ) throws(Fault) -> Analyzed {
        let value = try analyze(operand)
        let sign = operation == .add ? "+" : "-"
        let call = FunctionCall(
            name: sign, text: "\(value.text) \(sign) INTERVAL", range: range, arguments: [value])
        guard !interval.hasMonths else {
            throw Fault.unsupported(
                "An INTERVAL of months or years", hint: "Use days or smaller units.", at: range)
        }
        guard let total = interval.totalMicroseconds, total != .min else {
            throw Fault("DATETIME_OVERFLOW", "The interval is too long.", at: range)
        }
        if value.type == .date, interval.isWholeDays {
            guard let days = Int32(exactly: operation == .add ? interval.days : -interval.days)
            else { throw Fault("DATETIME_OVERFLOW", "The interval is too long.", at: range) }
            let constant = Expression(.literal(.integer(Int64(days))), type: .int)
            return call.result(.call(.addDays, [value.expression, constant]), .date)
        }
        guard [.timestamp, .date, .string].contains(value.type) else {
            throw Fault(
                "DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES",
                "An INTERVAL cannot be added to \"\(value.text)\" of type \(value.type.sqlName).",
                hint: "Add it to a TIMESTAMP or DATE.", at: range)
        }
        let constant = Expression(
            .literal(.integer(operation == .add ? total : -total)), type: .bigint)
        let time = Conversion.cast(value.expression, to: .timestamp)
        return call.result(.call(.addMicroseconds, [time, constant]), .timestamp)
    }
}

/// The operands of a binary operator, with what can be said against them.
struct Pair {
    let operation: BinaryOperator
    let left: Analyzed
    let right: Analyzed
    let range: Range<Int>

    init(_ operation: BinaryOperator, _ left: Analyzed, _ right: Analyzed, at range: Range<Int>) {
        self.operation = operation
        self.left = left
        self.right = right
        self.range = range
    }

    var text: String { "(\(left.text) \(operation.rawValue) \(right.text))" }

    var commonType: DataType? {
        TypeCoercion.widerPromotingStrings(left.type, right.type)
    }

    func differ() -> Fault {
        Fault(
            "DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES",
            "The operands of \"\(text)\" have incompatible types: \(left.type.sqlName) and "
                + "\(right.type.sqlName).",
            hint: "Bring them to one type with a cast, e.g. double(x) or string(x).", at: range)
    }

    func wrong(_ expected: String) -> Fault {
        Fault(
            "DATATYPE_MISMATCH.BINARY_OP_WRONG_TYPE",
            "The operands of \"\(text)\" must be \(expected), but they are "
                + "\(left.type.sqlName).",
            at: range)
    }
}
