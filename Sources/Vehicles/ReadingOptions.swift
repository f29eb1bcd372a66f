/// What the simulated vehicles send.
public struct ReadingOptions: Hashable, Sendable {
    public var seed: UInt64
    /// Event times go back from the clock by a uniformly random span of up to this many
    /// microseconds, so that readings arrive out of order.
    public var disorder: Int64
    /// The share of readings, 0...1, whose event time lies ``lateness`` further back.
    public var lateShare: Double
    /// The share of messages, 0...1, that no reader should accept; see ``ReadingKind/malformed``.
    public var malformedShare: Double

    /// How far late readings lie back: ten minutes, in microseconds, well beyond the three minutes
    /// of delay and one of window in the vehicles query.
    public static let lateness: Int64 = 600_000_000

    public init(
        seed: UInt64, disorder: Int64 = 0, lateShare: Double = 0, malformedShare: Double = 0
    ) {
        precondition(disorder >= 0)
        precondition((0...1).contains(lateShare) && (0...1).contains(malformedShare))
        self.seed = seed
        self.disorder = disorder
        self.lateShare = lateShare
        self.malformedShare = malformedShare
    }
}

/// What became of a reading on its way into a message.
public enum ReadingKind: Sendable, BitwiseCopyable {
    case regular
    /// Its event time is ``ReadingOptions/lateness`` further back.
    case late
    /// Not a reading any more: cut short, no JSON at all, a colon missing, a time that is none, or
    /// no time.
    case malformed
}
