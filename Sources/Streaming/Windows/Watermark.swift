/// The watermark of one partition: how far its event time is believed to be complete.
///
/// `max(0, m - delay)` with m the maximum event time of the records before, cut to milliseconds as
/// Spark cuts it; it starts at 1970-01-01T00:00:00Z and never moves back. Microseconds.
struct Watermark {
    let delayMicroseconds: Int64
    /// The largest event time so far; nil before the first record.
    private(set) var maximumEventTime: Int64?
    private(set) var value: Int64 = 0

    init(delayMicroseconds: Int64, maximumEventTime: Int64? = nil) {
        precondition(delayMicroseconds >= 0)
        self.delayMicroseconds = delayMicroseconds
        if let maximumEventTime { _ = observe(maximumEventTime) }
    }

    /// Takes note of an event time; true if the watermark moved.
    @inline(__always)
    mutating func observe(_ eventTime: Int64) -> Bool {
        if let maximumEventTime, eventTime <= maximumEventTime { return false }
        maximumEventTime = eventTime
        let moved = Self.floorToMilliseconds(eventTime).subtractingReportingOverflow(
            delayMicroseconds)
        guard !moved.overflow, moved.partialValue > value else { return false }
        value = moved.partialValue
        return true
    }

    private static func floorToMilliseconds(_ microseconds: Int64) -> Int64 {
        microseconds.floorMultiple(of: 1000) ?? microseconds
    }
}

extension Int64 {
    /// The largest multiple of `step` that is at most this; nil if it is below Int64's range.
    @inline(__always)
    func floorMultiple(of step: Int64) -> Int64? {
        let remainder = self % step
        guard remainder < 0 else { return self - remainder }
        let (result, overflow) = (self - remainder).subtractingReportingOverflow(step)
        return overflow ? nil : result
    }
}
