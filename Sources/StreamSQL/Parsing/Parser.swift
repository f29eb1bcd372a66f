/// Reads tokens by the grammar of Spark SQL, as far as it is supported.
///
/// Spark reserves no word: `FROM`, `SELECT` or `AS` can be names. Where a keyword could be either,
/// it opens its clause if what follows can belong to that clause.
struct Parser {
    let tokens: [Token]
    let source: SourceText
    var index = 0
    var depth = 0
    /// How many of the angles of a `>>` have closed their STRUCT.
    var closedAngles = 0

    /// The deepest nesting of parentheses and operands that is read.
    static let maximumDepth = 250

    init(_ source: SourceText) {
        self.source = source
        tokens = Lexer.tokens(of: source.bytes)
    }

    // MARK: Looking

    var token: Token { tokens[index] }

    func token(_ distance: Int) -> Token { tokens[min(index + distance, tokens.count - 1)] }

    func isWord(_ word: String, _ distance: Int = 0) -> Bool { token(distance).word == word }

    func isSymbol(_ symbol: Symbol, _ distance: Int = 0) -> Bool {
        token(distance).kind == .symbol(symbol)
    }

    /// The end of a statement.
    func isEnd(_ distance: Int = 0) -> Bool {
        token(distance).kind == .end || isSymbol(.semicolon, distance)
    }

    // MARK: Taking

    mutating func advance() {
        if index < tokens.count - 1 { index += 1 }
    }

    mutating func take(word: String) -> Bool {
        guard isWord(word) else { return false }
        advance()
        return true
    }

    mutating func take(_ symbol: Symbol) -> Bool {
        guard isSymbol(symbol) else { return false }
        advance()
        return true
    }

    mutating func expect(_ symbol: Symbol, hint: String? = nil) throws(Fault) {
        guard take(symbol) else {
            throw unexpected(hint ?? "`\(symbol.rawValue)` is expected here.")
        }
    }

    mutating func expect(word: String, hint: String? = nil) throws(Fault) {
        guard take(word: word) else { throw unexpected(hint ?? "\(word) is expected here.") }
    }

    /// A name, quoted or not.
    mutating func name(_ what: String) throws(Fault) -> NameSyntax {
        guard let name = token.name else { throw unexpected("\(what) is expected here.") }
        defer { advance() }
        return NameSyntax(text: name, range: token.range)
    }

    /// `a.b.c`.
    mutating func multipartName(_ what: String) throws(Fault) -> (parts: [String], Range<Int>) {
        let first = try name(what)
        var parts = [first.text]
        while isSymbol(.dot) {
            advance()
            parts.append(try name("A name").text)
        }
        return (parts, range(from: first.range.lowerBound))
    }

    /// From `start` to the end of the token taken last.
    func range(from start: Int) -> Range<Int> {
        let end = index > 0 ? tokens[index - 1].range.upperBound : start
        return start..<max(start, end)
    }

    // MARK: Refusing

    /// A syntax error at the next token.
    func unexpected(_ hint: String? = nil) -> Fault {
        let text = source.text(token.range)
        switch token.kind {
        case .end:
            return Fault(
                "PARSE_SYNTAX_ERROR", "Syntax error at or near end of input.", hint: hint,
                at: token.range)
        case .unterminated:
            let mark = text.first.map(String.init) ?? ""
            let what = mark == "/" ? "This comment" : "The text that begins here"
            let first = token.range.lowerBound
            return Fault(
                mark == "/" ? "UNCLOSED_BRACKETED_COMMENT" : "PARSE_SYNTAX_ERROR",
                "\(what) does not end.",
                hint: mark == "/" ? "Close it with `*/`." : "Close it with \(mark).",
                at: first..<first + 1)
        case .symbol(.colon), .symbol(.question):
            return Fault(
                "UNBOUND_SQL_PARAMETER", "Parameters of SQL are not bound here.",
                hint: "Write `${name}` and give it with SET or `--set`.", at: token.range)
        default:
            return Fault(
                "PARSE_SYNTAX_ERROR", "Syntax error at or near '\(text)'.", hint: hint,
                at: token.range)
        }
    }

    /// Goes one level deeper; the caller takes ``depth`` back.
    mutating func descend() throws(Fault) {
        depth += 1
        guard depth <= Self.maximumDepth else { throw Syntax.tooDeep(at: token.range) }
    }
}
