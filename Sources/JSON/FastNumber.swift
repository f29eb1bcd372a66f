internal import Streaming

/// A number of strict JSON.
struct FastNumber {
    /// The digits, if they are at most 19.
    var significand: UInt64 = 0
    /// Of ten; negated digits after the point, and what is written.
    var exponent = 0
    var isNegative = false
    var isInteger = true
    /// Whether ``significand`` holds all digits, and ``exponent`` is the whole exponent.
    var isExact = true

    /// The value as an Int64.
    @inline(__always)
    var integer: Int64? {
        guard isInteger, isExact else { return nil }
        if isNegative {
            return significand <= Int64.min.magnitude
                ? Int64(truncatingIfNeeded: 0 &- significand)
                : nil
        }
        return Int64(exactly: significand)
    }

    /// The value, correctly rounded. `range` is where it is in `text`.
    @inline(__always)
    func double(_ text: Span<UInt8>, _ range: Range<Int>) -> Double {
        if isExact,
            let magnitude = TextParser.exactDouble(significand: significand, exponent: exponent)
        {
            // Jackson reads the integer -0 as 0.
            return isNegative && !(isInteger && significand == 0) ? -magnitude : magnitude
        }
        return TextParser.double(ofNumber: text.extracting(range))
    }
}

extension FastReader {
    /// Reads a number; nil if there is none, or a wrong or a very long one.
    @inline(__always)
    mutating func readNumber(_ text: Span<UInt8>) -> FastNumber? {
        var number = FastNumber()
        var position = index
        let count = text.count
        if position < count, text[position] == UInt8(ascii: "-") {
            number.isNegative = true
            position &+= 1
        }
        let first = position
        var significand: UInt64 = 0
        while position < count {
            let digit = text[position] &- UInt8(ascii: "0")
            guard digit <= 9 else { break }
            significand = significand &* 10 &+ UInt64(digit)
            position &+= 1
        }
        var digits = position &- first
        // No leading zeros.
        guard digits > 0, digits == 1 || text[first] != UInt8(ascii: "0") else { return nil }
        if position < count, text[position] == UInt8(ascii: ".") {
            position &+= 1
            let start = position
            while position < count {
                let digit = text[position] &- UInt8(ascii: "0")
                guard digit <= 9 else { break }
                significand = significand &* 10 &+ UInt64(digit)
                position &+= 1
            }
            guard position > start else { return nil }
            digits &+= position &- start
            number.exponent = start &- position
            number.isInteger = false
        }
        number.significand = significand
        // 19 digits fit in 64 bits, whatever they are.
        number.isExact = digits <= 19
        if position < count, text[position] | 0x20 == UInt8(ascii: "e") {
            guard readExponent(text, &position, &number) else { return nil }
        }
        guard position &- index <= Self.maximumNumberLength else { return nil }
        index = position
        return number
    }

    private func readExponent(
        _ text: Span<UInt8>, _ position: inout Int, _ number: inout FastNumber
    ) -> Bool {
        position &+= 1
        number.isInteger = false
        var isNegative = false
        if position < text.count,
            text[position] == UInt8(ascii: "-") || text[position] == UInt8(ascii: "+")
        {
            isNegative = text[position] == UInt8(ascii: "-")
            position &+= 1
        }
        let start = position
        var value = 0
        while position < text.count {
            let digit = text[position] &- UInt8(ascii: "0")
            guard digit <= 9 else { break }
            if value < 100_000 { value = value &* 10 &+ Int(digit) } else { number.isExact = false }
            position &+= 1
        }
        number.exponent &+= isNegative ? -value : value
        return position > start
    }
}
