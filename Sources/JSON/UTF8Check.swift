/// Whether bytes are UTF-8.
public enum UTF8Check {
    /// True for well-formed UTF-8 as the Unicode standard has it: no surrogates, nothing overlong,
    /// nothing beyond U+10FFFF.
    public static func isValid(_ bytes: Span<UInt8>) -> Bool {
        isValid(bytes, 0..<bytes.count)
    }

    static func isValid(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        var index = range.lowerBound
        while index < range.upperBound {
            if bytes[index] < 0x80 {
                index += 1
                continue
            }
            let sequence = UTF8Sequence(bytes, at: index, end: range.upperBound)
            guard sequence.isValid else { return false }
            index += sequence.length
        }
        return true
    }
}

/// A character beyond ASCII in UTF-8, or what a decoder replaces as one unit.
struct UTF8Sequence {
    /// Bytes of the character; where it is not valid, those that Java's decoder replaces by a
    /// single U+FFFD.
    var length: Int
    var isValid: Bool

    /// Reads at `start`, whose byte is 0x80 or above, and not at or beyond `end`.
    init(_ bytes: Span<UInt8>, at start: Int, end: Int) {
        let lead = bytes[start]
        let second = start + 1 < end ? bytes[start + 1] : 0
        let third = start + 2 < end ? bytes[start + 2] : 0
        let fourth = start + 3 < end ? bytes[start + 3] : 0
        switch lead {
        case 0xC2...0xDF:
            isValid = Self.isContinuation(second)
            length = isValid ? 2 : 1
        case 0xE0...0xEF:
            if !Self.isContinuation(second) || (lead == 0xE0 && second < 0xA0) {
                isValid = false
                length = 1
            } else if !Self.isContinuation(third) {
                isValid = false
                length = 2
            } else {
                // The three bytes of a surrogate are one unit to Java.
                isValid = lead != 0xED || second < 0xA0
                length = 3
            }
        case 0xF0...0xF4:
            isValid = false
            let isOutside = (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second >= 0x90)
            if !Self.isContinuation(second) || isOutside {
                length = 1
            } else if !Self.isContinuation(third) {
                length = 2
            } else if !Self.isContinuation(fourth) {
                length = 3
            } else {
                isValid = true
                length = 4
            }
        default:
            isValid = false
            length = 1
        }
    }

    @inline(__always)
    private static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }
}
