internal import Streaming

/// The canonical text of what decides membership in windows; hashed into committed offsets, so a
/// change of its form makes every deployed query look changed.
enum MembershipText {
    static func text(of plan: StreamPlan, source: Pipeline.Table) -> String {
        var lines = ["connector=\(source.connector)", "format=json"]
        for field in plan.inputSchema.fields {
            lines.append("column=\(quoted(field.name)) \(field.type.catalogName)")
        }
        if let watermark = plan.watermark {
            lines.append("event-time=\(watermark.column)")
            lines.append("delay=\(watermark.delayMicroseconds)")
        }
        if case .aggregation(let aggregation) = plan.operation {
            let window = aggregation.window
            lines.append(
                "window=\(window.sizeMicroseconds),\(window.slideMicroseconds),"
                    + "\(window.offsetMicroseconds)")
            lines.append("window-time=\(text(of: aggregation.windowTime))")
        }
        if let filter = plan.filterBeforeWatermark {
            lines.append("where-before=\(text(of: filter))")
        }
        if let filter = plan.filterAfterWatermark {
            lines.append("where-after=\(text(of: filter))")
        }
        lines.append("output-mode=\(plan.outputMode.rawValue)")
        return lines.joined(separator: "\n")
    }

    /// A text that two expressions share only if they are the same.
    private static func text(of expression: Expression) -> String {
        let operands = expression.operands.map { text(of: $0) }
        let name: String
        switch expression.kind {
        case .column(let index): name = "#\(index)"
        case .literal(let literal): name = text(of: literal)
        case .field(_, let index): name = "field \(index)"
        case .cast(_, let isTry): name = isTry ? "try_cast" : "cast"
        case .and: name = "and"
        case .or: name = "or"
        case .conditional(_, let otherwise): name = otherwise == nil ? "case" : "case else"
        case .coalesce: name = "coalesce"
        case .isIn: name = "in"
        case .call(let function, _): name = "\(function)"
        case .structure: name = "struct"
        }
        let list = operands.isEmpty ? "" : "(\(operands.joined(separator: ", ")))"
        return "\(name)\(list): \(expression.type.catalogName)"
    }

    private static func text(of literal: Literal) -> String {
        switch literal {
        case .null: "null"
        case .integer(let value): "\(value)"
        case .double(let value): "0x" + String(value.bitPattern, radix: 16)
        case .decimal(let value): "\(value)"
        case .string(let value): quoted(value)
        }
    }

    static func quoted(_ text: String) -> String {
        var result = "'"
        for character in text.unicodeScalars {
            switch character {
            case "'": result += "''"
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(character)
            }
        }
        return result + "'"
    }
}
