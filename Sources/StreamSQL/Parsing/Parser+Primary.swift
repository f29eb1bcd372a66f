extension Parser {
    /// A literal, a name, a call or an expression in parentheses.
    mutating func primary() throws(Fault) -> Syntax {
        let start = token.range.lowerBound
        switch token.kind {
        case .symbol(.minus), .number:
            return try numberLiteral()
        case .string:
            return try stringLiteral()
        case .symbol(.leftParenthesis):
            return try parenthesized()
        case .symbol(.times):
            advance()
            return try Syntax(.star([]), range(from: start))
        case .quotedName:
            return try nameOrCall()
        case .word(_, let upper):
            if let form = try special(upper) { return form }
            return try nameOrCall()
        default:
            throw unexpected("An expression is expected here.")
        }
    }

    private mutating func numberLiteral() throws(Fault) -> Syntax {
        let start = token.range.lowerBound
        let sign = take(.minus) ? "-" : ""
        guard case .number(let form, let text) = token.kind else {
            throw unexpected("A number is expected here.")
        }
        advance()
        return try Syntax(.literal(.number(form, sign + text)), range(from: start))
    }

    /// Strings side by side are one.
    private mutating func stringLiteral() throws(Fault) -> Syntax {
        let start = token.range.lowerBound
        var text = ""
        while case .string(let part) = token.kind {
            text += part
            advance()
        }
        return try Syntax(.literal(.string(text)), range(from: start))
    }

    private mutating func parenthesized() throws(Fault) -> Syntax {
        let start = token.range.lowerBound
        advance()
        if isWord("SELECT"), !isSymbol(.rightParenthesis, 1), !isSymbol(.dot, 1) {
            throw Fault.unsupported(
                "A subquery", hint: "Run one processor per query.", at: token.range)
        }
        let inner = try expression()
        if isSymbol(.comma) {
            throw Fault.unsupported(
                "A row of several values", hint: "Use struct(…).", at: token.range)
        }
        try expect(.rightParenthesis)
        return Syntax(inner, range: range(from: start))
    }

    /// The forms that begin with a word of their own; nil where the word is a name.
    private mutating func special(_ word: String) throws(Fault) -> Syntax? {
        let start = token.range.lowerBound
        switch word {
        case "NULL", "TRUE", "FALSE":
            guard !isSymbol(.leftParenthesis, 1) else { return nil }
            advance()
            return try Syntax(
                .literal(word == "NULL" ? .null : .boolean(word == "TRUE")), range(from: start))
        case "CASE":
            return startsOperand(1) ? try caseExpression() : nil
        case "CAST", "TRY_CAST":
            return isSymbol(.leftParenthesis, 1) ? try castExpression(isTry: word != "CAST") : nil
        case "INTERVAL":
            guard startsInterval(1) else { return nil }
            let interval = try interval()
            return try Syntax(.interval(interval), range(from: start))
        case "DATE", "TIMESTAMP", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "X":
            guard case .string(let text) = token(1).kind else { return nil }
            advance()
            advance()
            return try Syntax(.literal(.typed(word, text)), range(from: start))
        case "EXISTS":
            guard isSymbol(.leftParenthesis, 1), isWord("SELECT", 2) else { return nil }
            throw Fault.unsupported("A subquery", at: token.range)
        case "EXTRACT", "TRIM", "SUBSTRING", "SUBSTR", "POSITION":
            return isSymbol(.leftParenthesis, 1) ? try wordyCall(word) : nil
        default:
            return nil
        }
    }

    /// Whether CASE at hand opens a CASE expression rather than being a name.
    private func startsOperand(_ distance: Int) -> Bool {
        if isEnd(distance) { return false }
        switch token(distance).kind {
        case .symbol(.leftParenthesis), .symbol(.minus), .symbol(.plus): return true
        case .symbol: return false
        case .word(_, "FROM"), .word(_, "AS"): return false
        default: return true
        }
    }

    private mutating func caseExpression() throws(Fault) -> Syntax {
        let start = token.range.lowerBound
        advance()
        var operand: Syntax?
        if !isWord("WHEN") { operand = try expression() }
        var branches: [(condition: Syntax, value: Syntax)] = []
        while take(word: "WHEN") {
            let condition = try expression()
            try expect(word: "THEN")
            branches.append((condition, try expression()))
        }
        guard !branches.isEmpty else {
            throw unexpected("CASE is written `CASE WHEN condition THEN value … [ELSE value] END`.")
        }
        let otherwise = take(word: "ELSE") ? try expression() : nil
        try expect(word: "END", hint: "CASE ends with END.")
        let children =
            [operand, otherwise].compactMap { $0 } + branches.flatMap { [$0.condition, $0.value] }
        return try Syntax(
            .choice(operand: operand, branches, otherwise: otherwise), range(from: start),
            over: children)
    }

    private mutating func castExpression(isTry: Bool) throws(Fault) -> Syntax {
        let start = token.range.lowerBound
        advance()
        advance()
        let operand = try expression()
        try expect(word: "AS", hint: "A cast is written `CAST(x AS TYPE)`.")
        let type = try type()
        try expect(.rightParenthesis)
        return try Syntax(.cast(operand, type, isTry: isTry), range(from: start), over: [operand])
    }

    // MARK: Names and calls

    private mutating func nameOrCall() throws(Fault) -> Syntax {
        let start = token.range.lowerBound
        var parts = [try name("A name").text]
        while isSymbol(.dot) {
            if isSymbol(.times, 1) {
                advance()
                advance()
                return try Syntax(.star(parts), range(from: start))
            }
            guard token(1).name != nil else { break }
            advance()
            parts.append(try name("A name").text)
        }
        guard isSymbol(.leftParenthesis) else {
            return try Syntax(.name(parts), range(from: start))
        }
        return try call(parts, start)
    }

    private mutating func call(_ name: [String], _ start: Int) throws(Fault) -> Syntax {
        var call = CallSyntax(name: name, nameRange: range(from: start), arguments: [])
        advance()
        if isWord("DISTINCT"), !isSymbol(.comma, 1), !isSymbol(.rightParenthesis, 1) {
            call.isDistinct = true
            advance()
        } else if isWord("ALL"), !isSymbol(.comma, 1), !isSymbol(.rightParenthesis, 1) {
            advance()
        }
        while !isSymbol(.rightParenthesis) {
            call.arguments.append(try expression())
            call.argumentNames.append(try argumentName(of: name))
            if isSymbol(.arrow) || isSymbol(.fatArrow) {
                throw Fault.unsupported(
                    isSymbol(.arrow) ? "A lambda function" : "An argument by name", at: token.range)
            }
            try nullsOption(&call)
            guard take(.comma) else { break }
            if isSymbol(.rightParenthesis) { throw unexpected("An argument is expected here.") }
        }
        try expect(.rightParenthesis, hint: "`,` or `)` is expected here.")
        return try finish(call, start)
    }

    private mutating func argumentName(of function: [String]) throws(Fault) -> String? {
        guard function.count == 1, function[0].lowercased() == "struct", take(word: "AS") else {
            return nil
        }
        return try name("A name").text
    }

    /// FILTER, IGNORE NULLS and OVER behind a call.
    private mutating func finish(_ syntax: CallSyntax, _ start: Int) throws(Fault) -> Syntax {
        var call = syntax
        if isWord("WITHIN"), isWord("GROUP", 1) {
            throw Fault.unsupported("WITHIN GROUP", at: token.range)
        }
        if isWord("FILTER"), isSymbol(.leftParenthesis, 1) {
            advance()
            advance()
            try expect(word: "WHERE", hint: "A filter is written `FILTER (WHERE condition)`.")
            call.filter = try expression()
            try expect(.rightParenthesis)
        }
        try nullsOption(&call)
        if isWord("OVER"), isSymbol(.leftParenthesis, 1) {
            call.isOverWindow = true
            advance()
            try skipParentheses()
        }
        return try Syntax(
            .call(call), range(from: start),
            over: call.arguments + [call.filter].compactMap { $0 })
    }

    private mutating func nullsOption(_ call: inout CallSyntax) throws(Fault) {
        guard isWord("NULLS", 1), isWord("IGNORE") || isWord("RESPECT") else { return }
        call.ignoresNulls = isWord("IGNORE")
        advance()
        advance()
    }

    /// Passes `( … )` with whatever is in it.
    mutating func skipParentheses() throws(Fault) {
        try expect(.leftParenthesis)
        var level = 1
        while level > 0 {
            if isEnd() { throw unexpected("`)` is expected here.") }
            if isSymbol(.leftParenthesis) { level += 1 }
            if isSymbol(.rightParenthesis) { level -= 1 }
            advance()
        }
    }

    /// The calls whose arguments are set apart by words: `trim(BOTH x FROM y)`.
    private mutating func wordyCall(_ word: String) throws(Fault) -> Syntax? {
        let start = token.range.lowerBound
        let before = index
        var call = CallSyntax(
            name: [word.lowercased()], nameRange: token.range, arguments: [])
        advance()
        advance()
        if word == "TRIM", let sides = trimSide() {
            call.name = [sides]
            let characters = isWord("FROM") ? nil : try expression()
            try expect(word: "FROM")
            call.arguments = [characters, try expression()].compactMap { $0 }
        } else {
            let isUnit = word == "EXTRACT" && token.name != nil && isWord("FROM", 1)
            let first =
                word == "POSITION" ? try value(0) : isUnit ? try unitName() : try expression()
            if word == "POSITION", isWord("IN") {
                advance()
                call.arguments = [first, try expression()]
            } else if word != "POSITION", take(word: "FROM") {
                call.arguments = [first, try expression()]
                if word == "TRIM" { call.name = ["trim"] }
                if word.hasPrefix("SUBSTR"), take(word: "FOR") {
                    call.arguments.append(try expression())
                }
            } else {
                // The plain form with commas.
                index = before
                return nil
            }
        }
        try expect(.rightParenthesis)
        return try finish(call, start)
    }

    private mutating func unitName() throws(Fault) -> Syntax {
        let unit = try name("A unit")
        return try Syntax(.literal(.string(unit.text)), unit.range)
    }

    private mutating func trimSide() -> String? {
        let side: String
        switch token.word {
        case "BOTH": side = "trim"
        case "LEADING": side = "ltrim"
        case "TRAILING": side = "rtrim"
        default: return nil
        }
        if isSymbol(.comma, 1) || isSymbol(.rightParenthesis, 1) { return nil }
        advance()
        return side
    }
}
