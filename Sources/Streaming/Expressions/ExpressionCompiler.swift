/// Makes the nodes of an expression.
enum ExpressionCompiler {
    /// The node whose column has exactly the expression's type.
    static func compileRoot(_ expression: Expression) -> ExpressionNode {
        let node = compile(expression)
        return node.type == expression.type ? node : RetypeNode(node, type: expression.type)
    }

    /// A node with the expression's values; its type may be another that stores them the same way.
    static func compile(_ expression: Expression) -> ExpressionNode {
        let type = expression.type
        switch expression.kind {
        case .column(let position): return ColumnNode(position, type: type)
        case .literal(let literal): return LiteralNode(literal, type: type)
        case .field(let operand, let position):
            return FieldNode(compile(operand), position, type: type)
        case .cast(let operand, let isTry): return compileCast(operand, to: type, isTry: isTry)
        case .and(let left, let right):
            return ConnectiveNode(compile(left), compile(right), deciding: false)
        case .or(let left, let right):
            return ConnectiveNode(compile(left), compile(right), deciding: true)
        case .conditional(let branches, let otherwise):
            return ConditionalNode(
                branches.map {
                    ConditionalNode.Branch(
                        condition: compile($0.condition), value: compile($0.value))
                }, otherwise: otherwise.map(compile), type: type)
        case .coalesce(let operands): return CoalesceNode(operands.map(compile), type: type)
        case .isIn(let value, let candidates):
            return MembershipNode(compile(value), candidates.map(compile))
        case .call(let function, let operands):
            return compileCall(function, operands.map(compile), type: type)
        case .structure(let operands):
            return StructureNode(operands: operands.map(compile), type: type)
        }
    }

    private static func compileCast(
        _ operand: Expression, to type: DataType, isTry: Bool
    ) -> ExpressionNode {
        let node = compile(operand)
        if CastNode.isIdentity(operand.type, type) { return node }
        if operand.type == .void, !node.canFail { return LiteralNode(.null, type: type) }
        return CastNode(node, from: operand.type, to: type, isTry: isTry)
    }

    private static func compileCall(
        _ function: ScalarFunction, _ operands: [ExpressionNode], type: DataType
    ) -> ExpressionNode {
        switch function {
        case .add, .subtract, .multiply, .divide, .integerDivide, .remainder, .tryAdd,
            .trySubtract, .tryMultiply, .tryDivide:
            return ArithmeticNode(function, operands: operands, type: type)
        case .negate, .absolute: return SignNode(function, operand: operands[0], type: type)
        case .equal, .lessThan, .lessOrEqual, .greaterThan, .greaterOrEqual, .equalNullSafe:
            return ComparisonNode(function, operands: operands)
        case .not: return NotNode(operands[0])
        case .isNull, .isNotNull, .isNaN: return NullTestNode(function, operand: operands[0])
        case .nanvl: return NaNReplacementNode(operands[0], operands[1], type: type)
        case .greatest, .least: return ExtremeNode(function, operands: operands, type: type)
        case .round, .bround, .floor, .ceil, .floorTo, .ceilTo, .rint:
            return RoundingNode(function, operand: operands[0], type: type)
        case .squareRoot, .sign, .exp, .cbrt, .ln, .log10, .log2, .logarithm, .power, .hypot,
            .degrees,
            .radians:
            return MathematicsNode(function, operands: operands)
        default: return compileTextOrTime(function, operands, type: type)
        }
    }

    private static func compileTextOrTime(
        _ function: ScalarFunction, _ operands: [ExpressionNode], type: DataType
    ) -> ExpressionNode {
        switch function {
        case .concat, .concatWs: return ConcatNode(function, operands: operands)
        case .length, .position, .contains, .startsWith, .endsWith:
            return TextTestNode(function, operands: operands, type: type)
        case .like(let escape, let ignoreCase):
            return LikeNode(operands: operands, escape: escape, ignoresCase: ignoreCase)
        case .upper, .lower, .initcap, .reverse, .trim, .trimLeading, .trimTrailing, .substring,
            .left, .right, .repeatText, .replace, .translate, .padLeft, .padRight:
            return TextNode(function, operands: operands)
        case .year, .quarter, .month, .day, .dayOfWeek, .dayOfYear, .hour, .minute, .second,
            .lastDay, .unixSeconds, .unixMillis, .unixMicros:
            return TimePartNode(function, operand: operands[0], type: type)
        case .addDays, .dateDifference, .addMicroseconds, .timestampSeconds, .timestampMillis,
            .timestampMicros, .truncateTimestamp, .truncateDate:
            return TimeArithmeticNode(function, operands: operands, type: type)
        case .tumblingWindow(let window):
            return TumblingWindowNode(window, operand: operands[0], type: type)
        default: preconditionFailure("\(function) has no node")
        }
    }
}
