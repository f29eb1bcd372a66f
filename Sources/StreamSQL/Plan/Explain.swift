internal import Streaming

extension Pipeline {
    /// The plan for a reader: source, filters, window, aggregates, output schema, sink.
    public func explained() -> String {
        var lines = ["Source: \(Self.described(source))"]
        let inputNames = source.schema.fields.map(\.name)
        lines += source.schema.fields.map { "    \($0.name) \($0.type.sqlName)" }
        let input = ExpressionPrinter(names: inputNames)
        if let filter = plan.filterBeforeWatermark {
            lines.append("Filter before the watermark: \(input.text(filter))")
        }
        if let watermark = plan.watermark {
            let delay = Self.duration(watermark.delayMicroseconds)
            lines.append("Watermark: \(inputNames[watermark.column]), delay \(delay)")
        }
        if let filter = plan.filterAfterWatermark {
            lines.append("Filter after the watermark: \(input.text(filter))")
        }
        var output = input
        if case .aggregation(let aggregation) = plan.operation {
            let names = Self.names(of: aggregation, input)
            output = ExpressionPrinter(names: names)
            lines.append(
                "Window: \(Self.described(aggregation.window))"
                    + " over \(input.text(aggregation.windowTime))")
            if !aggregation.groupKeys.isEmpty {
                let keys = aggregation.groupKeys.map { input.text($0) }
                lines.append("Group by: window, " + keys.joined(separator: ", "))
            }
            if !aggregation.aggregates.isEmpty {
                lines.append("Aggregates:")
                lines += zip(
                    names.dropFirst(1 + aggregation.groupKeys.count), aggregation.aggregates
                )
                .map { "    \($0) \($1.type.sqlName)" }
            }
            if let having = aggregation.having { lines.append("Having: \(output.text(having))") }
        }
        lines.append("Output mode: \(plan.outputMode.rawValue)")
        lines.append("Output:")
        for column in plan.output {
            lines.append(
                "    \(column.name) \(column.expression.type.sqlName)"
                    + " = \(output.text(column.expression))")
        }
        lines.append("Sink: " + (sink.map(Self.described) ?? "standard output, NDJSON"))
        return lines.joined(separator: "\n") + "\n"
    }

    private static func described(_ table: Table) -> String {
        let options = table.options.sorted { $0.key < $1.key }
            .map { "\($0.key) \(MembershipText.quoted($0.value))" }
        let list = options.isEmpty ? "" : " (\(options.joined(separator: ", ")))"
        return "\(table.name) USING \(table.connector)\(list)"
    }

    private static func described(_ window: WindowSpecification) -> String {
        var text = duration(window.sizeMicroseconds)
        if !window.isTumbling { text += " every \(duration(window.slideMicroseconds))" }
        if window.offsetMicroseconds != 0 { text += " from \(duration(window.offsetMicroseconds))" }
        return text
    }

    private static func names(of aggregation: Aggregation, _ input: ExpressionPrinter) -> [String] {
        var names = ["window"] + aggregation.groupKeys.map { input.text($0) }
        for call in aggregation.aggregates {
            let operands = call.arguments.map { input.text($0) }
            let filter = call.filter.map { " FILTER (WHERE \(input.text($0)))" } ?? ""
            let list = operands.isEmpty ? "*" : operands.joined(separator: ", ")
            names.append("\(call.function)(\(list))\(filter)")
        }
        return names
    }

    /// `1 minute 30 seconds`.
    static func duration(_ microseconds: Int64) -> String {
        let units: [(String, Int64)] = [
            ("day", 86_400_000_000), ("hour", 3_600_000_000), ("minute", 60_000_000),
            ("second", 1_000_000), ("millisecond", 1000), ("microsecond", 1),
        ]
        var rest = microseconds.magnitude
        var parts: [String] = []
        for (name, length) in units {
            let count = rest / UInt64(length)
            rest %= UInt64(length)
            if count > 0 { parts.append("\(count) \(name)\(count == 1 ? "" : "s")") }
        }
        let text = parts.isEmpty ? "0 seconds" : parts.joined(separator: " ")
        return microseconds < 0 ? "-(\(text))" : text
    }
}

/// Prints expressions for a reader.
struct ExpressionPrinter {
    /// What the columns are called.
    let names: [String]

    func text(_ expression: Expression) -> String {
        switch expression.kind {
        case .column(let index): return names.indices.contains(index) ? names[index] : "#\(index)"
        case .literal(let literal): return text(literal, expression.type)
        case .field(let operand, let index):
            guard case .structure(let fields) = operand.type else { return "?" }
            return "\(text(operand)).\(fields[index].name)"
        case .cast(let operand, let isTry):
            return "\(isTry ? "try_cast" : "cast")(\(text(operand)) AS \(expression.type.sqlName))"
        case .and(let left, let right): return "(\(text(left)) AND \(text(right)))"
        case .or(let left, let right): return "(\(text(left)) OR \(text(right)))"
        case .conditional(let branches, let otherwise):
            let parts = branches.map { "WHEN \(text($0.condition)) THEN \(text($0.value))" }
            let rest = otherwise.map { " ELSE \(text($0))" } ?? ""
            return "CASE \(parts.joined(separator: " "))\(rest) END"
        case .coalesce(let operands): return "coalesce(\(list(operands)))"
        case .isIn(let operand, let candidates):
            return "\(text(operand)) IN (\(list(candidates)))"
        case .call(let function, let operands): return "\(function)(\(list(operands)))"
        case .structure(let operands): return "struct(\(list(operands)))"
        }
    }

    private func list(_ operands: [Expression]) -> String {
        operands.map { text($0) }.joined(separator: ", ")
    }

    private func text(_ literal: Literal, _ type: DataType) -> String {
        switch literal {
        case .null: return "NULL"
        case .integer(let value):
            return type == .boolean ? (value == 0 ? "false" : "true") : printed(value, type)
        case .double(let value): return "\(value)"
        case .decimal(let value):
            guard case .decimal(_, let scale) = type else { return "\(value)" }
            return Conversion.text(value, scale: scale)
        case .string(let value): return MembershipText.quoted(value)
        }
    }

    private func printed(_ value: Int64, _ type: DataType) -> String {
        let arena = ByteArena(capacity: 64)
        switch type {
        case .date: TextFormat.append(date: value, to: arena)
        case .timestamp: TextFormat.append(timestamp: value, to: arena)
        default: return "\(value)"
        }
        return "\(type.sqlName) '\(arena.text(at: 0, count: arena.count))'"
    }
}
