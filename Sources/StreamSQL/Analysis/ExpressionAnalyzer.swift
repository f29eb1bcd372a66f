internal import Streaming

/// Turns syntax into typed expressions by Spark's rules.
///
/// Columns of the result: the input's, at their positions; ``windowColumn`` for the window of GROUP
/// BY; from ``firstAggregateColumn`` on the ``aggregates``. The query analysis maps them to the
/// aggregated row.
final class ExpressionAnalyzer {
    let schema: Schema
    /// The name by which columns can be qualified; nil without FROM.
    let qualifier: String?
    var clause = Clause.select
    /// Aliases of the SELECT items before the one at hand.
    var lateralAliases: [(name: String, value: Analyzed)] = []
    /// All SELECT items, for GROUP BY by alias.
    var selectItems: [SelectItem] = []
    /// The window of GROUP BY.
    var window: WindowCall?
    var aggregates: [AggregateCall] = []
    /// Where input columns were read outside aggregates, since it was emptied last.
    var columnUses: [(column: Int, range: Range<Int>)] = []
    /// Aliases of GROUP BY at hand, so that one cannot lead to itself.
    var openAliases: Set<String> = []

    enum Clause {
        case select, condition, groups, having, aggregateArgument, aggregateFilter
    }

    init(schema: Schema, qualifier: String?) {
        self.schema = schema
        self.qualifier = qualifier
    }

    var windowColumn: Int { schema.fields.count }
    var firstAggregateColumn: Int { schema.fields.count + 1 }

    func analyze(_ syntax: Syntax) throws(Fault) -> Analyzed {
        var result = try analyzeKind(syntax)
        result.range = syntax.range
        return result
    }

    func analyze(all syntaxes: [Syntax]) throws(Fault) -> [Analyzed] {
        var results: [Analyzed] = []
        for syntax in syntaxes { results.append(try analyze(syntax)) }
        return results
    }

    private func analyzeKind(_ syntax: Syntax) throws(Fault) -> Analyzed {
        let range = syntax.range
        switch syntax.kind {
        case .literal(let literal):
            let (expression, text) = try Literals.expression(literal, at: range)
            return Analyzed(expression: expression, text: text, range: range)
        case .name(let parts): return try resolve(parts, at: range)
        case .star: throw starUsage(at: range)
        case .field(let operand, let name):
            return try field(name, of: try analyze(operand), at: range)
        case .element(let operand, let element):
            return try self.element(element, of: try analyze(operand), at: range)
        case .unary(let operation, let operand):
            return try unary(operation, try analyze(operand), at: range)
        case .binary(let operation, let left, let right):
            return try binary(operation, left, right, at: range)
        case .isNull(let operand, let negated):
            return isNull(try analyze(operand), negated: negated, at: range)
        case .isTruth(let operand, let truth, let negated):
            return try isTruth(try analyze(operand), truth, negated: negated, at: range)
        case .between(let operand, let lower, let upper, let negated):
            let operands = try analyze(all: [operand, lower, upper])
            return try between(operands, negated: negated, at: range)
        case .isIn(let operand, let candidates, let negated):
            return try isIn(
                try analyze(operand), try analyze(all: candidates), negated: negated, at: range)
        case .like(let like): return try self.like(like, at: range)
        case .choice(let operand, let branches, let otherwise):
            return try choice(operand, branches, otherwise, at: range)
        case .cast(let operand, let type, let isTry):
            return try cast(try analyze(operand), to: type, isTry: isTry, at: range)
        case .call(let call): return try self.call(call, at: range)
        case .interval:
            throw Fault.unsupported(
                "An INTERVAL as a value", hint: "Add it to a TIMESTAMP or DATE, or subtract it.",
                at: range)
        case .unsupported(let feature, let hint):
            throw Fault.unsupported(feature, hint: hint, at: range)
        }
    }

    func starUsage(at range: Range<Int>) -> Fault {
        Fault(
            "INVALID_USAGE_OF_STAR_OR_REGEX", "`*` cannot be used within an expression.",
            hint: "Use it alone in the SELECT list, or in count(*).", at: range)
    }

    // MARK: Casts

    private func cast(
        _ operand: Analyzed, to type: TypeSyntax, isTry: Bool, at range: Range<Int>
    ) throws(Fault) -> Analyzed {
        let target = try type.resolved()
        let name = isTry ? "TRY_CAST" : "CAST"
        return Analyzed(
            expression: try convert(operand, to: target, isTry: isTry, at: range),
            text: "\(name)(\(operand.text) AS \(target.sqlName))", range: range)
    }

    /// A cast that the query asks for.
    func convert(
        _ operand: Analyzed, to target: DataType, isTry: Bool = false, at range: Range<Int>
    ) throws(Fault) -> Expression {
        guard Conversion.exists(from: operand.type, to: target) else {
            let (errorClass, hint) = Conversion.refusal(from: operand.type, to: target)
            throw Fault(
                errorClass,
                "Cannot cast \"\(operand.text)\" from \(operand.type.sqlName) "
                    + "to \(target.sqlName).",
                hint: hint, at: range)
        }
        guard isTry else { return Conversion.cast(operand.expression, to: target) }
        if operand.type == target { return operand.expression }
        return Expression(.cast(operand.expression, isTry: true), type: target)
    }
}
