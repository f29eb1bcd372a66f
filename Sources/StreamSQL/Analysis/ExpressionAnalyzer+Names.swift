internal import Streaming

extension ExpressionAnalyzer {
    /// A column, a lateral alias, the window, or a field of one of them.
    ///
    /// As in Spark a column of the input wins over an alias, and an alias over the window of GROUP
    /// BY. HAVING looks at the aliases of the SELECT list first.
    func resolve(_ parts: [String], at range: Range<Int>) throws(Fault) -> Analyzed {
        if clause == .having, let alias = try lateralAlias(parts[0], at: range) {
            return try fields(parts.dropFirst(), of: alias, at: range)
        }
        if parts.count > 1, let qualifier, parts[0].lowercased() == qualifier.lowercased(),
            let column = try column(parts[1], at: range)
        {
            return try fields(parts.dropFirst(2), of: column, at: range)
        }
        if let column = try column(parts[0], at: range) {
            return try fields(parts.dropFirst(), of: column, at: range)
        }
        if let other = try derived(parts[0], at: range) {
            return try fields(parts.dropFirst(), of: other, at: range)
        }
        throw unresolved(parts, at: range)
    }

    private func column(_ name: String, at range: Range<Int>) throws(Fault) -> Analyzed? {
        let wanted = name.lowercased()
        guard let index = schema.fields.firstIndex(where: { $0.name.lowercased() == wanted })
        else { return nil }
        if clause != .aggregateArgument, clause != .aggregateFilter {
            columnUses.append((index, range))
        }
        let field = schema.fields[index]
        return Analyzed(
            expression: Expression(.column(index), type: field.type), text: field.name,
            range: range, columnName: field.name)
    }

    /// What the query itself defines: aliases and the window.
    private func derived(_ name: String, at range: Range<Int>) throws(Fault) -> Analyzed? {
        switch clause {
        case .condition: return nil
        case .groups: return try groupAlias(name, at: range)
        case .select, .having, .aggregateArgument, .aggregateFilter:
            if clause != .having, let alias = try lateralAlias(name, at: range) {
                guard clause == .select else {
                    throw Fault(
                        "UNSUPPORTED_FEATURE.LATERAL_COLUMN_ALIAS_IN_AGGREGATE_FUNC",
                        "The alias `\(name)` cannot be used within an aggregate function.",
                        hint: "Write out what it stands for.", at: range)
                }
                return alias
            }
            guard let window, name.lowercased() == "window" else { return nil }
            return try windowValue(window, at: range)
        }
    }

    private func lateralAlias(_ name: String, at range: Range<Int>) throws(Fault) -> Analyzed? {
        let wanted = name.lowercased()
        let matches = lateralAliases.filter { $0.name.lowercased() == wanted }
        guard matches.count <= 1 else {
            throw Fault(
                "AMBIGUOUS_LATERAL_COLUMN_ALIAS",
                "Lateral column alias `\(name)` is ambiguous and has \(matches.count) matches.",
                hint: "Give each item of the SELECT list a name of its own.", at: range)
        }
        guard var value = matches.first?.value else { return nil }
        value.text = name
        value.columnName = name
        return value
    }

    /// `GROUP BY alias` stands for the item of that alias.
    private func groupAlias(_ name: String, at range: Range<Int>) throws(Fault) -> Analyzed? {
        let wanted = name.lowercased()
        guard let item = selectItems.first(where: { $0.alias?.lowercased() == wanted }),
            openAliases.insert(wanted).inserted
        else { return nil }
        defer { openAliases.remove(wanted) }
        return try analyze(item.expression)
    }

    // MARK: Fields

    private func fields(
        _ names: ArraySlice<String>, of operand: Analyzed, at range: Range<Int>
    ) throws(Fault) -> Analyzed {
        var result = operand
        for name in names { result = try field(name, of: result, at: range) }
        return result
    }

    func field(
        _ name: String, of operand: Analyzed, at range: Range<Int>
    ) throws(Fault) -> Analyzed {
        guard case .structure(let members) = operand.type else {
            let hidden =
                operand.text.lowercased() == "window" && window != nil
                ? "The alias `window` hides the window of GROUP BY from here on: "
                    + "give that alias another name, or put it last."
                : nil
            throw Fault(
                "INVALID_EXTRACT_BASE_FIELD_TYPE",
                "Can't extract a value from \"\(operand.text)\". Need a STRUCT but got "
                    + "\"\(operand.type.sqlName)\".",
                hint: hidden, at: range)
        }
        let matches = members.indices.filter {
            members[$0].name.lowercased() == name.lowercased()
        }
        guard matches.count <= 1 else {
            throw Fault(
                "AMBIGUOUS_REFERENCE_TO_FIELDS",
                "The field `\(name)` appears \(matches.count) times.", at: range)
        }
        guard let index = matches.first else {
            throw Fault(
                "FIELD_NOT_FOUND", "There is no field `\(name)` in \"\(operand.text)\".",
                hint: Suggestions.hint(for: name, among: members.map(\.name), kind: "Fields"),
                at: range)
        }
        let member = members[index]
        return Analyzed(
            expression: Expression(.field(operand.expression, index), type: member.type),
            text: "\(operand.text).\(member.name)", range: range, columnName: member.name)
    }

    /// `a['b']`.
    func element(
        _ element: Syntax, of operand: Analyzed, at range: Range<Int>
    ) throws(Fault) -> Analyzed {
        guard case .structure = operand.type else {
            throw Fault(
                "INVALID_EXTRACT_BASE_FIELD_TYPE",
                "Can't extract a value from \"\(operand.text)\" of type "
                    + "\(operand.type.sqlName).",
                at: range)
        }
        guard let name = try analyze(element).constantText else {
            throw Fault(
                "INVALID_EXTRACT_FIELD_TYPE", "A field's name must be a string literal.",
                hint: "Write `a.b` or `a['b']`.", at: element.range)
        }
        return try field(name, of: operand, at: range)
    }

    // MARK: Errors

    private func unresolved(_ parts: [String], at range: Range<Int>) -> Fault {
        var candidates = schema.fields.map(\.name)
        if clause != .condition {
            candidates += lateralAliases.map(\.name)
            if window != nil { candidates.append("window") }
        }
        let name = parts.map { "`\($0)`" }.joined(separator: ".")
        let message = "A column with name \(name) cannot be resolved."
        guard qualifier != nil || !candidates.isEmpty else {
            return Fault(
                "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION", message,
                hint: "The SELECT has no FROM.", at: range)
        }
        var hint = Suggestions.hint(for: parts[0], among: candidates, kind: "Columns")
        if parts.count > 1, let qualifier,
            candidates.contains(where: { $0.lowercased() == parts[1].lowercased() })
        {
            hint = "Did you mean `\(qualifier)`.`\(parts[1])`?"
        } else if Self.keywords.contains(parts[0].uppercased()), parts.count == 1 {
            hint = "`\(parts[0])` is read as a column here: is something missing before it?"
        } else if parts[0].lowercased() == "window", window == nil {
            hint = "`window` exists after GROUP BY window(…) only, and not in WHERE."
        }
        return Fault("UNRESOLVED_COLUMN.WITH_SUGGESTION", message, hint: hint, at: range)
    }

    private static let keywords: Set<String> = [
        "SELECT", "FROM", "WHERE", "GROUP", "BY", "HAVING", "AS", "AND", "OR", "NOT", "CASE",
        "WHEN", "THEN", "ELSE", "END", "IN", "IS", "LIKE", "BETWEEN", "INT", "STRING", "DOUBLE",
    ]
}
