internal import Streaming

extension FunctionCatalog {
    static let choiceFunctions: Group = [
        ("coalesce", FunctionDefinition(.atLeast(1), coalesce)),
        ("nvl ifnull", FunctionDefinition(.exactly(2), coalesce)),
        ("nullif", FunctionDefinition(.exactly(2), nullIf)),
        (
            "nvl2",
            FunctionDefinition(.exactly(3)) { (call) throws(Fault) in
                let isThere = Expression(
                    .call(.isNotNull, [call.arguments[0].expression]), type: .boolean)
                return try choose(call, isThere)
            }
        ),
        (
            "if",
            FunctionDefinition(.exactly(3)) { (call) throws(Fault) in
                let condition = call.arguments[0]
                guard condition.type == .boolean || condition.type == .void else {
                    throw call.unexpected(condition, expected: "BOOLEAN", position: 0)
                }
                return try choose(call, Conversion.cast(condition.expression, to: .boolean))
            }
        ),
        ("greatest", extreme(.greatest)),
        ("least", extreme(.least)),
        (
            "isnull",
            FunctionDefinition(.exactly(1)) { (call) throws(Fault) in
                call.result(.call(.isNull, [call.arguments[0].expression]), .boolean)
            }
        ),
        (
            "isnotnull",
            FunctionDefinition(.exactly(1)) { (call) throws(Fault) in
                call.result(.call(.isNotNull, [call.arguments[0].expression]), .boolean)
            }
        ),
        ("decode", FunctionDefinition(.atLeast(2), decode)),
    ]

    private static func coalesce(_ call: FunctionCall) throws(Fault) -> Analyzed {
        let type = try call.commonType(promotingStrings: true)
        let operands = call.arguments.map { Conversion.cast($0.expression, to: type) }
        return call.result(operands.count == 1 ? operands[0].kind : .coalesce(operands), type)
    }

    private static func nullIf(_ call: FunctionCall) throws(Fault) -> Analyzed {
        let analyzer = ExpressionAnalyzer(schema: Schema([]), qualifier: nil)
        let same = try analyzer.compare(
            .equal, call.arguments[0], call.arguments[1], at: call.range)
        let value = call.arguments[0].expression
        let null = Expression(.literal(.null), type: value.type)
        return call.result(
            .conditional([.init(condition: same.expression, value: null)], otherwise: value),
            value.type)
    }

    /// The second or the third argument.
    private static func choose(
        _ call: FunctionCall, _ condition: Expression
    ) throws(Fault) -> Analyzed {
        var values = call
        values.arguments.removeFirst()
        let type = try values.commonType(promotingStrings: true)
        let operands = values.arguments.map { Conversion.cast($0.expression, to: type) }
        return call.result(
            .conditional(
                [.init(condition: condition, value: operands[0])], otherwise: operands[1]),
            type)
    }

    private static func extreme(_ function: ScalarFunction) -> FunctionDefinition {
        FunctionDefinition(.atLeast(2)) { (call) throws(Fault) in
            let type = try call.commonType(promotingStrings: false)
            guard type != .void else { return call.result(.literal(.null), .void) }
            let operands = call.arguments.map { Conversion.cast($0.expression, to: type) }
            return call.result(.call(function, operands), type)
        }
    }

    /// `decode(x, search, result, …[, default])`; null is found like a value.
    private static func decode(_ call: FunctionCall) throws(Fault) -> Analyzed {
        guard call.arguments.count > 2 else {
            throw Fault.unsupported("`decode` of binary data", at: call.range)
        }
        let analyzer = ExpressionAnalyzer(schema: Schema([]), qualifier: nil)
        var conditions: [Expression] = []
        var values = call
        values.arguments = []
        var index = 1
        while index + 1 < call.arguments.count {
            let same = try analyzer.compare(
                .equalNullSafe, call.arguments[0], call.arguments[index], at: call.range)
            conditions.append(same.expression)
            values.arguments.append(call.arguments[index + 1])
            index += 2
        }
        let hasDefault = index < call.arguments.count
        if hasDefault { values.arguments.append(call.arguments[index]) }
        let type = try values.commonType(promotingStrings: true)
        let results = values.arguments.map { Conversion.cast($0.expression, to: type) }
        let branches = zip(conditions, results).map {
            Expression.Branch(condition: $0, value: $1)
        }
        return call.result(
            .conditional(branches, otherwise: hasDefault ? results.last : nil), type)
    }
}
