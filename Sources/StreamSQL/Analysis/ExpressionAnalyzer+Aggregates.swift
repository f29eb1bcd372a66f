internal import Streaming

extension ExpressionAnalyzer {
    /// An aggregate call becomes a column behind the window; equal calls share one.
    func aggregate(
        _ aggregate: AggregateDefinition, _ name: String, _ syntax: CallSyntax,
        at range: Range<Int>
    ) throws(Fault) -> Analyzed {
        try checkPlace(of: syntax, name, at: range)
        let outer = clause
        defer { clause = outer }
        clause = .aggregateArgument
        let isStar = syntax.arguments.contains { if case .star = $0.kind { true } else { false } }
        guard !isStar || (aggregate == .count && syntax.arguments.count == 1) else {
            throw starUsage(at: range)
        }
        guard aggregate.arity.accepts(syntax.arguments.count) else {
            throw aggregate.arity.mismatch(name, syntax.arguments.count, at: range)
        }
        let arguments = isStar ? [] : try analyze(all: syntax.arguments)
        if syntax.isDistinct, !aggregate.ignoresRepetition {
            throw Fault.unsupported(
                "\(name)(DISTINCT …)",
                hint: "It would keep every value of a window in memory.", at: range)
        }
        var text = "\(name)(\(isStar ? "1" : arguments.map(\.text).joined(separator: ", ")))"
        var filter: Expression?
        if let condition = syntax.filter {
            clause = .aggregateFilter
            let value = try analyze(condition)
            guard value.type == .boolean else {
                throw Fault(
                    "INVALID_AGGREGATE_FILTER.NOT_BOOLEAN",
                    "The FILTER expression \"\(value.text)\" must be BOOLEAN, but it is "
                        + "\(value.type.sqlName).",
                    at: condition.range)
            }
            filter = value.expression
            text += " FILTER (WHERE \(value.text))"
        }
        let call = FunctionCall(name: name, text: text, range: range, arguments: arguments)
        let lowered = try lower(aggregate, call, filter, ignoresNulls: syntax.ignoresNulls)
        let index = aggregates.firstIndex(of: lowered) ?? aggregates.count
        if index == aggregates.count { aggregates.append(lowered) }
        return call.result(.column(firstAggregateColumn + index), lowered.type)
    }

    /// Aggregates stand in SELECT and HAVING, and not within one another.
    private func checkPlace(
        of syntax: CallSyntax, _ name: String, at range: Range<Int>
    ) throws(Fault) {
        switch clause {
        case .select, .having: return
        case .condition:
            throw Fault(
                "INVALID_WHERE_CONDITION", "WHERE cannot use the aggregate function `\(name)`.",
                hint: "Use HAVING for a condition on aggregates.", at: range)
        case .groups:
            throw Fault(
                "GROUP_BY_AGGREGATE",
                "Aggregate functions are not allowed in GROUP BY, but there is `\(name)`.",
                at: range)
        case .aggregateArgument:
            throw Fault(
                "NESTED_AGGREGATE_FUNCTION",
                "An aggregate function cannot be used in the argument of another one.", at: range)
        case .aggregateFilter:
            throw Fault(
                "INVALID_AGGREGATE_FILTER.CONTAINS_AGGREGATE",
                "FILTER cannot use the aggregate function `\(name)`.", at: range)
        }
    }

    // MARK: Types

    private func lower(
        _ aggregate: AggregateDefinition, _ call: FunctionCall, _ filter: Expression?,
        ignoresNulls: Bool?
    ) throws(Fault) -> AggregateCall {
        if ignoresNulls != nil, aggregate != .first, aggregate != .last {
            throw Fault(
                "INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX",
                "`\(call.name)` takes no IGNORE NULLS.", at: call.range)
        }
        switch aggregate {
        case .count:
            return AggregateCall(
                function: .count, arguments: Self.counted(call), filter: filter, type: .bigint)
        case .countIf:
            let condition = try call.operand(0, as: .boolean)
            let all = [filter, condition].compactMap { $0 }
            return AggregateCall(
                function: .count, arguments: [], filter: .conjunction(all), type: .bigint)
        case .sum, .average:
            let (operand, type) = try summed(call, isAverage: aggregate == .average)
            return AggregateCall(
                function: aggregate == .sum ? .sum : .average, arguments: [operand],
                filter: filter, type: type)
        case .minimum, .maximum:
            return same(call, aggregate == .minimum ? .minimum : .maximum, filter)
        case .first, .last:
            let second = try secondArgument(call)
            let ignore = ignoresNulls ?? second
            return same(
                call,
                aggregate == .first ? .first(ignoreNulls: ignore) : .last(ignoreNulls: ignore),
                filter)
        case .deviation(let isSample), .variance(let isSample):
            var function = AggregateFunction.variance(isSample: isSample)
            if case .deviation = aggregate { function = .standardDeviation(isSample: isSample) }
            return AggregateCall(
                function: function, arguments: [try call.operand(0, as: .double)], filter: filter,
                type: .double)
        case .every, .some:
            return AggregateCall(
                function: aggregate == .every ? .minimum : .maximum,
                arguments: [try call.operand(0, as: .boolean)], filter: filter, type: .boolean)
        }
    }

    /// The operands that `count` looks at: constants that are not null count every row.
    private static func counted(_ call: FunctionCall) -> [Expression] {
        call.arguments.map(\.expression).filter {
            if case .literal(let literal) = $0.kind { literal == .null } else { true }
        }
    }

    private func same(
        _ call: FunctionCall, _ function: AggregateFunction, _ filter: Expression?
    ) -> AggregateCall {
        let operand = call.arguments[0].expression
        return AggregateCall(
            function: function, arguments: [operand], filter: filter, type: operand.type)
    }

    /// The operand of `sum` and `avg`, and the type of the result.
    private func summed(
        _ call: FunctionCall, isAverage: Bool
    ) throws(Fault) -> (Expression, DataType) {
        let argument = call.arguments[0]
        // Spark sums TIMESTAMP, too: as seconds.
        let operand =
            argument.type == .timestamp
            ? Conversion.cast(argument.expression, to: .double) : try call.number(0)
        if case .decimal(let precision, let scale) = operand.type {
            let type =
                isAverage
                ? DecimalType.adjusted(min(precision + 4, 38), min(scale + 4, 38)).type
                : DecimalType.bounded(precision + 10, scale).type
            return (operand, type)
        }
        if operand.type.isIntegral, !isAverage {
            return (Conversion.cast(operand, to: .bigint), .bigint)
        }
        return (Conversion.cast(operand, to: .double), .double)
    }

    /// `first(x, true)`.
    private func secondArgument(_ call: FunctionCall) throws(Fault) -> Bool {
        guard call.arguments.count == 2 else { return false }
        guard call.arguments[1].type == .boolean,
            case .literal(.integer(let value)) = call.arguments[1].expression.kind
        else {
            throw Fault(
                "_LEGACY_ERROR_TEMP_1210",
                "The second argument in \(call.name) should be a boolean literal.",
                hint: "\(call.name)(x, true) passes over nulls.", at: call.arguments[1].range)
        }
        return value != 0
    }
}
