internal import Streaming

extension FunctionCatalog {
    static let numberFunctions: Group = [
        ("sqrt", .plain(.squareRoot, [.double], .double)),
        ("cbrt", .plain(.cbrt, [.double], .double)),
        ("exp", .plain(.exp, [.double], .double)),
        ("ln", .plain(.ln, [.double], .double)),
        (
            "log",
            FunctionDefinition(.between(1, 2)) { (call) throws(Fault) in
                let operands = try call.operands(as: .double)
                return call.result(
                    .call(operands.count == 1 ? .ln : .logarithm, operands), .double)
            }
        ),
        ("log10", .plain(.log10, [.double], .double)),
        ("log2", .plain(.log2, [.double], .double)),
        ("pow power", .plain(.power, [.double, .double], .double)),
        ("hypot", .plain(.hypot, [.double, .double], .double)),
        ("degrees", .plain(.degrees, [.double], .double)),
        ("radians", .plain(.radians, [.double], .double)),
        ("sign signum", .plain(.sign, [.double], .double)),
        ("rint", .plain(.rint, [.double], .double)),
        (
            "pi",
            FunctionDefinition(.exactly(0)) { (call) throws(Fault) in
                call.result(.literal(.double(.pi)), .double)
            }
        ),
        ("abs", sameType(.absolute)),
        ("negative", sameType(.negate)),
        (
            "positive",
            FunctionDefinition(.exactly(1)) { (call) throws(Fault) in
                let value = try call.number(0)
                return call.result(value.kind, value.type)
            }
        ),
        ("mod", operation(.remainder)),
        ("div", operation(.integerDivide)),
        ("try_add", operation(.add, isTry: true)),
        ("try_subtract", operation(.subtract, isTry: true)),
        ("try_multiply", operation(.multiply, isTry: true)),
        ("try_divide", operation(.divide, isTry: true)),
        (
            "isnan",
            FunctionDefinition(.exactly(1)) { (call) throws(Fault) in
                call.result(.call(.isNaN, [try floating(call, 0)]), .boolean)
            }
        ),
        (
            "nanvl",
            FunctionDefinition(.exactly(2)) { (call) throws(Fault) in
                let isFloat =
                    call.arguments[0].type == .float
                    && [.float, .void].contains(call.arguments[1].type)
                let operands = try call.operands(as: isFloat ? .float : .double)
                return call.result(.call(.nanvl, operands), isFloat ? .float : .double)
            }
        ),
    ]

    private static func floating(_ call: FunctionCall, _ index: Int) throws(Fault) -> Expression {
        call.arguments[index].type == .float
            ? call.arguments[index].expression : try call.operand(index, as: .double)
    }

    private static func sameType(_ function: ScalarFunction) -> FunctionDefinition {
        FunctionDefinition(.exactly(1)) { (call) throws(Fault) in
            let value = try call.number(0)
            return call.result(.call(function, [value]), value.type)
        }
    }

    /// A function that is an operator by another name.
    private static func operation(
        _ operation: BinaryOperator, isTry: Bool = false
    ) -> FunctionDefinition {
        FunctionDefinition(.exactly(2)) { (call) throws(Fault) in
            let analyzer = ExpressionAnalyzer(schema: Schema([]), qualifier: nil)
            var result = try analyzer.arithmetic(
                operation, call.arguments[0], call.arguments[1], isTry: isTry, at: call.range)
            guard result.type.isNumeric else {
                throw Fault.unsupported("`\(call.name)` of dates", at: call.range)
            }
            result.text = call.text
            return result
        }
    }
}
