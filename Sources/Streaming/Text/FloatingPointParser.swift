extension TextParser {
    /// As `cast(… AS DOUBLE)`: also `1.5d`, `inf`, `nan`; `1e400` is an infinity.
    public static func double(_ text: Span<UInt8>) -> Double? {
        let number = text.extracting(trimmedBlanks(text))
        if let decimal = DecimalText(number), isSuffix(number, from: decimal.length) {
            return decimal.exactDouble ?? slowDouble(number, length: decimal.length)
        }
        if let length = hexadecimalLength(number) { return slowDouble(number, length: length) }
        return specialLiteral(number)
    }

    /// As `cast(… AS FLOAT)`: rounded once, from the text to binary32.
    public static func float(_ text: Span<UInt8>) -> Double? {
        let number = text.extracting(trimmedBlanks(text))
        if let decimal = DecimalText(number), isSuffix(number, from: decimal.length) {
            return slowFloat(number, length: decimal.length)
        }
        if let length = hexadecimalLength(number) { return slowFloat(number, length: length) }
        return specialLiteral(number)
    }

    /// Of any length and exactly rounded, by way of a String. `text` begins with a number.
    static func slowDouble(_ text: Span<UInt8>, length: Int) -> Double {
        Double(String(decodingUTF8: text.extracting(0..<length))) ?? .nan
    }

    static func slowFloat(_ text: Span<UInt8>, length: Int) -> Double {
        Double(Float(String(decodingUTF8: text.extracting(0..<length))) ?? .nan)
    }

    /// As Java's `Double.parseDouble`, which trims U+0000 to U+0020.
    static func trimmedBlanks(_ text: Span<UInt8>) -> Range<Int> {
        var start = 0
        var end = text.count
        while start < end, text[start] <= 0x20 { start += 1 }
        while end > start, text[end - 1] <= 0x20 { end -= 1 }
        return start..<end
    }

    /// Whether nothing or one of Java's type suffixes follows a number of `length` bytes.
    private static func isSuffix(_ text: Span<UInt8>, from length: Int) -> Bool {
        if length == text.count { return true }
        guard length == text.count - 1 else { return false }
        return text[length] | 0x20 == UInt8(ascii: "d") || text[length] | 0x20 == UInt8(ascii: "f")
    }

    /// The length without suffix of a Java hexadecimal number, `0x1.8p1`, that is all of `text`.
    private static func hexadecimalLength(_ text: Span<UInt8>) -> Int? {
        var index = 0
        func skip(_ text: Span<UInt8>, where isMember: (UInt8) -> Bool) -> Int {
            let first = index
            while index < text.count, isMember(text[index]) { index += 1 }
            return index - first
        }
        func isSign(_ byte: UInt8) -> Bool {
            byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
        }
        func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") <= 9 }
        func isHexadecimal(_ byte: UInt8) -> Bool {
            isDigit(byte) || (byte | 0x20) &- UInt8(ascii: "a") <= 5
        }
        guard skip(text, where: isSign) <= 1, index + 1 < text.count,
            text[index] == UInt8(ascii: "0"), text[index + 1] | 0x20 == UInt8(ascii: "x")
        else { return nil }
        index += 2
        var digits = skip(text, where: isHexadecimal)
        if index < text.count, text[index] == UInt8(ascii: ".") {
            index += 1
            digits += skip(text, where: isHexadecimal)
        }
        guard digits > 0, index < text.count, text[index] | 0x20 == UInt8(ascii: "p") else {
            return nil
        }
        index += 1
        guard skip(text, where: isSign) <= 1, skip(text, where: isDigit) > 0,
            isSuffix(text, from: index)
        else { return nil }
        return index
    }

    private static func specialLiteral(_ text: Span<UInt8>) -> Double? {
        if equals(text, "nan") { return .nan }
        guard text.count > 0 else { return nil }
        let isNegative = text[0] == UInt8(ascii: "-")
        let isSigned = isNegative || text[0] == UInt8(ascii: "+")
        let word = text.extracting((isSigned ? 1 : 0)..<text.count)
        if equals(word, "inf") || equals(word, "infinity") {
            return isNegative ? -.infinity : .infinity
        }
        // Java reads a sign here, though only with these very letters.
        let isNaN =
            word.count == 3 && word[0] == UInt8(ascii: "N") && word[1] == UInt8(ascii: "a")
            && word[2] == UInt8(ascii: "N")
        return isNaN ? .nan : nil
    }
}
