extension Parser {
    /// All statements of the text.
    mutating func statements() throws(Fault) -> [Statement] {
        var statements: [Statement] = []
        while true {
            while take(.semicolon) {}
            if token.kind == .end { return statements }
            statements.append(try statement())
            guard isEnd() else { throw unexpected(misplacedHint()) }
        }
    }

    private mutating func statement() throws(Fault) -> Statement {
        let start = token.range.lowerBound
        switch token.word {
        case "SELECT":
            let select = try select()
            return .query(QuerySyntax(target: nil, select: select, range: range(from: start)))
        case "INSERT":
            return try insert()
        case "CREATE":
            return .createTable(try createTable())
        case "WITH":
            throw Fault.unsupported(
                "WITH", hint: "Write the SELECT out: one query, one source.", at: token.range)
        default:
            let words = ["SELECT", "INSERT", "CREATE", "SET"]
            let near = Suggestions.nearest(to: token.name ?? "", among: words)
            let what = "A statement begins with SET, CREATE TABLE, INSERT INTO or SELECT."
            throw unexpected(near.map { "Did you mean \($0)?" } ?? what)
        }
    }

    /// What may help where a statement should have ended.
    private func misplacedHint() -> String? {
        let clauses = ["FROM", "WHERE", "GROUP", "HAVING", "WATERMARK"]
        if let word = token.word, clauses.contains(word) {
            return "The clauses come in the order FROM, WHERE, GROUP BY, HAVING."
        }
        if index > 0, let before = tokens[index - 1].word, !clauses.contains(before),
            let near = Suggestions.nearest(to: before, among: clauses)
        {
            return "Did you mean \(near) in place of \(source.text(tokens[index - 1].range))?"
        }
        if let word = token.word, ["SELECT", "INSERT", "CREATE", "SET"].contains(word) {
            return "Statements are set apart by `;`."
        }
        return nil
    }

    private mutating func insert() throws(Fault) -> Statement {
        let start = token.range.lowerBound
        advance()
        guard take(word: "INTO") else {
            throw isWord("OVERWRITE")
                ? Fault.unsupported(
                    "INSERT OVERWRITE", hint: "A stream is appended to: INSERT INTO.",
                    at: token.range)
                : unexpected("A query that writes begins with INSERT INTO table SELECT.")
        }
        if isWord("TABLE"), token(1).name != nil, !isWord("SELECT", 1) { advance() }
        let (parts, nameRange) = try multipartName("A table")
        if isSymbol(.leftParenthesis) {
            throw Fault.unsupported(
                "A list of columns in INSERT",
                hint: "The names in the SELECT are the names that are written.", at: token.range)
        }
        guard isWord("SELECT") else {
            throw isWord("WITH")
                ? Fault.unsupported("WITH", at: token.range)
                : unexpected("INSERT INTO table is followed by SELECT.")
        }
        let target = NameSyntax(text: parts.joined(separator: "."), range: nameRange)
        let select = try select()
        return .query(QuerySyntax(target: target, select: select, range: range(from: start)))
    }

    private mutating func createTable() throws(Fault) -> CreateTableSyntax {
        let start = token.range.lowerBound
        advance()
        try expect(
            word: "TABLE", hint: "A table is declared with CREATE TABLE name … USING connector.")
        if isWord("IF"), isWord("NOT", 1), isWord("EXISTS", 2) { index += 3 }
        let (parts, nameRange) = try multipartName("The table's name")
        let columns = isSymbol(.leftParenthesis) ? try columnDefinitions() : nil
        if isWord("AS") {
            throw Fault(
                "_LEGACY_ERROR_TEMP_3102", "CREATE TABLE … AS SELECT is not supported on streams.",
                hint: "Declare the table, then write INSERT INTO it.", at: token.range)
        }
        try expect(word: "USING", hint: "USING kafka, json or console is expected here.")
        let connector = try name("A connector")
        let options = take(word: "OPTIONS") ? try options() : []
        if isWord("COMMENT"), case .string = token(1).kind {
            advance()
            advance()
        }
        if isWord("AS") {
            throw Fault(
                "_LEGACY_ERROR_TEMP_3102", "CREATE TABLE … AS SELECT is not supported on streams.",
                hint: "Declare the table, then write INSERT INTO it.", at: token.range)
        }
        return CreateTableSyntax(
            name: NameSyntax(text: parts.joined(separator: "."), range: nameRange),
            columns: columns, connector: connector, options: options, range: range(from: start))
    }

    private mutating func columnDefinitions() throws(Fault) -> [(
        name: NameSyntax, type: TypeSyntax
    )] {
        var columns: [(name: NameSyntax, type: TypeSyntax)] = []
        try expect(.leftParenthesis)
        repeat {
            let column = try name("A column's name")
            _ = take(.colon)
            columns.append((column, try type()))
            try columnSuffix()
        } while take(.comma)
        try expect(.rightParenthesis, hint: "`,` or `)` is expected here.")
        return columns
    }

    /// `(key 'value', key = 'value', …)`.
    private mutating func options() throws(Fault) -> [(key: NameSyntax, value: NameSyntax)] {
        var options: [(key: NameSyntax, value: NameSyntax)] = []
        try expect(.leftParenthesis)
        if take(.rightParenthesis) { return [] }
        repeat {
            let key: NameSyntax
            if case .string(let text) = token.kind {
                key = NameSyntax(text: text, range: token.range)
                advance()
            } else {
                let (parts, range) = try multipartName("An option")
                key = NameSyntax(text: parts.joined(separator: "."), range: range)
            }
            _ = take(.equal)
            options.append((key, try optionValue()))
        } while take(.comma)
        try expect(.rightParenthesis, hint: "`,` or `)` is expected here.")
        return options
    }

    private mutating func optionValue() throws(Fault) -> NameSyntax {
        let range = token.range
        switch token.kind {
        case .string(let text):
            advance()
            return NameSyntax(text: text, range: range)
        case .number(_, let text):
            advance()
            return NameSyntax(text: text, range: range)
        case .word(_, "TRUE"), .word(_, "FALSE"):
            defer { advance() }
            return NameSyntax(text: source.text(range).lowercased(), range: range)
        default:
            throw unexpected("The option's value is expected here, in quotes.")
        }
    }
}
