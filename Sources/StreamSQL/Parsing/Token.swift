/// A piece of the text. Keywords are words like others: Spark reserves none of them.
struct Token {
    var kind: Kind
    /// In the substituted text.
    var range: Range<Int>

    enum Kind: Hashable {
        /// An unquoted name or keyword; `upper` for comparison.
        case word(String, upper: String)
        /// A name in backquotes.
        case quotedName(String)
        /// A string literal with its escapes resolved.
        case string(String)
        case number(NumberForm, String)
        case symbol(Symbol)
        /// A quote, backquote or block comment that does not end.
        case unterminated
        /// A character that begins nothing.
        case unknown
        case end
    }

    enum NumberForm: Hashable {
        case integer, decimal, exponent
        case tinyint, smallint, bigint, float, double, bigDecimal
    }

    var word: String? {
        if case .word(_, let upper) = kind { upper } else { nil }
    }

    /// The name that the token can stand for.
    var name: String? {
        switch kind {
        case .word(let text, _), .quotedName(let text): text
        default: nil
        }
    }
}

/// Operators and punctuation, longest first where one begins another.
enum Symbol: String, CaseIterable {
    case equalNullSafe = "<=>"
    case shiftRightUnsigned = ">>>"
    case doubleEqual = "=="
    case notEqual = "<>"
    case bangEqual = "!="
    case lessOrEqual = "<="
    case greaterOrEqual = ">="
    case shiftLeft = "<<"
    case shiftRight = ">>"
    case concat = "||"
    case cast = "::"
    case fatArrow = "=>"
    case arrow = "->"
    case leftParenthesis = "("
    case rightParenthesis = ")"
    case leftBracket = "["
    case rightBracket = "]"
    case comma = ","
    case dot = "."
    case semicolon = ";"
    case colon = ":"
    case equal = "="
    case less = "<"
    case greater = ">"
    case plus = "+"
    case minus = "-"
    case times = "*"
    case slash = "/"
    case percent = "%"
    case ampersand = "&"
    case bar = "|"
    case caret = "^"
    case tilde = "~"
    case bang = "!"
    case question = "?"
}
