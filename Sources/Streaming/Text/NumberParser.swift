/// A decimal number in the notation of JSON and Java, taken apart.
///
/// `[sign] digits [. digits] [e [sign] digits]`; a digit on one side of the point is enough.
struct DecimalText {
    /// The first 19 significant digits.
    var significand: UInt64 = 0
    /// The value is `significand × 10^exponent` if ``isExact``.
    var exponent = 0
    /// No significant digit but zeros was left out of ``significand``.
    var isExact = true
    var isNegative = false
    /// Has neither a point nor an exponent.
    var isInteger = true
    /// Bytes read.
    var length = 0

    /// Reads a number at the start of `text`, nil if there is none.
    init?(_ text: Span<UInt8>, from start: Int = 0) {
        var index = start
        if index < text.count, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+")
        {
            isNegative = text[index] == UInt8(ascii: "-")
            index += 1
        }
        var digits = appendDigits(text, &index, afterPoint: false)
        if index < text.count, text[index] == UInt8(ascii: ".") {
            index += 1
            isInteger = false
            digits += appendDigits(text, &index, afterPoint: true)
        }
        guard digits > 0 else { return nil }
        if index < text.count, text[index] | 0x20 == UInt8(ascii: "e") {
            guard readExponent(text, &index) else { return nil }
        }
        length = index - start
    }

    /// Returns how many digits there were.
    private mutating func appendDigits(
        _ text: Span<UInt8>, _ index: inout Int, afterPoint: Bool
    ) -> Int {
        let first = index
        while index < text.count {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit <= 9 else { break }
            if significand < 1_000_000_000_000_000_000 {
                significand = significand * 10 + UInt64(digit)
                if afterPoint { exponent -= 1 }
            } else {
                if digit != 0 { isExact = false }
                if !afterPoint { exponent += 1 }
            }
            index += 1
        }
        return index - first
    }

    private mutating func readExponent(_ text: Span<UInt8>, _ index: inout Int) -> Bool {
        index += 1
        isInteger = false
        var isNegative = false
        if index < text.count, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+")
        {
            isNegative = text[index] == UInt8(ascii: "-")
            index += 1
        }
        let first = index
        var value = 0
        while index < text.count {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit <= 9 else { break }
            // Far beyond every range it no longer matters how far.
            if value < 1_000_000_000_000 { value = value * 10 + Int(digit) }
            index += 1
        }
        exponent += isNegative ? -value : value
        return index > first
    }

    /// The double if one multiplication or division of exact operands gives it, hence correctly
    /// rounded (W. D. Clinger, "How to read floating point numbers accurately").
    var exactDouble: Double? {
        guard isExact, significand < 1 << 53, exponent >= -22, exponent <= 22 else { return nil }
        let magnitude = TextParser.exactDouble(significand, exponent)
        return isNegative ? -magnitude : magnitude
    }
}

extension TextParser {
    /// `significand × 10^exponent`, correctly rounded by a single operation on exact operands:
    /// the significand has at most 53 bits and the exponent is -22 to 22.
    @inlinable @inline(__always)
    public static func exactDouble(_ significand: UInt64, _ exponent: Int) -> Double {
        let value = Double(Int64(truncatingIfNeeded: significand))
        return exponent < 0
            ? value / powerOfTen(0 &- exponent) : value * powerOfTen(exponent)
    }

    /// A JSON number, already known to follow the grammar, correctly rounded; beyond the range an
    /// infinity or zero. An integer has no negative zero.
    public static func double(ofNumber text: Span<UInt8>) -> Double {
        guard let number = DecimalText(text) else { return 0 }
        if number.significand == 0, number.isInteger { return 0 }
        return number.exactDouble ?? slowDouble(text, length: number.length)
    }

    /// As ``double(ofNumber:)``, rounded to binary32 as Jackson does: once, but for an integer
    /// beyond 64 bits, which becomes a double first.
    public static func float(ofNumber text: Span<UInt8>) -> Double {
        guard let number = DecimalText(text) else { return 0 }
        if number.significand == 0, number.isInteger { return 0 }
        if number.isInteger, integer(text) == nil { return Double(Float(double(ofNumber: text))) }
        return slowFloat(text, length: number.length)
    }

    /// As `cast(… AS BIGINT)`: blanks and control characters around it are trimmed.
    public static func integer(_ text: Span<UInt8>) -> Int64? {
        let range = trimmed(text)
        var index = range.lowerBound
        guard index < range.upperBound else { return nil }
        let isNegative = text[index] == UInt8(ascii: "-")
        if isNegative || text[index] == UInt8(ascii: "+") { index += 1 }
        guard index < range.upperBound else { return nil }
        var value: Int64 = 0
        while index < range.upperBound {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            // Downwards, since the range is larger there.
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (next, underflow) = product.subtractingReportingOverflow(Int64(digit))
            guard !overflow, !underflow else { return nil }
            value = next
            index += 1
        }
        if isNegative { return value }
        return value == .min ? nil : -value
    }

    /// As `cast(… AS BOOLEAN)`: t, true, y, yes, 1 and their opposites, in any case.
    public static func boolean(_ text: Span<UInt8>) -> Bool? {
        let range = trimmed(text)
        let word = text.extracting(range)
        if equals(word, "1") || equals(word, "t") || equals(word, "true") { return true }
        if equals(word, "y") || equals(word, "yes") { return true }
        if equals(word, "0") || equals(word, "f") || equals(word, "false") { return false }
        if equals(word, "n") || equals(word, "no") { return false }
        return nil
    }

    /// Whether `text` is `word`, which is in lower case, whatever the case of its ASCII letters.
    static func equals(_ text: Span<UInt8>, _ word: StaticString) -> Bool {
        guard text.count == word.utf8CodeUnitCount else { return false }
        for index in 0..<text.count {
            var byte = text[index]
            if byte >= UInt8(ascii: "A"), byte <= UInt8(ascii: "Z") { byte |= 0x20 }
            guard unsafe byte == word.utf8Start[index] else { return false }
        }
        return true
    }

    /// What remains of `text` without the blanks and control characters around it.
    static func trimmed(_ text: Span<UInt8>) -> Range<Int> {
        var start = 0
        var end = text.count
        while start < end, isBlankOrControl(text[start]) { start += 1 }
        while end > start, isBlankOrControl(text[end - 1]) { end -= 1 }
        return start..<end
    }

    @inline(__always)
    private static func isBlankOrControl(_ byte: UInt8) -> Bool { byte <= 0x20 || byte == 0x7F }
}

/// 10^exponent for 0 to 22, the powers of ten that a double holds exactly.
///
/// A switch becomes a table in read-only memory; a global array would be reached by a call.
@inlinable @inline(__always)
func powerOfTen(_ exponent: Int) -> Double {
    switch exponent {
    case 0: 1e0
    case 1: 1e1
    case 2: 1e2
    case 3: 1e3
    case 4: 1e4
    case 5: 1e5
    case 6: 1e6
    case 7: 1e7
    case 8: 1e8
    case 9: 1e9
    case 10: 1e10
    case 11: 1e11
    case 12: 1e12
    case 13: 1e13
    case 14: 1e14
    case 15: 1e15
    case 16: 1e16
    case 17: 1e17
    case 18: 1e18
    case 19: 1e19
    case 20: 1e20
    case 21: 1e21
    default: 1e22
    }
}
