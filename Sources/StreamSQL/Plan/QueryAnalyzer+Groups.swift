internal import Streaming

extension QueryAnalyzer {
    /// Reads GROUP BY: its window and its keys.
    mutating func readGroups() throws(Fault) {
        analyzer.clause = .groups
        for group in select.groups ?? [] {
            let syntax = try meant(by: group)
            if case .call(let call) = syntax.kind, call.name.count == 1,
                call.name[0].lowercased() == "window", !call.isOverWindow
            {
                let window = try analyzer.readWindow(call, at: syntax.range)
                guard analyzer.window == nil || analyzer.window == window else {
                    throw manyWindows(at: group.range)
                }
                analyzer.window = window
            } else if case .call(let call) = syntax.kind,
                call.name.last?.lowercased() == "session_window"
            {
                throw analyzer.window == nil
                    ? Fault.unsupported(
                        "session_window", hint: "Use window(time, '1 minute').", at: group.range)
                    : manyWindows(at: group.range)
            } else {
                let key = try analyzer.analyze(syntax).expression
                if !keys.contains(key) { keys.append(key) }
            }
        }
        analyzer.columnUses = []
    }

    private func manyWindows(at range: Range<Int>) -> Fault {
        Fault(
            "_LEGACY_ERROR_TEMP_1039", "A query has one window.",
            hint: "Run one processor per window.", at: range)
    }

    /// The item of the SELECT list that a number or an alias in GROUP BY stands for.
    private func meant(by group: Syntax) throws(Fault) -> Syntax {
        switch group.kind {
        case .literal(.number(.integer, let text)):
            guard let position = Int(text), (1...select.items.count).contains(position) else {
                throw Fault(
                    "GROUP_BY_POS_OUT_OF_RANGE",
                    "GROUP BY \(text) is not a position of the SELECT list "
                        + "(1 to \(select.items.count)).",
                    at: group.range)
            }
            let item = select.items[position - 1].expression
            do {
                if case .call(let call) = item.kind, call.name == ["window"] { return item }
                _ = try analyzer.analyze(item)
            } catch  where error.errorClass == "GROUP_BY_AGGREGATE" {
                throw Fault(
                    "GROUP_BY_POS_AGGREGATE",
                    "GROUP BY \(text) stands for an aggregate function.", at: group.range)
            }
            return item
        case .name(let parts) where parts.count == 1:
            let name = parts[0].lowercased()
            if source.schema.fields.contains(where: { $0.name.lowercased() == name }) {
                return group
            }
            return select.items.first { $0.alias?.lowercased() == name }?.expression ?? group
        default:
            return group
        }
    }
}
