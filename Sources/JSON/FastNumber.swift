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
        guard isExact, significand < 1 << 53, exponent >= -22, exponent <= 22 else {
            return Self.slowDouble(text, range)
        }
        let magnitude = TextParser.exactDouble(significand, exponent)
        // Jackson reads the integer -0 as 0.
        return isNegative && !(isInteger && significand == 0) ? -magnitude : magnitude
    }

    @inline(never)
    private static func slowDouble(_ text: Span<UInt8>, _ range: Range<Int>) -> Double {
        TextParser.double(ofNumber: text.extracting(range))
    }
}

extension FastNumber {
    /// Reads the number at `at` and moves beyond it; nil if there is none, or a wrong or a very
    /// long one.
    @inline(__always)
    init?(_ text: Span<UInt8>, _ at: inout Int) {
        var position = at
        isNegative = FastReader.byte(text, position) == UInt8(ascii: "-")
        if isNegative { position &+= 1 }
        let first = position
        Self.readDigits(text, &position, &significand)
        var digits = position &- first
        // No leading zeros.
        guard digits > 0, digits == 1 || FastReader.byte(text, first) != UInt8(ascii: "0") else {
            return nil
        }
        if FastReader.byte(text, position) == UInt8(ascii: ".") {
            position &+= 1
            let start = position
            Self.readDigits(text, &position, &significand)
            guard position > start else { return nil }
            exponent = start &- position
            digits &-= exponent
            isInteger = false
        }
        // 19 digits fit in 64 bits, whatever they are.
        isExact = digits <= 19
        if FastReader.byte(text, position) | 0x20 == UInt8(ascii: "e") {
            guard readExponent(text, &position) else { return nil }
        }
        guard position &- at <= FastReader.maximumNumberLength else { return nil }
        at = position
    }

    @inline(__always)
    private static func readDigits(
        _ text: Span<UInt8>, _ position: inout Int, _ value: inout UInt64
    ) {
        while true {
            let digit = FastReader.byte(text, position) &- UInt8(ascii: "0")
            guard digit <= 9 else { return }
            value = value &* 10 &+ UInt64(digit)
            position &+= 1
        }
    }

    @inline(never)
    private mutating func readExponent(_ text: Span<UInt8>, _ position: inout Int) -> Bool {
        position &+= 1
        isInteger = false
        let sign = FastReader.byte(text, position)
        if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { position &+= 1 }
        let start = position
        var value = 0
        while true {
            let digit = FastReader.byte(text, position) &- UInt8(ascii: "0")
            guard digit <= 9 else { break }
            if value < 100_000 { value = value &* 10 &+ Int(digit) } else { isExact = false }
            position &+= 1
        }
        exponent &+= sign == UInt8(ascii: "-") ? 0 &- value : value
        return position > start
    }
}
