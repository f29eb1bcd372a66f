internal import Streaming

/// Splits JSON text into tokens with the liberties that Spark takes. See ``SlowReader``.
struct JSONScanner {
    typealias Malformed = SlowReader.Malformed

    enum Token {
        case objectStart, arrayStart
        /// The contents are in ``withString(_:)``.
        case string
        /// The digits are at ``number``.
        case integer
        /// With a point or an exponent.
        case fraction
        /// NaN or an infinity; the value is ``nonNumber``.
        case nonNumber
        case `true`, `false`, null
    }

    /// UTF-16 units in a name.
    static let maximumNameLength = 50_000
    /// Digits in a number, those of the exponent too.
    static let maximumNumberLength = 1000

    var index = 0
    /// Where the last number is; empty if it was not a number.
    private(set) var number = 0..<0
    /// The value of the last `NaN` or infinity.
    private(set) var nonNumber = 0.0
    /// The last string or name, decoded.
    let string = ByteArena()
    /// Leave a surrogate without its partner in ``string``, as the three bytes that it would have
    /// as a character, for ``JSONText/appendQuotedCopy(_:to:)``.
    var keepsSurrogates = false
    /// A variant of it.
    let cleaned = ByteArena()

    var malformed: Malformed { Malformed(position: index) }

    func withString<Result>(_ body: (Span<UInt8>) -> Result) -> Result { string.withSpan(body) }

    private func next(_ text: Span<UInt8>) throws(Malformed) -> UInt8 {
        guard index < text.count else { throw malformed }
        return text[index]
    }

    mutating func skipBlanks(_ text: Span<UInt8>) {
        while index < text.count, FastReader.isBlank(text[index]) { index += 1 }
    }

    /// Reads what stands before a member or an element: nothing before the first one, else a comma.
    /// False if the object or array ends instead.
    mutating func readSeparator(
        _ text: Span<UInt8>, close: UInt8, isFirst: Bool
    ) throws(Malformed) -> Bool {
        skipBlanks(text)
        let byte = try next(text)
        if byte == close {
            index += 1
            return false
        }
        if isFirst { return true }
        guard byte == UInt8(ascii: ",") else { throw malformed }
        index += 1
        skipBlanks(text)
        return true
    }

    /// Reads a name and the colon after it; the name is then in ``withString(_:)``.
    mutating func readName(_ text: Span<UInt8>) throws(Malformed) {
        let quote = try next(text)
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { throw malformed }
        let length = try readString(text, quote: quote)
        guard length <= Self.maximumNameLength else { throw malformed }
        skipBlanks(text)
        guard try next(text) == UInt8(ascii: ":") else { throw malformed }
        index += 1
        skipBlanks(text)
    }

    /// Reads a scalar, or the bracket that opens an object or an array.
    mutating func readToken(_ text: Span<UInt8>) throws(Malformed) -> Token {
        let byte = try next(text)
        switch byte {
        case UInt8(ascii: "{"):
            index += 1
            return .objectStart
        case UInt8(ascii: "["):
            index += 1
            return .arrayStart
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            _ = try readString(text, quote: byte)
            return .string
        case UInt8(ascii: "t"):
            try expect("true", text)
            return .true
        case UInt8(ascii: "f"):
            try expect("false", text)
            return .false
        case UInt8(ascii: "n"):
            try expect("null", text)
            return .null
        case UInt8(ascii: "N"), UInt8(ascii: "I"), UInt8(ascii: "+"):
            return try readNonNumber(text)
        case UInt8(ascii: "-"):
            if index + 1 < text.count, text[index + 1] == UInt8(ascii: "I") {
                return try readNonNumber(text)
            }
            return try readNumber(text)
        default: return try readNumber(text)
        }
    }

    private mutating func expect(
        _ word: StaticString, _ text: Span<UInt8>
    ) throws(Malformed) {
        for offset in 0..<word.utf8CodeUnitCount {
            let expected = unsafe word.utf8Start[offset]
            guard try next(text) == expected else { throw malformed }
            index += 1
        }
    }

    private mutating func readNonNumber(_ text: Span<UInt8>) throws(Malformed) -> Token {
        let sign = text[index]
        nonNumber = .infinity
        number = 0..<0
        switch sign {
        case UInt8(ascii: "N"):
            try expect("NaN", text)
            nonNumber = .nan
            return .nonNumber
        case UInt8(ascii: "I"):
            try expect("Infinity", text)
            return .nonNumber
        default: break
        }
        index += 1
        if sign == UInt8(ascii: "-") { nonNumber = -.infinity }
        // Jackson decides by the second letter.
        if index + 1 < text.count, text[index + 1] == UInt8(ascii: "N") {
            try expect("INF", text)
        } else {
            try expect("Infinity", text)
        }
        return .nonNumber
    }

    /// The same names in quotes, for a FLOAT or DOUBLE; nil for any other text.
    static func nonNumber(quoted text: Span<UInt8>) -> Double? {
        if equal(text, "NaN") { return .nan }
        if equal(text, "Infinity") || equal(text, "+Infinity") || equal(text, "+INF") {
            return .infinity
        }
        if equal(text, "-Infinity") || equal(text, "-INF") { return -.infinity }
        return nil
    }

    static func equal(_ text: Span<UInt8>, _ word: StaticString) -> Bool {
        guard text.count == word.utf8CodeUnitCount else { return false }
        for index in 0..<text.count {
            guard unsafe text[index] == word.utf8Start[index] else { return false }
        }
        return true
    }

    /// Reads digits and returns how many, at least one.
    private mutating func readDigits(_ text: Span<UInt8>) throws(Malformed) -> Int {
        let start = index
        while index < text.count, text[index] &- UInt8(ascii: "0") <= 9 { index += 1 }
        guard index > start else { throw malformed }
        return index - start
    }

    private mutating func readNumber(_ text: Span<UInt8>) throws(Malformed) -> Token {
        let start = index
        if text[index] == UInt8(ascii: "-") { index += 1 }
        let first = index
        var digits = try readDigits(text)
        guard digits == 1 || text[first] != UInt8(ascii: "0") else { throw malformed }
        var token = Token.integer
        if index < text.count, text[index] == UInt8(ascii: ".") {
            index += 1
            digits += try readDigits(text)
            token = .fraction
        }
        if index < text.count, text[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            let sign = try next(text)
            if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { index += 1 }
            digits += try readDigits(text)
            token = .fraction
        }
        guard digits <= Self.maximumNumberLength else { throw malformed }
        number = start..<index
        return token
    }

    /// Appends a scalar token as Spark writes it within the text of a STRING.
    func append(_ text: Span<UInt8>, _ token: Token, to output: ByteArena) {
        switch token {
        case .string: withString { JSONText.appendQuotedCopy($0, to: output) }
        case .integer:
            let isNegativeZero =
                number.count == 2 && text[number.lowerBound + 1] == UInt8(ascii: "0")
                && text[number.lowerBound] == UInt8(ascii: "-")
            output.append(
                text.extracting(number.lowerBound + (isNegativeZero ? 1 : 0)..<number.upperBound))
        case .fraction:
            let value = TextParser.double(ofNumber: text.extracting(number))
            JSONText.append(double: value, to: output)
        case .nonNumber: JSONText.append(double: nonNumber, to: output)
        case .true: output.append("true" as StaticString)
        case .false: output.append("false" as StaticString)
        case .null: output.append("null" as StaticString)
        case .objectStart, .arrayStart: break
        }
    }
}
