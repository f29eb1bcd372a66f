internal import Streaming

extension ExpressionAnalyzer {
    /// A call of a scalar function, an aggregate or `window`.
    func call(_ syntax: CallSyntax, at range: Range<Int>) throws(Fault) -> Analyzed {
        let name = syntax.name.last?.lowercased() ?? ""
        if syntax.isOverWindow {
            throw Fault(
                "NON_TIME_WINDOW_NOT_SUPPORTED_IN_STREAMING",
                "Window functions (OVER) are not supported on streams.",
                hint: "Use GROUP BY window(…).", at: range)
        }
        guard syntax.name.count == 1 else { throw unknown(syntax, at: syntax.nameRange) }
        if name == "window" { return try windowCall(syntax, at: range) }
        if let aggregate = AggregateDefinition.named(name) {
            return try self.aggregate(aggregate, name, syntax, at: range)
        }
        guard let definition = FunctionCatalog.definitions[name] else {
            try check(leftOut: syntax, name, at: range)
            throw unknown(syntax, at: syntax.nameRange)
        }
        if syntax.isDistinct || syntax.filter != nil || syntax.ignoresNulls != nil {
            throw Fault(
                "INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX",
                "`\(name)` is no aggregate: it takes no DISTINCT, FILTER or IGNORE NULLS.",
                at: range)
        }
        guard definition.arity.accepts(syntax.arguments.count) else {
            throw definition.arity.mismatch(name, syntax.arguments.count, at: range)
        }
        var arguments = try analyze(all: syntax.arguments)
        for (index, alias) in syntax.argumentNames.enumerated() where alias != nil {
            arguments[index].columnName = alias
        }
        let text = "\(name)(\(arguments.map(\.text).joined(separator: ", ")))"
        return try definition.build(
            FunctionCall(name: name, text: text, range: range, arguments: arguments))
    }

    /// Refuses a function of Spark's that is left out, after its arguments.
    private func check(leftOut syntax: CallSyntax, _ name: String, at range: Range<Int>)
        throws(Fault)
    {
        if name == "grouping" || name == "grouping_id" {
            throw Fault(
                "UNSUPPORTED_GROUPING_EXPRESSION",
                "`\(name)` can only be used with GROUPING SETS, CUBE or ROLLUP.", at: range)
        }
        guard FunctionCatalog.leftOut.contains(name) else { return }
        throw Fault.unsupported("The function `\(name)`", at: syntax.nameRange)
    }

    private func unknown(_ syntax: CallSyntax, at range: Range<Int>) -> Fault {
        let name = syntax.name.joined(separator: ".")
        let known = Array(FunctionCatalog.definitions.keys) + AggregateDefinition.names + ["window"]
        let near = Suggestions.nearest(to: name, among: known.sorted())
        return Fault(
            "UNRESOLVED_ROUTINE", "There is no function `\(name)`.",
            hint: near.map { "Did you mean `\($0)`?" }, at: range)
    }
}
