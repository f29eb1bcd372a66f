internal import Streaming

extension JSONScanner {
    /// Reads a string from its opening `quote` on and decodes it. Returns its length in UTF-16
    /// units.
    mutating func readString(_ text: Span<UInt8>, quote: UInt8) throws(Malformed) -> Int {
        string.removeAll()
        index += 1
        var units = 0
        // A high surrogate waits for the low one that makes a character of it.
        var high: UInt32?
        while true {
            guard index < text.count else { throw malformed }
            let byte = text[index]
            if byte == UInt8(ascii: "\\") {
                let unit = try readEscape(text)
                units += 1
                append(unit, after: &high)
                continue
            }
            if let first = high {
                appendLone(first)
                high = nil
            }
            if byte == quote {
                index += 1
                return units
            }
            // Raw control characters are not allowed.
            guard byte >= 0x20 else { throw malformed }
            units += 1
            if byte < 0x80 {
                string.append(byte)
                index += 1
            } else {
                units += appendCharacter(text)
            }
        }
    }

    /// Appends the character beyond ASCII at ``index``, U+FFFD if it is not valid. Returns 1 if it
    /// takes a second UTF-16 unit.
    private mutating func appendCharacter(_ text: Span<UInt8>) -> Int {
        let sequence = UTF8Sequence(text, at: index, end: text.count)
        if sequence.isValid {
            string.append(text.extracting(index..<index + sequence.length))
        } else {
            appendScalar(0xFFFD)
        }
        index += sequence.length
        return sequence.isValid && sequence.length == 4 ? 1 : 0
    }

    /// Appends a UTF-16 unit that was written as an escape. A surrogate without its partner becomes
    /// a question mark, as in Java's encoder, unless ``keepsSurrogates``.
    private func append(_ unit: UInt32, after high: inout UInt32?) {
        let isLow = unit >= 0xDC00 && unit <= 0xDFFF
        if let first = high {
            high = nil
            if isLow {
                return appendScalar(0x10000 + (first - 0xD800) << 10 + (unit - 0xDC00))
            }
            appendLone(first)
        }
        if unit >= 0xD800 && unit <= 0xDBFF {
            high = unit
        } else if isLow {
            appendLone(unit)
        } else {
            appendScalar(unit)
        }
    }

    private func appendLone(_ surrogate: UInt32) {
        if keepsSurrogates { appendScalar(surrogate) } else { string.append(UInt8(ascii: "?")) }
    }

    private func appendScalar(_ scalar: UInt32) {
        func continuation(_ shift: UInt32) -> UInt8 {
            0x80 | UInt8(truncatingIfNeeded: scalar >> shift & 0x3F)
        }
        switch scalar {
        case 0..<0x80: string.append(UInt8(truncatingIfNeeded: scalar))
        case 0x80..<0x800:
            string.append(0xC0 | UInt8(truncatingIfNeeded: scalar >> 6))
            string.append(continuation(0))
        case 0x800..<0x10000:
            string.append(0xE0 | UInt8(truncatingIfNeeded: scalar >> 12))
            string.append(continuation(6))
            string.append(continuation(0))
        default:
            string.append(0xF0 | UInt8(truncatingIfNeeded: scalar >> 18))
            string.append(continuation(12))
            string.append(continuation(6))
            string.append(continuation(0))
        }
    }

    /// Reads an escape; the UTF-16 unit that it stands for.
    private mutating func readEscape(_ text: Span<UInt8>) throws(Malformed) -> UInt32 {
        guard index + 1 < text.count else { throw malformed }
        let byte = text[index + 1]
        let unit: UInt8
        switch byte {
        case UInt8(ascii: "u"): return try readCodeUnit(text)
        case UInt8(ascii: "b"): unit = 0x08
        case UInt8(ascii: "t"): unit = 0x09
        case UInt8(ascii: "n"): unit = 0x0A
        case UInt8(ascii: "f"): unit = 0x0C
        case UInt8(ascii: "r"): unit = 0x0D
        // The apostrophe because strings may be in single quotes.
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "'"):
            unit = byte
        default: throw malformed
        }
        index += 2
        return UInt32(unit)
    }

    /// Reads `\u` and its four hexadecimal digits.
    private mutating func readCodeUnit(_ text: Span<UInt8>) throws(Malformed) -> UInt32 {
        guard index + 5 < text.count else { throw malformed }
        var unit: UInt32 = 0
        for offset in 2..<6 {
            let byte = text[index + offset]
            let letter = (byte | 0x20) &- UInt8(ascii: "a")
            if byte &- UInt8(ascii: "0") <= 9 {
                unit = unit << 4 | UInt32(byte - UInt8(ascii: "0"))
            } else if letter <= 5 {
                unit = unit << 4 | UInt32(letter + 10)
            } else {
                throw malformed
            }
        }
        index += 6
        return unit
    }

    /// Lends the last string without any `GMT` in it.
    func withStringWithoutGMT<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        cleaned.removeAll()
        string.withSpan { text in
            var index = 0
            while index < text.count {
                if index + 3 <= text.count, Self.equal(text.extracting(index..<index + 3), "GMT") {
                    index += 3
                } else {
                    cleaned.append(text[index])
                    index += 1
                }
            }
        }
        return cleaned.withSpan(body)
    }

    /// Lends the last string without commas: Spark reads `1,234.5` as a DECIMAL.
    func withStringWithoutCommas<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        cleaned.removeAll()
        string.withSpan { text in
            for index in 0..<text.count where text[index] != UInt8(ascii: ",") {
                cleaned.append(text[index])
            }
        }
        return cleaned.withSpan(body)
    }
}
