/// Event time as a function of the time that the generator has run.
///
/// All times are microseconds; event time since 1970-01-01T00:00:00Z.
public struct EventClock: Hashable, Sendable {
    /// Event time at the start of the run.
    public let start: Int64
    /// How many times faster than the clock event time passes; positive.
    public let speed: Double

    /// The last moment with a year of four digits.
    public static let latest: Int64 = 253_402_300_799_999_999

    public init(start: Int64, speed: Double = 1) {
        precondition(speed > 0 && speed.isFinite)
        self.start = start
        self.speed = speed
    }

    /// The event time after `elapsed` microseconds of the run; not later than ``latest``.
    public func time(after elapsed: Int64) -> Int64 {
        let passed = speed == 1 ? elapsed : Self.whole(Double(elapsed) * speed)
        let (sum, overflow) = start.addingReportingOverflow(passed)
        return overflow ? Self.latest : min(sum, Self.latest)
    }

    private static func whole(_ value: Double) -> Int64 {
        value < Double(latest) ? Int64(value) : latest
    }
}
