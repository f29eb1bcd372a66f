/// Cuts a text into tokens by Spark's lexical rules.
struct Lexer {
    private let bytes: [UInt8]
    private var index = 0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The tokens of `bytes`, the last one ``Token/Kind/end``. What is no token becomes
    /// ``Token/Kind/unknown`` or ``Token/Kind/unterminated``, for the parser to report in its turn.
    static func tokens(of bytes: [UInt8]) -> [Token] {
        var lexer = Lexer(bytes)
        var tokens: [Token] = []
        while let token = lexer.next() { tokens.append(token) }
        tokens.append(Token(kind: .end, range: bytes.count..<bytes.count))
        return tokens
    }

    private mutating func next() -> Token? {
        while index < bytes.count {
            if bytes[index].isBlank {
                index += 1
            } else if let end = Comment.end(of: bytes, from: index) {
                index = end
            } else {
                break
            }
        }
        guard index < bytes.count else { return nil }
        let start = index
        let kind = scan()
        return Token(kind: kind, range: start..<index)
    }

    private func peek(_ distance: Int = 0) -> UInt8? {
        index + distance < bytes.count ? bytes[index + distance] : nil
    }

    private mutating func scan() -> Token.Kind {
        let byte = bytes[index]
        switch byte {
        case UInt8(ascii: "'"), UInt8(ascii: "\""):
            return string(isRaw: false)
        case UInt8(ascii: "r"), UInt8(ascii: "R"):
            if let quote = peek(1), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") {
                index += 1
                return string(isRaw: true)
            }
            return word()
        case UInt8(ascii: "`"):
            return quotedName()
        case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "*"):
            index = bytes.count
            return .unterminated
        default:
            if byte.isDigit || (byte == UInt8(ascii: ".") && peek(1)?.isDigit == true) {
                if let number = number() { return number }
            }
            return byte.isNamePart ? word() : symbol()
        }
    }

    // MARK: Names and symbols

    private mutating func word() -> Token.Kind {
        let start = index
        while let byte = peek(), byte.isNamePart { index += 1 }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        let isName = text.unicodeScalars.allSatisfy {
            $0.isASCII || $0.properties.isAlphabetic || $0.properties.numericType == .decimal
        }
        return isName ? .word(text, upper: text.uppercased()) : .unknown
    }

    private mutating func quotedName() -> Token.Kind {
        index += 1
        var name: [UInt8] = []
        while let byte = peek() {
            index += 1
            guard byte == UInt8(ascii: "`") else {
                name.append(byte)
                continue
            }
            guard peek() == UInt8(ascii: "`") else {
                return .quotedName(String(decoding: name, as: UTF8.self))
            }
            name.append(byte)
            index += 1
        }
        return .unterminated
    }

    private mutating func symbol() -> Token.Kind {
        for symbol in Symbol.allCases {
            let text = symbol.rawValue.utf8
            guard index + text.count <= bytes.count,
                bytes[index..<index + text.count].elementsEqual(text)
            else { continue }
            index += text.count
            return .symbol(symbol)
        }
        index += 1
        return .unknown
    }

    // MARK: Numbers

    /// A number, nil where the text is a name that begins with digits, such as `1st` or `0x1F`.
    private mutating func number() -> Token.Kind? {
        var end = index
        func skipDigits(_ from: Int) -> Int {
            var position = from
            while position < bytes.count, bytes[position].isDigit { position += 1 }
            return position
        }
        end = skipDigits(end)
        let integerEnd = end
        var form = Token.NumberForm.integer
        if end < bytes.count, bytes[end] == UInt8(ascii: ".") {
            end = skipDigits(end + 1)
            form = .decimal
        }
        if let exponentEnd = exponent(from: end, skipDigits) {
            end = exponentEnd
            form = .exponent
        }
        let textEnd = end
        let suffix = suffix(from: end, after: form)
        end += suffix.length
        if end < bytes.count, bytes[end].isNamePart {
            // Not a number as a whole. Without a point it is a name; with one the digits before
            // the point stand for themselves.
            guard form == .decimal, integerEnd > index, bytes[integerEnd] == UInt8(ascii: ".")
            else { return nil }
            defer { index = integerEnd }
            return .number(.integer, text(index..<integerEnd))
        }
        defer { index = end }
        return .number(suffix.form ?? form, text(index..<textEnd))
    }

    private func exponent(from start: Int, _ skipDigits: (Int) -> Int) -> Int? {
        guard start < bytes.count, bytes[start] | 0x20 == UInt8(ascii: "e") else { return nil }
        var digits = start + 1
        if digits < bytes.count,
            bytes[digits] == UInt8(ascii: "+") || bytes[digits] == UInt8(ascii: "-")
        {
            digits += 1
        }
        let end = skipDigits(digits)
        return end > digits ? end : nil
    }

    private func suffix(
        from end: Int, after form: Token.NumberForm
    ) -> (form: Token.NumberForm?, length: Int) {
        guard end < bytes.count else { return (nil, 0) }
        switch bytes[end] | 0x20 {
        case UInt8(ascii: "l") where form == .integer: return (.bigint, 1)
        case UInt8(ascii: "s") where form == .integer: return (.smallint, 1)
        case UInt8(ascii: "y") where form == .integer: return (.tinyint, 1)
        case UInt8(ascii: "f"): return (.float, 1)
        case UInt8(ascii: "d"): return (.double, 1)
        case UInt8(ascii: "b")
        where end + 1 < bytes.count && bytes[end + 1] | 0x20 == UInt8(ascii: "d"):
            return (.bigDecimal, 2)
        default: return (nil, 0)
        }
    }

    private func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }

    // MARK: Strings

    private mutating func string(isRaw: Bool) -> Token.Kind {
        let quote = bytes[index]
        index += 1
        var content = StringContent()
        while let byte = peek() {
            index += 1
            if byte == quote {
                guard !isRaw, peek() == quote else { return .string(content.text) }
                content.append(quote)
                index += 1
            } else if byte == UInt8(ascii: "\\"), !isRaw {
                index += content.appendEscape(bytes, at: index)
            } else {
                content.append(byte)
            }
        }
        return .unterminated
    }
}

/// The value of a string literal as it grows.
struct StringContent {
    private var bytes: [UInt8] = []

    var text: String { String(decoding: bytes, as: UTF8.self) }

    mutating func append(_ byte: UInt8) { bytes.append(byte) }

    /// Appends what the escape at `index`, behind the backslash, stands for; returns its length.
    mutating func appendEscape(_ source: [UInt8], at index: Int) -> Int {
        guard index < source.count else { return 0 }
        let byte = source[index]
        switch byte {
        case UInt8(ascii: "u"):
            if appendScalar(source, at: index + 1, digits: 4) { return 5 }
        case UInt8(ascii: "U"):
            if appendScalar(source, at: index + 1, digits: 8) { return 9 }
        case UInt8(ascii: "0"), UInt8(ascii: "1"):
            if let octal = Self.octal(source, at: index) {
                appendScalar(Unicode.Scalar(octal))
                return 3
            }
        default: break
        }
        switch byte {
        case UInt8(ascii: "0"): bytes.append(0)
        case UInt8(ascii: "b"): bytes.append(0x08)
        case UInt8(ascii: "n"): bytes.append(0x0A)
        case UInt8(ascii: "r"): bytes.append(0x0D)
        case UInt8(ascii: "t"): bytes.append(0x09)
        case UInt8(ascii: "Z"): bytes.append(0x1A)
        // The wildcards of LIKE keep their backslash.
        case UInt8(ascii: "%"), UInt8(ascii: "_"): bytes += [UInt8(ascii: "\\"), byte]
        default: bytes.append(byte)
        }
        return 1
    }

    private mutating func appendScalar(_ source: [UInt8], at index: Int, digits: Int) -> Bool {
        guard index + digits <= source.count,
            let code = UInt32(
                String(decoding: source[index..<index + digits], as: UTF8.self), radix: 16)
        else { return false }
        // Java keeps a lone surrogate and prints it as `?`.
        appendScalar(Unicode.Scalar(code) ?? "?")
        return true
    }

    private mutating func appendScalar(_ scalar: Unicode.Scalar) {
        bytes += String(scalar).utf8
    }

    private static func octal(_ source: [UInt8], at index: Int) -> UInt8? {
        guard index + 3 <= source.count else { return nil }
        return UInt8(String(decoding: source[index..<index + 3], as: UTF8.self), radix: 8)
    }
}
