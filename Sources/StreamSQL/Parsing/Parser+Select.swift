extension Parser {
    /// `SELECT …` up to the end of the statement.
    mutating func select() throws(Fault) -> SelectSyntax {
        var select = SelectSyntax()
        let start = token.range.lowerBound
        try expect(word: "SELECT")
        if isWord("DISTINCT"), !isEnd(1), !isSymbol(.comma, 1), !isWord("FROM", 1) {
            select.isDistinct = true
            advance()
        } else if isWord("ALL"), !isEnd(1), !isSymbol(.comma, 1), !isWord("FROM", 1) {
            advance()
        }
        repeat {
            if !select.items.isEmpty, isWord("FROM"), token(1).name != nil {
                throw Fault(
                    "TRAILING_COMMA_IN_SELECT", "The SELECT list ends with a comma.",
                    hint: "Remove the comma before FROM.", at: tokens[index - 1].range)
            }
            select.items.append(try selectItem())
        } while take(.comma)
        if startsClause(), take(word: "FROM") { try from(&select) }
        if select.join == nil { try clauses(&select) }
        select.range = range(from: start)
        return select
    }

    private mutating func selectItem() throws(Fault) -> SelectItem {
        var item = SelectItem(expression: try expression())
        if isWord("AS"), token(1).name != nil || isSymbol(.leftParenthesis, 1) {
            advance()
            if isSymbol(.leftParenthesis) {
                throw Fault.unsupported("A list of aliases", at: token.range)
            }
        } else if token.name == nil || startsClause() {
            return item
        }
        let alias = try name("An alias")
        item.alias = alias.text
        item.aliasRange = alias.range
        if isSymbol(.minus), let next = token(1).name,
            token.range.lowerBound == alias.range.upperBound
        {
            let whole = alias.range.lowerBound..<token(1).range.upperBound
            throw Fault(
                "INVALID_IDENTIFIER", "The name \(alias.text)-\(next) must be in backquotes.",
                hint: "Write `\(alias.text)-\(next)` in backquotes.", at: whole)
        }
        return item
    }

    /// Whether the word at hand opens a clause, rather than being an alias.
    func startsClause() -> Bool {
        switch token.word {
        case "FROM":
            guard !isEnd(1) else { return false }
            if isWord("FROM", 1), token(2).name != nil { return false }
            return token(1).name != nil || isSymbol(.leftParenthesis, 1)
        case "GROUP", "ORDER", "SORT", "CLUSTER", "DISTRIBUTE":
            return isWord("BY", 1)
        case "TABLESAMPLE":
            return isSymbol(.leftParenthesis, 1)
        case "LATERAL":
            return isWord("VIEW", 1) || isWord("JOIN", 1)
        case "WHERE", "HAVING", "LIMIT", "OFFSET", "UNION", "EXCEPT", "MINUS", "INTERSECT",
            "WINDOW", "QUALIFY", "WATERMARK":
            return !isEnd(1) && !isSymbol(.comma, 1)
        default:
            return false
        }
    }

    // MARK: FROM

    private mutating func from(_ select: inout SelectSyntax) throws(Fault) {
        select.from = try relation(&select)
        let start = token.range.lowerBound
        var isJoin = take(.comma)
        if !isJoin, let word = token.word, Self.joinWords.contains(word) {
            while !isEnd(), let word = token.word, Self.joinWords.contains(word) { advance() }
            isJoin = true
        }
        guard isJoin else { return }
        let keyword = range(from: start)
        _ = take(word: "STREAM")
        let name = token.name == nil ? [] : try multipartName("A table").parts
        select.join = (name, keyword)
        while !isEnd() { advance() }
    }

    /// The words that no table can have as an unquoted alias.
    private static let joinWords: Set<String> = [
        "JOIN", "INNER", "CROSS", "LEFT", "RIGHT", "FULL", "SEMI", "ANTI", "NATURAL", "OUTER",
    ]

    private mutating func relation(_ select: inout SelectSyntax) throws(Fault) -> RelationSyntax {
        if isSymbol(.leftParenthesis) {
            throw Fault.unsupported(
                "A subquery in FROM", hint: "Name one table: run one processor per query.",
                at: token.range)
        }
        var relation: RelationSyntax
        if isWord("STREAM"), isSymbol(.leftParenthesis, 1) {
            advance()
            advance()
            let (name, range) = try multipartName("A table")
            try expect(.rightParenthesis)
            relation = RelationSyntax(name: name, nameRange: range)
        } else {
            if isWord("STREAM"), token(1).name != nil, !isWord("AS", 1),
                !isWord("WATERMARK", 1) || token(2).name == nil || isWord("WATERMARK", 2)
            {
                index += 1
                if startsClause() { index -= 1 }
            }
            let (name, range) = try multipartName("A table")
            relation = RelationSyntax(name: name, nameRange: range)
        }
        if isSymbol(.leftParenthesis) {
            throw Fault.unsupported("A table function", at: relation.nameRange)
        }
        try tableSample(&select)
        try watermark(&relation)
        try tableAlias(&relation)
        try watermark(&relation)
        try tableSample(&select)
        return relation
    }

    private mutating func tableSample(_ select: inout SelectSyntax) throws(Fault) {
        guard isWord("TABLESAMPLE"), isSymbol(.leftParenthesis, 1) else { return }
        let start = token.range.lowerBound
        advance()
        try skipParentheses()
        select.refusals.append(
            Fault(
                "_LEGACY_ERROR_TEMP_3102", "TABLESAMPLE is not supported on streams.",
                hint: "Choose records with WHERE.", at: range(from: start)))
    }

    private mutating func tableAlias(_ relation: inout RelationSyntax) throws(Fault) {
        if isWord("AS"), token(1).name != nil {
            advance()
        } else if token.name == nil || startsClause()
            || Self.joinWords.contains(token.word ?? "") || isWord("USING") || isWord("ON")
        {
            return
        }
        relation.alias = try name("An alias").text
        if isSymbol(.leftParenthesis) {
            throw Fault.unsupported("A list of column aliases", at: token.range)
        }
    }

    /// `WATERMARK column DELAY OF INTERVAL …`.
    private mutating func watermark(_ relation: inout RelationSyntax) throws(Fault) {
        guard isWord("WATERMARK"), token(1).name != nil, relation.watermark == nil else { return }
        advance()
        let column = try value(0)
        try expect(word: "DELAY", hint: "Write `WATERMARK column DELAY OF INTERVAL 3 MINUTES`.")
        try expect(word: "OF", hint: "Write `WATERMARK column DELAY OF INTERVAL 3 MINUTES`.")
        let start = token.range.lowerBound
        let delay = try interval()
        relation.watermark = WatermarkSyntax(
            column: column, delay: delay, delayRange: range(from: start))
    }

    // MARK: The clauses behind FROM

    private mutating func clauses(_ select: inout SelectSyntax) throws(Fault) {
        if startsClause(), isWord("LATERAL") {
            throw Fault.unsupported("LATERAL VIEW", at: token.range)
        }
        if startsClause(), take(word: "WHERE") { select.condition = try expression() }
        if startsClause(), take(word: "GROUP") {
            advance()
            select.groups = try groups()
        }
        if startsClause(), take(word: "HAVING") { select.having = try expression() }
        guard startsClause() else { return }
        select.refusals += try refusedClauses()
    }

    private mutating func groups() throws(Fault) -> [Syntax] {
        let forms = ["ROLLUP", "CUBE", "GROUPING"]
        if let word = token.word, forms.contains(word),
            isSymbol(.leftParenthesis, 1) || isWord("SETS", 1)
        {
            throw Fault.unsupported("GROUP BY \(word)", at: token.range)
        }
        if isWord("ALL"), isEnd(1) {
            throw Fault.unsupported(
                "GROUP BY ALL", hint: "Name the grouping columns.", at: token.range)
        }
        var groups: [Syntax] = []
        repeat { groups.append(try expression()) } while take(.comma)
        if isWord("WITH"), isWord("ROLLUP", 1) || isWord("CUBE", 1) {
            throw Fault.unsupported("WITH \(token(1).word ?? "")", at: token.range)
        }
        return groups
    }

    /// ORDER BY, LIMIT, UNION and so on: passed to the end of the statement.
    private mutating func refusedClauses() throws(Fault) -> [Fault] {
        let word = token.word ?? ""
        // These come earlier in a SELECT.
        if ["FROM", "WHERE", "GROUP", "HAVING", "WATERMARK"].contains(word) { return [] }
        let place = token.range
        while !isEnd() { advance() }
        switch word {
        case "ORDER", "SORT", "CLUSTER", "DISTRIBUTE":
            return [
                Fault(
                    "_LEGACY_ERROR_TEMP_3102", "\(word) BY is not supported on streams.",
                    hint: "Rows leave in the order of their windows, then of the grouping columns.",
                    at: place)
            ]
        case "LIMIT", "OFFSET":
            return [
                .unsupported(
                    word, hint: "A stream has no end: choose records with WHERE.", at: place)
            ]
        case "UNION", "EXCEPT", "MINUS", "INTERSECT":
            return [.unsupported(word, hint: "Run one processor per query.", at: place)]
        default:
            return [.unsupported(word, at: place)]
        }
    }
}
