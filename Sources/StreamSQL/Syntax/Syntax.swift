/// An expression as it was written.
struct Syntax {
    let kind: Kind
    /// In the substituted text.
    let range: Range<Int>
    /// Levels of nesting, 1 for a leaf; bounded, so that recursion over it is safe.
    let depth: Int

    /// The deepest expression that is accepted.
    static let maximumDepth = 500

    indirect enum Kind {
        case literal(LiteralSyntax)
        /// `a`, `t.a`, `t.a.b`.
        case name([String])
        /// `*` or `t.*`.
        case star([String])
        case field(Syntax, String)
        case element(Syntax, Syntax)
        case unary(UnaryOperator, Syntax)
        case binary(BinaryOperator, Syntax, Syntax)
        case isNull(Syntax, negated: Bool)
        /// `IS TRUE`, `IS FALSE`; with nil `IS UNKNOWN`.
        case isTruth(Syntax, Bool?, negated: Bool)
        case between(Syntax, Syntax, Syntax, negated: Bool)
        case isIn(Syntax, [Syntax], negated: Bool)
        case like(LikeSyntax)
        case choice(operand: Syntax?, [(condition: Syntax, value: Syntax)], otherwise: Syntax?)
        case cast(Syntax, TypeSyntax, isTry: Bool)
        case call(CallSyntax)
        case interval(Interval)
        /// What Spark has and this does not; refused in analysis.
        case unsupported(String, hint: String?)
    }

    /// Makes a node over `children`.
    init(_ kind: Kind, _ range: Range<Int>, over children: [Syntax] = []) throws(Fault) {
        self.kind = kind
        self.range = range
        depth = 1 + (children.max { $0.depth < $1.depth }?.depth ?? 0)
        guard depth <= Self.maximumDepth else { throw Self.tooDeep(at: range) }
    }

    /// The same expression with another range, e.g. with its parentheses.
    init(_ other: Syntax, range: Range<Int>) {
        kind = other.kind
        self.range = range
        depth = other.depth
    }

    static func tooDeep(at range: Range<Int>) -> Fault {
        Fault(
            "EXPRESSION_TOO_DEEP",
            "The expression is nested too deeply (the limit is \(maximumDepth) levels).",
            hint: "Split it over several columns, or use IN in place of a chain of OR.", at: range)
    }
}

enum LiteralSyntax {
    case null
    case boolean(Bool)
    case string(String)
    /// With its sign.
    case number(Token.NumberForm, String)
    /// `DATE '…'`, `TIMESTAMP '…'`: the type's name and the text.
    case typed(String, String)
}

enum UnaryOperator: String {
    case not = "NOT"
    case minus = "-"
    case plus = "+"
    case invert = "~"
}

enum BinaryOperator: String {
    case or = "OR"
    case and = "AND"
    case equal = "="
    case equalNullSafe = "<=>"
    case notEqual = "<>"
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case bitOr = "|"
    case bitXor = "^"
    case bitAnd = "&"
    case shiftLeft = "<<"
    case shiftRight = ">>"
    case shiftRightUnsigned = ">>>"
    case add = "+"
    case subtract = "-"
    case concat = "||"
    case multiply = "*"
    case divide = "/"
    case remainder = "%"
    case integerDivide = "div"
}

struct LikeSyntax {
    var text: Syntax
    var patterns: [Syntax]
    var quantifier: Quantifier
    var escape: String?
    var ignoresCase: Bool
    var negated: Bool

    enum Quantifier { case one, all, any }
}

struct CallSyntax {
    /// Parts of the name, the last one the function's.
    var name: [String]
    var nameRange: Range<Int>
    var arguments: [Syntax]
    /// Names given with AS within `struct(…)`, by position.
    var argumentNames: [String?] = []
    var isDistinct = false
    /// `FILTER (WHERE …)`.
    var filter: Syntax?
    var ignoresNulls: Bool?
    var isOverWindow = false
}

/// A type as it was written.
struct TypeSyntax {
    var kind: Kind
    var range: Range<Int>

    indirect enum Kind {
        /// Upper-case name and parameters: `DECIMAL(5, 2)`.
        case named(String, [Int])
        case structure([(name: String, type: TypeSyntax)])
    }
}
