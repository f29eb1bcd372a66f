/// Eight bytes at a time.
enum ByteScan {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highBits: UInt64 = 0x8080_8080_8080_8080

    /// The eight bytes at `index`, the first one lowest. They must be within `text`.
    @inline(__always)
    static func word(_ text: Span<UInt8>, at index: Int) -> UInt64 {
        // A span of bytes has no padding, and any eight bytes are a valid integer; the bounds are
        // checked here.
        precondition(index >= 0 && index <= text.count - 8)
        return unsafe UInt64(
            littleEndian: text.bytes.unsafeLoadUnaligned(
                fromByteOffset: index, as: UInt64.self))
    }

    /// Has the high bit of each byte set that ends a plain run in a string: a quote, a backslash,
    /// a control character, a byte beyond ASCII. Exact up to the first one.
    @inline(__always)
    static func stringStops(_ word: UInt64) -> UInt64 {
        let quotes = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
        let backslashes = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
        let matches = (quotes &- ones) | (backslashes &- ones) | (word &- ones &* 0x20)
        // A subtraction borrows only above a byte that matches, or within one beyond ASCII.
        return (matches | word) & highBits
    }

    /// The index of the first byte from `start` on that is not plain within a string, or the end.
    @inline(__always)
    static func endOfPlainRun(_ text: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index <= text.count &- 8 {
            let stops = stringStops(word(text, at: index))
            if stops != 0 { return index &+ stops.trailingZeroBitCount >> 3 }
            index &+= 8
        }
        while isPlain(FastReader.byte(text, index)) { index &+= 1 }
        return index
    }

    @inline(__always)
    static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x80 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }
}
