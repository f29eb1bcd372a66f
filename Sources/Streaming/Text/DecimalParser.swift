extension TextParser {
    /// As `cast(… AS DECIMAL(precision, scale))`: HALF_UP; throws if it does not fit, nil if `text`
    /// is not a number.
    public static func decimal(
        _ text: Span<UInt8>, precision: Int, scale: Int
    ) throws(RowError) -> Int128? {
        let number = text.extracting(trimmedBlanks(text))
        guard let value = DecimalText(number), value.length == number.count else { return nil }
        return try decimal(ofNumber: number, precision: precision, scale: scale)
    }

    /// As ``decimal(_:precision:scale:)`` for what is known to be a number without blanks; nil if
    /// the exponent is out of all bounds.
    public static func decimal(
        ofNumber text: Span<UInt8>, precision: Int, scale: Int
    ) throws(RowError) -> Int128? {
        guard let parts = DecimalParts(text) else { return nil }
        guard parts.significantDigits > 0 else {
            // Spark refuses 0e50 as it does 1e50: one digit and fifty places before the point.
            if parts.exponent >= DataType.maximumPrecision {
                throw .numericValueOutOfRange
            }
            return 0
        }
        // Digits of the result, before rounding.
        let kept = parts.significantDigits + parts.exponent + scale
        guard kept <= DataType.maximumPrecision else { throw .numericValueOutOfRange }
        guard kept >= 0 else { return 0 }
        var unscaled: UInt128 = 0
        var taken = 0
        var index = parts.firstDigit
        while taken <= kept {
            // Beyond the text there are zeros.
            var digit: UInt8 = 0
            if taken < parts.significantDigits {
                if text[index] == UInt8(ascii: ".") { index += 1 }
                digit = text[index] - UInt8(ascii: "0")
                index += 1
            }
            if taken < kept {
                unscaled = unscaled * 10 + UInt128(digit)
            } else if digit >= 5 {
                unscaled += 1
            }
            taken += 1
        }
        guard unscaled < powerOfTen(precision) else { throw .numericValueOutOfRange }
        return parts.isNegative ? -Int128(unscaled) : Int128(unscaled)
    }

    /// 10^exponent, 0 to 38.
    private static func powerOfTen(_ exponent: Int) -> UInt128 {
        var result: UInt128 = 1
        for _ in 0..<exponent { result *= 10 }
        return result
    }
}

/// Where the digits of a decimal number are.
private struct DecimalParts {
    var isNegative = false
    /// Where the first digit other than a leading zero is.
    var firstDigit = 0
    /// From ``firstDigit`` on, trailing zeros included; 0 for a zero.
    var significantDigits = 0
    /// The value is the significant digits, taken as an integer, × 10^exponent.
    var exponent = 0

    init?(_ text: Span<UInt8>) {
        var index = 0
        if text.count > 0, text[0] == UInt8(ascii: "-") || text[0] == UInt8(ascii: "+") {
            isNegative = text[0] == UInt8(ascii: "-")
            index = 1
        }
        var sawPoint = false
        while index < text.count, text[index] | 0x20 != UInt8(ascii: "e") {
            let byte = text[index]
            if byte == UInt8(ascii: ".") {
                sawPoint = true
            } else {
                if sawPoint { exponent -= 1 }
                if significantDigits > 0 {
                    significantDigits += 1
                } else if byte != UInt8(ascii: "0") {
                    firstDigit = index
                    significantDigits = 1
                }
            }
            index += 1
        }
        guard index < text.count else { return }
        guard let written = TextParser.integer(text.extracting((index + 1)..<text.count)),
            // The exponents that Java's BigDecimal accepts.
            let narrow = Int32(exactly: written)
        else { return nil }
        exponent += Int(narrow)
    }
}
