extension Parser {
    /// A data type, not yet checked.
    mutating func type() throws(Fault) -> TypeSyntax {
        try descend()
        defer { depth -= 1 }
        let name = try name("A data type")
        let upper = name.text.uppercased()
        if upper == "STRUCT" { return try structure(from: name.range.lowerBound) }
        guard !isSymbol(.less) else {
            advance()
            throw Fault.unsupported("The type \(upper)", at: name.range)
        }
        var parameters: [Int] = []
        if take(.leftParenthesis) {
            repeat {
                guard case .number(.integer, let text) = token.kind, let value = Int(text) else {
                    throw unexpected("A number is expected here, as in DECIMAL(10, 2).")
                }
                advance()
                parameters.append(value)
            } while take(.comma)
            try expect(.rightParenthesis)
        }
        return TypeSyntax(
            kind: .named(upper, parameters), range: range(from: name.range.lowerBound))
    }

    /// `STRUCT<a: INT, b STRING>`.
    private mutating func structure(from start: Int) throws(Fault) -> TypeSyntax {
        var fields: [(name: String, type: TypeSyntax)] = []
        if take(.notEqual) {
            return TypeSyntax(kind: .structure([]), range: range(from: start))
        }
        try expect(.less, hint: "A STRUCT is written `STRUCT<name: TYPE, …>`.")
        repeat {
            let field = try name("A field's name")
            _ = take(.colon)
            fields.append((field.text, try type()))
            try columnSuffix()
        } while take(.comma)
        try closeAngle()
        return TypeSyntax(kind: .structure(fields), range: range(from: start))
    }

    /// `>`; `>>` and `>>>` close two and three structures.
    private mutating func closeAngle() throws(Fault) {
        let angles: Int
        switch token.kind {
        case .symbol(.greater): angles = 1
        case .symbol(.shiftRight): angles = 2
        case .symbol(.shiftRightUnsigned): angles = 3
        default: throw unexpected("`,` or `>` is expected here.")
        }
        closedAngles += 1
        if closedAngles == angles {
            closedAngles = 0
            advance()
        }
    }

    /// `NOT NULL` and `COMMENT '…'`, neither of which changes what is read.
    mutating func columnSuffix() throws(Fault) {
        if isWord("NOT"), isWord("NULL", 1) {
            advance()
            advance()
        }
        if isWord("COMMENT"), case .string = token(1).kind {
            advance()
            advance()
        }
    }
}
