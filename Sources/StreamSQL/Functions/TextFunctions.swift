internal import Streaming

extension FunctionCatalog {
    static let textFunctions: Group = [
        ("upper ucase", .plain(.upper, [.string], .string)),
        ("lower lcase", .plain(.lower, [.string], .string)),
        ("initcap", .plain(.initcap, [.string], .string)),
        ("reverse", .plain(.reverse, [.string], .string)),
        ("length len char_length character_length", .plain(.length, [.string], .int)),
        ("left", .plain(.left, [.string, .int], .string)),
        ("right", .plain(.right, [.string, .int], .string)),
        ("repeat", .plain(.repeatText, [.string, .int], .string)),
        ("translate", .plain(.translate, [.string, .string, .string], .string)),
        ("instr", .plain(.position, [.string, .string], .int)),
        ("contains", .plain(.contains, [.string, .string], .boolean)),
        ("startswith", .plain(.startsWith, [.string, .string], .boolean)),
        ("endswith", .plain(.endsWith, [.string, .string], .boolean)),
        (
            "concat",
            FunctionDefinition(.atLeast(0)) { (call) throws(Fault) in
                call.result(.call(.concat, try call.operands(as: .string)), .string)
            }
        ),
        (
            "concat_ws",
            FunctionDefinition(.atLeast(1)) { (call) throws(Fault) in
                call.result(.call(.concatWs, try call.operands(as: .string)), .string)
            }
        ),
        ("trim", trimming(.trim, charactersFirst: true)),
        ("ltrim", trimming(.trimLeading, charactersFirst: true)),
        ("rtrim", trimming(.trimTrailing, charactersFirst: true)),
        ("btrim", trimming(.trim, charactersFirst: false)),
        (
            "substring substr",
            FunctionDefinition(.between(2, 3)) { (call) throws(Fault) in
                let length =
                    call.arguments.count == 3
                    ? try call.operand(2, as: .int)
                    : Expression(.literal(.integer(Int64(Int32.max))), type: .int)
                let operands = [
                    try call.operand(0, as: .string), try call.operand(1, as: .int), length,
                ]
                return call.result(.call(.substring, operands), .string)
            }
        ),
        (
            "position",
            FunctionDefinition(.between(2, 3)) { (call) throws(Fault) in
                guard call.arguments.count == 2 else {
                    throw Fault.unsupported("`position` with a start", at: call.range)
                }
                let part = try call.operand(0, as: .string)
                return call.result(
                    .call(.position, [try call.operand(1, as: .string), part]), .int)
            }
        ),
        (
            "replace",
            FunctionDefinition(.between(2, 3)) { (call) throws(Fault) in
                var operands = try call.operands(as: .string)
                if operands.count == 2 {
                    operands.append(Expression(.literal(.string("")), type: .string))
                }
                return call.result(.call(.replace, operands), .string)
            }
        ),
        ("lpad", padding(.padLeft)),
        ("rpad", padding(.padRight)),
    ]

    private static func trimming(
        _ function: ScalarFunction, charactersFirst: Bool
    ) -> FunctionDefinition {
        FunctionDefinition(.between(1, 2)) { (call) throws(Fault) in
            var operands = try call.operands(as: .string)
            if charactersFirst { operands.reverse() }
            return call.result(.call(function, operands), .string)
        }
    }

    private static func padding(_ function: ScalarFunction) -> FunctionDefinition {
        FunctionDefinition(.between(2, 3)) { (call) throws(Fault) in
            let pad =
                call.arguments.count == 3
                ? try call.operand(2, as: .string)
                : Expression(.literal(.string(" ")), type: .string)
            let operands = [try call.operand(0, as: .string), try call.operand(1, as: .int), pad]
            return call.result(.call(function, operands), .string)
        }
    }
}
