/// Replaces `${name}` and takes the `SET name = value;` statements out of a text.
///
/// As in Spark the replacement is textual, also within quotes. Comments stay as they are. A value
/// may use variables that were set before it, so nothing can refer to itself.
struct Substitution {
    private(set) var source: SourceText
    /// What each name stands for: given values first, then those of `SET`.
    private(set) var values: [String: String]
    /// The names that the text sets or uses.
    private(set) var knownNames: Set<String> = []
    private let given: [String: String]
    private var index = 0
    private var text: [UInt8] { source.original }

    /// The longest value of a variable, and the longest text after substitution, in bytes.
    static let maximumValueBytes = 65_536
    static let maximumTextBytes = 4_194_304

    /// Ranges of a thrown ``Fault`` are those of the original text.
    init(text: String, variables: [String: String]) throws(Fault) {
        source = SourceText(original: Array(text.utf8))
        given = variables
        values = variables
        try run()
    }

    private mutating func run() throws(Fault) {
        var startsStatement = true
        while index < text.count {
            let byte = text[index]
            if startsStatement, isWord("SET", at: index) {
                try readSet()
                continue
            }
            switch byte {
            case UInt8(ascii: "-") where peek(1) == byte,
                UInt8(ascii: "/") where peek(1) == UInt8(ascii: "*"):
                copy(to: endOfComment(index))
            case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"):
                startsStatement = false
                try copyQuoted(byte)
            case UInt8(ascii: "$") where peek(1) == UInt8(ascii: "{"):
                startsStatement = false
                try replaceVariable()
            default:
                if !byte.isBlank { startsStatement = byte == UInt8(ascii: ";") }
                copy(to: index + 1)
            }
            guard source.bytes.count <= Self.maximumTextBytes else {
                throw Fault(
                    "QUERY_TOO_LONG", "The query is longer than \(Self.maximumTextBytes) bytes.",
                    at: index..<index)
            }
        }
    }

    private func peek(_ distance: Int) -> UInt8? {
        index + distance < text.count ? text[index + distance] : nil
    }

    private mutating func copy(to end: Int) {
        while index < end {
            source.copy(index)
            index += 1
        }
    }

    private func isWord(_ word: StaticString, at start: Int) -> Bool {
        let length = word.utf8CodeUnitCount
        guard start + length <= text.count else { return false }
        let matches =
            String(decoding: text[start..<start + length], as: UTF8.self)
            .uppercased() == word.description
        return matches && (start + length == text.count || !text[start + length].isNamePart)
    }

    private func endOfComment(_ start: Int) -> Int {
        Comment.end(of: text, from: start) ?? text.count
    }

    /// Copies a quoted text with its variables replaced. Where the quote does not end, the lexer
    /// will say so.
    private mutating func copyQuoted(_ quote: UInt8) throws(Fault) {
        let isRaw =
            quote != UInt8(ascii: "`") && index > 0
            && (text[index - 1] | 0x20) == UInt8(ascii: "r")
            && (index == 1 || !text[index - 2].isNamePart)
        copy(to: index + 1)
        while index < text.count {
            let byte = text[index]
            if byte == quote { return copy(to: index + 1) }
            if byte == UInt8(ascii: "\\"), !isRaw, quote != UInt8(ascii: "`") {
                copy(to: min(index + 2, text.count))
            } else if byte == UInt8(ascii: "$"), peek(1) == UInt8(ascii: "{") {
                try replaceVariable()
            } else {
                copy(to: index + 1)
            }
        }
    }

    private mutating func replaceVariable() throws(Fault) {
        let (name, range) = try variable(at: index)
        source.replace(range, with: Array(try value(of: name, at: range).utf8))
        index = range.upperBound
    }

    /// The name in `${name}` at `start`, and the range of the whole.
    private func variable(at start: Int) throws(Fault) -> (String, Range<Int>) {
        var end = start + 2
        while end < text.count, text[end] != UInt8(ascii: "}"), text[end].isVariableNamePart {
            end += 1
        }
        guard end < text.count, text[end] == UInt8(ascii: "}"), end > start + 2 else {
            throw Fault(
                "PARSE_SYNTAX_ERROR", "A variable is written `${name}`.",
                hint: "Close it with `}`; a name has letters, digits, `_`, `.` and `-`.",
                at: start..<min(end, text.count))
        }
        return (String(decoding: text[start + 2..<end], as: UTF8.self), start..<end + 1)
    }

    private mutating func value(of name: String, at range: Range<Int>) throws(Fault) -> String {
        knownNames.insert(name)
        if let value = values[name] { return value }
        let similar = Suggestions.nearest(to: name, among: values.keys.sorted())
        let remedy = "Give it with `--set \(name)=VALUE` or write `SET \(name) = VALUE;` above."
        throw Fault(
            "UNDEFINED_VARIABLE", "The variable `\(name)` has no value.",
            hint: similar.map { "Did you mean `\($0)`? " + remedy } ?? remedy, at: range)
    }

    /// `SET name = value`, up to the semicolon.
    private mutating func readSet() throws(Fault) {
        let start = index
        index += 3
        skipBlanks()
        let nameStart = index
        while index < text.count, text[index].isVariableNamePart { index += 1 }
        let name = String(decoding: text[nameStart..<index], as: UTF8.self)
        skipBlanks()
        guard !name.isEmpty, index < text.count, text[index] == UInt8(ascii: "=") else {
            throw Fault(
                "PARSE_SYNTAX_ERROR", "A variable is set with `SET name = value;`.",
                at: start..<max(index, start + 3))
        }
        knownNames.insert(name)
        index += 1
        var value: [UInt8] = []
        while index < text.count, text[index] != UInt8(ascii: ";") {
            if let end = Comment.end(of: text, from: index) {
                value.append(UInt8(ascii: " "))
                index = end
            } else if text[index] == UInt8(ascii: "$"), peek(1) == UInt8(ascii: "{") {
                let (used, range) = try variable(at: index)
                value += try self.value(of: used, at: range).utf8
                index = range.upperBound
            } else {
                value.append(text[index])
                index += 1
            }
            guard value.count <= Self.maximumValueBytes else {
                throw Fault(
                    "VARIABLE_TOO_LONG",
                    "The value of `\(name)` is longer than \(Self.maximumValueBytes) bytes.",
                    at: start..<start + 3)
            }
        }
        if index < text.count { index += 1 }
        if given[name] == nil { values[name] = String(decoding: value.trimmed(), as: UTF8.self) }
    }

    private mutating func skipBlanks() {
        while index < text.count {
            if text[index].isBlank {
                index += 1
            } else if let end = Comment.end(of: text, from: index) {
                index = end
            } else {
                return
            }
        }
    }
}

/// `-- …` and `/* … */`, which nests.
enum Comment {
    /// Behind the comment that starts at `start`, nil if none does or it does not end.
    static func end(of text: [UInt8], from start: Int) -> Int? {
        guard start + 1 < text.count else { return nil }
        switch (text[start], text[start + 1]) {
        case (UInt8(ascii: "-"), UInt8(ascii: "-")):
            var end = start
            while end < text.count, text[end] != UInt8(ascii: "\n") { end += 1 }
            return end
        case (UInt8(ascii: "/"), UInt8(ascii: "*")):
            return endOfBlock(text, from: start)
        default:
            return nil
        }
    }

    private static func endOfBlock(_ text: [UInt8], from start: Int) -> Int? {
        var depth = 0
        var index = start
        while index + 1 < text.count {
            if text[index] == UInt8(ascii: "/"), text[index + 1] == UInt8(ascii: "*") {
                depth += 1
                index += 2
            } else if text[index] == UInt8(ascii: "*"), text[index + 1] == UInt8(ascii: "/") {
                depth -= 1
                index += 2
                if depth == 0 { return index }
            } else {
                index += 1
            }
        }
        return nil
    }
}

extension UInt8 {
    var isBlank: Bool { self == 0x20 || (self >= 0x09 && self <= 0x0D) }
    var isDigit: Bool { self >= 0x30 && self <= 0x39 }
    /// ASCII letters, digits and `_`; bytes of other letters too.
    var isNamePart: Bool {
        isDigit || self == UInt8(ascii: "_") || self >= 0x80
            || ((self | 0x20) >= UInt8(ascii: "a") && (self | 0x20) <= UInt8(ascii: "z"))
    }
    var isVariableNamePart: Bool {
        isNamePart || self == UInt8(ascii: ".") || self == UInt8(ascii: "-")
    }
}

extension [UInt8] {
    func trimmed() -> ArraySlice<UInt8> {
        guard let first = firstIndex(where: { !$0.isBlank }) else { return [] }
        let last = lastIndex { !$0.isBlank } ?? first
        return self[first...last]
    }
}
