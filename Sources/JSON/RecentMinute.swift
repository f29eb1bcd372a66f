internal import Streaming

/// The minute that the last timestamp was in: a log's next timestamps are mostly in it too, so that
/// only their seconds need to be read.
struct RecentMinute {
    /// Bytes of what ``read(_:from:)`` reads: `yyyy-MM-ddTHH:mm:ss.SSSZ`.
    static let length = 24

    /// `yyyy-MM-dd` and `THH:mm` of it, eight bytes each.
    private var text: (UInt64, UInt64)
    /// When it begins, in microseconds.
    private var start: Int64 = 0

    init() {
        // Begins as the minute that `start` says: any will do that is true.
        text = (0x2D31_302D_3037_3931, 0x3030_3A30_3054_3130)
    }

    /// The timestamp at `index`, in microseconds, with the quote after it looked at; nil if it is
    /// in another minute or notation, or none.
    @inline(__always)
    func read(_ text: Span<UInt8>, from index: Int) -> Int64? {
        guard text.count &- index > Self.length,
            ByteScan.word(text, at: index) == self.text.0,
            ByteScan.word(text, at: index &+ 8) == self.text.1,
            FastReader.byte(text, index &+ Self.length) == UInt8(ascii: "\"")
        else { return nil }
        // Against `:00.000Z`, the first character lowest: digits are 0 to 9 then, the rest 0.
        let word = ByteScan.word(text, at: index &+ 16) ^ 0x5A30_3030_2E30_303A
        let isOther =
            (word | (word &+ 0x0006_0606_0006_0600)) & 0xF0F0_F0F0_F0F0_F0F0
            | word & 0xFF00_0000_FF00_00FF
        let second = (word >> 8 & 0xF) &* 10 &+ (word >> 16 & 0xF)
        guard isOther == 0, second < 60 else { return nil }
        let millisecond =
            (word >> 32 & 0xF) &* 100 &+ (word >> 40 & 0xF) &* 10 &+ (word >> 48 & 0xF)
        return start &+ Int64(truncatingIfNeeded: second &* 1_000_000 &+ millisecond &* 1000)
    }

    /// Takes note that `microseconds` is the timestamp at `index`, which is written with the time
    /// of day in full.
    mutating func note(_ microseconds: Int64, _ text: Span<UInt8>, from index: Int) {
        self.text = (ByteScan.word(text, at: index), ByteScan.word(text, at: index &+ 8))
        start = microseconds &- GregorianCalendar.floorRemainder(microseconds, 60_000_000)
    }
}
