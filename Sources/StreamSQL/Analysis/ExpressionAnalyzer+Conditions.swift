internal import Streaming

extension ExpressionAnalyzer {
    // MARK: IN and LIKE

    func isIn(
        _ operand: Analyzed, _ candidates: [Analyzed], negated: Bool, at range: Range<Int>
    ) throws(Fault) -> Analyzed {
        let list = candidates.map(\.text).joined(separator: ", ")
        let text = "(\(operand.text) IN (\(list)))"
        let call = FunctionCall(
            name: "in", text: text, range: range, arguments: [operand] + candidates)
        var type = try call.commonType(promotingStrings: true)
        if type == .void { type = .boolean }
        let values = call.arguments.map { Conversion.cast($0.expression, to: type) }
        let isIn = Expression(.isIn(values[0], Array(values.dropFirst())), type: .boolean)
        guard negated else { return call.result(isIn.kind, .boolean) }
        return Analyzed(
            expression: Expression(.call(.not, [isIn]), type: .boolean), text: "(NOT \(text))",
            range: range)
    }

    func like(_ syntax: LikeSyntax, at range: Range<Int>) throws(Fault) -> Analyzed {
        let text = try analyze(syntax.text)
        let patterns = try analyze(all: syntax.patterns)
        let function = ScalarFunction.like(
            escape: syntax.escape?.unicodeScalars.first ?? "\\", ignoreCase: syntax.ignoresCase)
        let word = syntax.ignoresCase ? "ILIKE" : "LIKE"
        var matches: [Expression] = []
        for pattern in patterns {
            let call = FunctionCall(
                name: "like", text: "\(text.text) \(word) \(pattern.text)", range: range,
                arguments: [text, pattern])
            let match = Expression(
                .call(function, try call.operands(as: .string)), type: .boolean)
            // `NOT LIKE ANY (…)` asks whether any pattern does not match.
            matches.append(
                syntax.negated ? Expression(.call(.not, [match]), type: .boolean) : match)
        }
        let combined = matches.dropFirst().reduce(matches[0]) {
            Expression(syntax.quantifier == .any ? .or($0, $1) : .and($0, $1), type: .boolean)
        }
        let names = patterns.map(\.text).joined(separator: ", ")
        let plain = "\(text.text) \(word) \(names)"
        return Analyzed(
            expression: combined, text: syntax.negated ? "(NOT \(plain))" : plain, range: range)
    }

    // MARK: CASE

    func choice(
        _ operand: Syntax?, _ branches: [(condition: Syntax, value: Syntax)],
        _ otherwise: Syntax?, at range: Range<Int>
    ) throws(Fault) -> Analyzed {
        var subject: Analyzed?
        if let operand { subject = try analyze(operand) }
        var conditions: [Analyzed] = []
        var values: [Analyzed] = []
        for branch in branches {
            let condition = try analyze(branch.condition)
            if let subject {
                conditions.append(try compare(.equal, subject, condition, at: condition.range))
            } else {
                conditions.append(condition)
            }
            values.append(try analyze(branch.value))
        }
        var fallback: Analyzed?
        if let otherwise { fallback = try analyze(otherwise) }
        var text = "CASE"
        for (condition, value) in zip(conditions, values) {
            text += " WHEN \(condition.text) THEN \(value.text)"
        }
        text += fallback.map { " ELSE \($0.text) END" } ?? " END"
        let call = FunctionCall(
            name: "casewhen", text: text, range: range,
            arguments: values + [fallback].compactMap { $0 })
        let type = try call.commonType(promotingStrings: true)
        for condition in conditions where condition.type != .boolean {
            throw call.unexpected(condition, expected: "BOOLEAN", position: 0)
        }
        let pairs = zip(conditions, values).map {
            Expression.Branch(
                condition: $0.expression, value: Conversion.cast($1.expression, to: type))
        }
        let rest = fallback.map { Conversion.cast($0.expression, to: type) }
        return call.result(.conditional(pairs, otherwise: rest), type)
    }
}
