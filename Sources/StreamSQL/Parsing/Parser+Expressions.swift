extension Parser {
    /// An expression of any kind.
    mutating func expression() throws(Fault) -> Syntax {
        try descend()
        defer { depth -= 1 }
        return try logical(0)
    }

    /// OR (1) and AND (2), NOT above them.
    private mutating func logical(_ minimum: Int) throws(Fault) -> Syntax {
        let start = token.range.lowerBound
        var left: Syntax
        if startsNot {
            advance()
            try descend()
            defer { depth -= 1 }
            let operand = try logical(3)
            left = try Syntax(.unary(.not, operand), range(from: start), over: [operand])
        } else {
            left = try predicate()
        }
        while let (level, operation) = logicalOperator, level >= minimum {
            advance()
            let right = try logical(level + 1)
            left = try Syntax(
                .binary(operation, left, right), range(from: start), over: [left, right])
        }
        return left
    }

    private var startsNot: Bool {
        isSymbol(.bang) || (isWord("NOT") && !isEnd(1) && !isSymbol(.comma, 1))
    }

    private var logicalOperator: (Int, BinaryOperator)? {
        switch token.word {
        case "OR": (1, .or)
        case "AND": (2, .and)
        default: nil
        }
    }

    // MARK: Values

    /// Comparison and arithmetic of at least level `minimum`.
    mutating func value(_ minimum: Int) throws(Fault) -> Syntax {
        let start = token.range.lowerBound
        var left = try unary()
        while let (level, operation) = valueOperator, level >= minimum {
            advance()
            let right = try value(level + 1)
            left = try Syntax(
                .binary(operation, left, right), range(from: start), over: [left, right])
        }
        return left
    }

    private var valueOperator: (Int, BinaryOperator)? {
        if isWord("DIV") { return (7, .integerDivide) }
        guard case .symbol(let symbol) = token.kind else { return nil }
        switch symbol {
        case .equal, .doubleEqual: return (1, .equal)
        case .equalNullSafe: return (1, .equalNullSafe)
        case .notEqual, .bangEqual: return (1, .notEqual)
        case .less: return (1, .less)
        case .lessOrEqual: return (1, .lessOrEqual)
        case .greater: return (1, .greater)
        case .greaterOrEqual: return (1, .greaterOrEqual)
        case .bar: return (2, .bitOr)
        case .caret: return (3, .bitXor)
        case .ampersand: return (4, .bitAnd)
        case .shiftLeft: return (5, .shiftLeft)
        case .shiftRight: return (5, .shiftRight)
        case .shiftRightUnsigned: return (5, .shiftRightUnsigned)
        case .plus: return (6, .add)
        case .minus: return (6, .subtract)
        case .concat: return (6, .concat)
        case .times: return (7, .multiply)
        case .slash: return (7, .divide)
        case .percent: return (7, .remainder)
        default: return nil
        }
    }

    private mutating func unary() throws(Fault) -> Syntax {
        let operation: UnaryOperator
        switch token.kind {
        case .symbol(.minus):
            // A sign belongs to the literal, so that -2147483648 is an INT.
            if case .number = token(1).kind { return try postfix() }
            operation = .minus
        case .symbol(.plus): operation = .plus
        case .symbol(.tilde): operation = .invert
        default: return try postfix()
        }
        let start = token.range.lowerBound
        advance()
        try descend()
        defer { depth -= 1 }
        let operand = try unary()
        return try Syntax(.unary(operation, operand), range(from: start), over: [operand])
    }

    /// A primary with `.field`, `[element]` and `::TYPE` behind it.
    private mutating func postfix() throws(Fault) -> Syntax {
        let start = token.range.lowerBound
        var operand = try primary()
        while true {
            if isSymbol(.dot), token(1).name != nil {
                advance()
                let field = try name("A field")
                operand = try Syntax(
                    .field(operand, field.text), range(from: start), over: [operand])
            } else if take(.leftBracket) {
                let element = try expression()
                try expect(.rightBracket)
                operand = try Syntax(
                    .element(operand, element), range(from: start), over: [operand, element])
            } else if take(.cast) {
                let type = try type()
                operand = try Syntax(
                    .cast(operand, type, isTry: false), range(from: start), over: [operand])
            } else {
                return operand
            }
        }
    }

    // MARK: Predicates

    /// A value and at most one of IS, IN, BETWEEN, LIKE behind it.
    private mutating func predicate() throws(Fault) -> Syntax {
        let start = token.range.lowerBound
        let operand = try value(0)
        let negated = isWord("NOT") && Self.predicateWords.contains(token(1).word ?? "")
        if negated { advance() }
        switch token.word {
        case "IS":
            advance()
            return try isPredicate(operand, start)
        case "BETWEEN":
            advance()
            let lower = try value(0)
            try expect(word: "AND", hint: "BETWEEN is written `x BETWEEN low AND high`.")
            let upper = try value(0)
            return try Syntax(
                .between(operand, lower, upper, negated: negated), range(from: start),
                over: [operand, lower, upper])
        case "IN" where isSymbol(.leftParenthesis, 1):
            advance()
            return try inPredicate(operand, start, negated: negated)
        case "LIKE", "ILIKE":
            let ignoresCase = isWord("ILIKE")
            advance()
            return try likePredicate(operand, start, ignoresCase: ignoresCase, negated: negated)
        case "RLIKE", "REGEXP":
            advance()
            let pattern = try value(0)
            return try Syntax(
                .unsupported("RLIKE", hint: "Use LIKE, contains, startswith or endswith."),
                range(from: start), over: [operand, pattern])
        default:
            return operand
        }
    }

    private static let predicateWords: Set<String> = [
        "BETWEEN", "IN", "LIKE", "ILIKE", "RLIKE", "REGEXP",
    ]

    private mutating func isPredicate(_ operand: Syntax, _ start: Int) throws(Fault) -> Syntax {
        let negated = take(word: "NOT")
        switch token.word {
        case "NULL":
            advance()
            return try Syntax(
                .isNull(operand, negated: negated), range(from: start), over: [operand])
        case "TRUE", "FALSE", "UNKNOWN":
            let truth: Bool? = isWord("UNKNOWN") ? nil : isWord("TRUE")
            advance()
            return try Syntax(
                .isTruth(operand, truth, negated: negated), range(from: start), over: [operand])
        case "DISTINCT":
            advance()
            try expect(word: "FROM")
            let other = try value(0)
            let same = try Syntax(
                .binary(.equalNullSafe, operand, other), range(from: start), over: [operand, other])
            return negated
                ? same : try Syntax(.unary(.not, same), range(from: start), over: [same])
        default:
            throw unexpected("IS is followed by [NOT] NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM.")
        }
    }

    private mutating func inPredicate(
        _ operand: Syntax, _ start: Int, negated: Bool
    ) throws(Fault) -> Syntax {
        try expect(.leftParenthesis)
        if isSymbol(.rightParenthesis) {
            advance()
            throw Fault(
                "INVALID_SQL_SYNTAX.EMPTY_IN_PREDICATE", "IN requires at least one value.",
                hint: "Use FALSE for a condition that is never true.", at: range(from: start))
        }
        if isWord("SELECT") || isWord("WITH") {
            throw Fault.unsupported(
                "A subquery", hint: "List the values: `x IN (1, 2)`.", at: token.range)
        }
        var candidates = [try expression()]
        while take(.comma) { candidates.append(try expression()) }
        try expect(.rightParenthesis)
        return try Syntax(
            .isIn(operand, candidates, negated: negated), range(from: start),
            over: [operand] + candidates)
    }

    private mutating func likePredicate(
        _ operand: Syntax, _ start: Int, ignoresCase: Bool, negated: Bool
    ) throws(Fault) -> Syntax {
        var like = LikeSyntax(
            text: operand, patterns: [], quantifier: .one, escape: nil, ignoresCase: ignoresCase,
            negated: negated)
        if ["ALL", "ANY", "SOME"].contains(token.word ?? ""), isSymbol(.leftParenthesis, 1) {
            like.quantifier = isWord("ALL") ? .all : .any
            advance()
            advance()
            repeat { like.patterns.append(try expression()) } while take(.comma)
            try expect(.rightParenthesis)
        } else {
            like.patterns = [try value(0)]
            if isWord("ESCAPE"), case .string(let escape) = token(1).kind {
                advance()
                guard escape.unicodeScalars.count == 1 else {
                    throw Fault(
                        "INVALID_ESC", "The escape string '\(escape)' is invalid.",
                        hint: "It must be one character.", at: token.range)
                }
                advance()
                like.escape = escape
            }
        }
        return try Syntax(.like(like), range(from: start), over: [operand] + like.patterns)
    }
}
