import Streaming

/// Short ways to write expressions over the columns of ``OracleTable``.
enum Build {
    static func column(_ name: String) -> Expression {
        let index = OracleTable.types.firstIndex { $0.name == name }
        guard let index else { preconditionFailure("no column \(name)") }
        return Expression(.column(index), type: OracleTable.types[index].type)
    }

    static let id = column("id")
    static let time = column("time")
    static let entity = column("entity")
    static let temp = column("temp")
    static let humidity = column("humidity")
    static let n = column("n")
    static let big = column("big")
    static let f = column("f")
    static let ok = column("ok")
    static let d = column("d")
    static let s = column("s")
    static let a = column("a")
    static let ab = Expression(.field(a, 0), type: .string)
    static let ac = Expression(.field(a, 1), type: .double)

    static func int(_ value: Int64, _ type: DataType = .int) -> Expression {
        Expression(.literal(.integer(value)), type: type)
    }
    static func double(_ value: Double) -> Expression {
        Expression(.literal(.double(value)), type: .double)
    }
    static func text(_ value: String) -> Expression {
        Expression(.literal(.string(value)), type: .string)
    }
    static func decimal(_ unscaled: Int128, _ precision: Int, _ scale: Int) -> Expression {
        Expression(
            .literal(.decimal(unscaled)), type: .decimal(precision: precision, scale: scale))
    }
    static func null(_ type: DataType = .void) -> Expression {
        Expression(.literal(.null), type: type)
    }
    static let yes = int(1, .boolean)
    static let no = int(0, .boolean)

    static func cast(_ operand: Expression, _ type: DataType, isTry: Bool = false) -> Expression {
        Expression(.cast(operand, isTry: isTry), type: type)
    }
    static func call(
        _ function: ScalarFunction, _ operands: Expression..., as type: DataType? = nil
    ) -> Expression {
        Expression(.call(function, operands), type: type ?? operands[0].type)
    }
    static func test(_ function: ScalarFunction, _ operands: Expression...) -> Expression {
        Expression(.call(function, operands), type: .boolean)
    }
    static func and(_ left: Expression, _ right: Expression) -> Expression {
        Expression(.and(left, right), type: .boolean)
    }
    static func or(_ left: Expression, _ right: Expression) -> Expression {
        Expression(.or(left, right), type: .boolean)
    }
    static func when(
        _ branches: (Expression, Expression)..., otherwise: Expression? = nil
    ) -> Expression {
        Expression(
            .conditional(
                branches.map { Expression.Branch(condition: $0.0, value: $0.1) },
                otherwise: otherwise), type: branches[0].1.type)
    }
    static func coalesce(_ operands: Expression...) -> Expression {
        Expression(.coalesce(operands), type: operands[0].type)
    }
    static func isIn(_ value: Expression, _ candidates: Expression...) -> Expression {
        Expression(.isIn(value, candidates), type: .boolean)
    }
    static func decimalType(_ precision: Int, _ scale: Int) -> DataType {
        .decimal(precision: precision, scale: scale)
    }
    /// `1 / 0`, which fails in every row.
    static let failing = call(.divide, double(1), double(0))
}
