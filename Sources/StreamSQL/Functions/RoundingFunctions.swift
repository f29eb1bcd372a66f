internal import Streaming

extension FunctionCatalog {
    static let roundingFunctions: Group = [
        ("round", rounding { .round(scale: $0) }),
        ("bround", rounding { .bround(scale: $0) }),
        ("floor", whole(.floor) { .floorTo(scale: $0) }),
        ("ceil ceiling", whole(.ceil) { .ceilTo(scale: $0) }),
    ]

    private static func rounding(
        _ function: @escaping @Sendable (Int) -> ScalarFunction
    ) -> FunctionDefinition {
        FunctionDefinition(.between(1, 2)) { (written) throws(Fault) in
            var call = written
            if call.arguments.count == 1 {
                call.text = "\(call.name)(\(call.arguments[0].text), 0)"
            }
            let value = try call.number(0)
            let scale = call.arguments.count == 2 ? try call.constantInt(1, "scale") : 0
            guard let scale else { return call.result(.literal(.null), value.type) }
            return call.result(
                .call(function(scale), [value]),
                DecimalType(value.type).map {
                    value.type.isIntegral ? value.type : $0.rounded(to: scale).type
                } ?? value.type)
        }
    }

    /// `floor` and `ceil`: BIGINT, or DECIMAL without or with a scale.
    private static func whole(
        _ function: ScalarFunction, _ scaled: @escaping @Sendable (Int) -> ScalarFunction
    ) -> FunctionDefinition {
        FunctionDefinition(.between(1, 2)) { (call) throws(Fault) in
            let value = try call.number(0)
            guard call.arguments.count == 2 else { return wholeNumber(call, function, value) }
            let decimal: DecimalType
            switch value.type {
            case .float: decimal = DecimalType(14, 7)
            case .double: decimal = DecimalType(30, 15)
            default: decimal = DecimalType(value.type) ?? DecimalType(10, 0)
            }
            let operand = Conversion.cast(value, to: decimal.type)
            // Unlike `round`, these take nothing but an INT.
            guard call.arguments[1].type == .int, let scale = try call.constantInt(1, "scale")
            else {
                throw Fault(
                    "NON_FOLDABLE_ARGUMENT",
                    "The scale of \"\(call.text)\" must be a constant INT, but it is "
                        + "\"\(call.arguments[1].text)\" of the type "
                        + "\(call.arguments[1].type.sqlName).",
                    hint: "Write a number.", at: call.arguments[1].range)
            }
            return call.result(
                .call(scaled(scale), [operand]), decimal.rounded(to: scale).type)
        }
    }

    private static func wholeNumber(
        _ call: FunctionCall, _ function: ScalarFunction, _ value: Expression
    ) -> Analyzed {
        if value.type.isIntegral {
            return call.result(Conversion.cast(value, to: .bigint).kind, .bigint)
        }
        if case .decimal = value.type, let decimal = DecimalType(value.type) {
            return call.result(.call(function, [value]), decimal.rounded(to: 0).type)
        }
        return call.result(.call(function, [Conversion.cast(value, to: .double)]), .bigint)
    }
}
