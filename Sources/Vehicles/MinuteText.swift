internal import Streaming

/// Event times as text, with the part down to the minute kept: readings come in runs of one minute.
struct MinuteText {
    private static let length: Int64 = 60_000_000
    /// `2026-11-20T21:00`, the text of ``minute``.
    private let text = ByteArena(capacity: 32)
    private var minute: Int64 = -1

    /// Appends `2026-11-20T21:00:00.123`.
    ///
    /// - Parameter time: microseconds since 1970, not negative.
    mutating func append(_ time: Int64, to output: ByteArena) {
        let (minute, rest) = time.quotientAndRemainder(dividingBy: Self.length)
        if minute != self.minute {
            self.minute = minute
            text.removeAll()
            TextFormat.append(isoTimestamp: time, to: text)
            text.truncate(to: 16)
        }
        output.append(from: text, at: 0, count: 16)
        let (seconds, fraction) = UInt64(rest).quotientAndRemainder(dividingBy: 1_000_000)
        let milliseconds = fraction / 1000
        output.append(UInt8(ascii: ":"))
        Vehicles.append(twoDigits: seconds, to: output)
        output.append(UInt8(ascii: "."))
        output.append(digit(milliseconds / 100))
        Vehicles.append(twoDigits: milliseconds % 100, to: output)
    }
}
