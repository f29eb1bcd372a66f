/// A timestamp as machines write it: `yyyy-MM-ddTHH:mm:ss[.f[f[f[f[f[f]]]]]][Z]`.
public struct PlainTimestamp: BitwiseCopyable {
    /// Since 1970-01-01T00:00:00Z.
    public var microseconds: Int64
    /// The index of the byte after it.
    public var end: Int

    /// Reads at `start`. Nil if something else is there, be it a timestamp in another notation.
    /// What follows is the caller's to check.
    @inlinable @inline(__always)
    public init?(_ text: Span<UInt8>, from start: Int) {
        guard start >= 0, text.count &- start >= 19 else { return nil }
        // Eight bytes at a time against `0000-00-`, `00T00:00` and `00:00:00`, the first character
        // lowest; the last word overlaps the one before it.
        let date = Self.word(text, at: start) ^ 0x2D30_302D_3030_3030
        let middle = Self.word(text, at: start &+ 8) ^ 0x3030_3A30_3054_3030
        let time = Self.word(text, at: start &+ 11) ^ 0x3030_3A30_303A_3030
        // Now digits are 0 to 9 and separators 0, if they are what they should be.
        let invalid =
            Self.beyondDigits(date) | Self.beyondDigits(middle) | Self.beyondDigits(time)
            | (date & 0xFF00_00FF_0000_0000) | (middle & 0x0000_00FF_0000)
            | (time & 0x0000_FF00_00FF_0000)
        guard invalid == 0 else { return nil }
        let year = Self.pair(date, 0) &* 100 &+ Self.pair(date, 2)
        let hour = Self.pair(time, 0)
        let minute = Self.pair(time, 3)
        let second = Self.pair(time, 6)
        guard hour < 24, minute < 60, second < 60,
            let days = GregorianCalendar.validDays(
                year: year, month: Self.pair(date, 5), day: Self.pair(middle, 0))
        else { return nil }
        // Four digits of year: nowhere near the ends of the range.
        let seconds = Int(days) &* 86_400 &+ hour &* 3600 &+ minute &* 60 &+ second
        var index = start &+ 19
        var fraction = 0
        if index < text.count, text[index] == UInt8(ascii: ".") {
            index &+= 1
            let first = index
            while index < text.count, text[index] &- UInt8(ascii: "0") <= 9 {
                fraction = fraction &* 10 &+ Int(text[index] &- UInt8(ascii: "0"))
                index &+= 1
                if index &- first > 6 { return nil }
            }
            guard index > first else { return nil }
            var digits = index &- first
            if digits == 3 {
                fraction = fraction &* 1000
            } else {
                while digits < 6 {
                    fraction = fraction &* 10
                    digits &+= 1
                }
            }
        }
        if index < text.count, text[index] == UInt8(ascii: "Z") { index &+= 1 }
        microseconds = Int64(seconds &* 1_000_000 &+ fraction)
        end = index
    }

    /// The eight bytes at `index`, the first one lowest. They must be within `text`.
    @inlinable @inline(__always)
    static func word(_ text: Span<UInt8>, at index: Int) -> UInt64 {
        // A span of bytes has no padding, and any eight bytes are a valid integer; the bounds are
        // checked here.
        precondition(index >= 0 && index <= text.count - 8)
        return unsafe UInt64(
            littleEndian: text.bytes.unsafeLoadUnaligned(
                fromByteOffset: index, as: UInt64.self))
    }

    /// Not zero if a byte is above 9.
    @inlinable @inline(__always)
    static func beyondDigits(_ word: UInt64) -> UInt64 {
        (word | (word &+ 0x0606_0606_0606_0606)) & 0xF0F0_F0F0_F0F0_F0F0
    }

    /// The number of two digits at bytes `index` and `index + 1`.
    @inlinable @inline(__always)
    static func pair(_ word: UInt64, _ index: Int) -> Int {
        let digits = Int(truncatingIfNeeded: word >> UInt64(index &* 8))
        return (digits & 0xF) &* 10 &+ (digits >> 8 & 0xF)
    }
}
