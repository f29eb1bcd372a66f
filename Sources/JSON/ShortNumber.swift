internal import Streaming

/// A number of at most seven characters, as measurements mostly are: `-12`, `20.13`. Eight bytes
/// are read at once.
enum ShortNumber {
    private static let zeros: UInt64 = 0x3030_3030_3030_3030
    private static let highBits: UInt64 = 0x8080_8080_8080_8080

    /// Reads the number at `at` and moves beyond it; nil for one that is longer or has an exponent,
    /// and for none, all of which ``FastNumber`` knows about.
    @inline(__always)
    static func read(_ text: Span<UInt8>, _ at: inout Int) -> Double? {
        let isNegative = FastReader.byte(text, at) == UInt8(ascii: "-")
        let start = isNegative ? at &+ 1 : at
        let left = text.count &- start
        guard text.count >= 8, left > 0 else { return nil }
        // The first character lowest; digits are 0 to 9. At the end of the text zeros follow it.
        let word =
            zeros
            ^ (left >= 8
                ? ByteScan.word(text, at: start)
                : ByteScan.word(text, at: text.count &- 8) &>> UInt64((8 &- left) &* 8))
        // The high bit of each byte that is no digit. Without high bits there is no carry.
        var stops = (((word & ~highBits) &+ 0x7676_7676_7676_7676) | word) & highBits
        let whole = stops.trailingZeroBitCount >> 3
        guard whole > 0, whole < 8, whole == 1 || word & 0xFF != 0 else { return nil }
        var digits = word
        var length = whole
        var fraction = 0
        if byte(word, whole) == UInt8(ascii: ".") {
            stops &= stops &- 1
            length = stops.trailingZeroBitCount >> 3
            fraction = length &- whole &- 1
            guard length < 8, fraction > 0 else { return nil }
            // The digits behind the point move over it.
            let before = (1 &<< UInt64(whole &* 8)) &- 1
            digits = (word & before) | ((word >> 8) & ~before)
        }
        guard byte(word, length) | 0x20 != UInt8(ascii: "e") else { return nil }
        at = start &+ length
        let count = fraction > 0 ? length &- 1 : length
        let significand = value(ofDigits: digits &<< UInt64((8 &- count) &* 8))
        let magnitude = TextParser.exactDouble(significand, 0 &- fraction)
        // Jackson reads the integer -0 as 0.
        return isNegative && (fraction > 0 || significand != 0) ? -magnitude : magnitude
    }

    /// The character at `index` of a word of which ``zeros`` were taken away.
    @inline(__always)
    private static func byte(_ word: UInt64, _ index: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: word &>> UInt64(index &* 8)) ^ UInt8(ascii: "0")
    }

    /// The number of eight digits, the first one lowest: two, four, then eight at a time.
    @inline(__always)
    private static func value(ofDigits word: UInt64) -> UInt64 {
        let pairs = (word &* (10 << 8 | 1)) >> 8 & 0x00FF_00FF_00FF_00FF
        let fours = (pairs &* (100 << 16 | 1)) >> 16 & 0x0000_FFFF_0000_FFFF
        return (fours &* (10_000 << 32 | 1)) >> 32
    }
}
