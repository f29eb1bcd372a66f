internal import CommandLineSupport
internal import Vehicles

/// When iterations happen and which event time they have; checked against each other.
struct Timing {
    /// Zero: without pause.
    let interval: TimeSpan
    /// Zero: endless.
    let duration: TimeSpan
    let clock: EventClock
    /// Whether event time runs towards the wall clock and must stop there, because a processor
    /// takes readings from the future for broken ones.
    let stopsAtTheClock: Bool

    /// - Parameters:
    ///   - start: event time of the first iteration; nil takes the default.
    ///   - now: the wall clock, in microseconds since 1970.
    ///   - mayPassTheClock: the readings go to a file, where event times in the future do no harm.
    init(
        interval: TimeSpan, duration: TimeSpan, speed: Double, start: Int64?, now: Int64,
        mayPassTheClock: Bool
    ) throws(ExitError) {
        let isEndless = duration == .zero
        if isEndless, speed > 1, start == nil, !mayPassTheClock {
            throw ExitError(
                .usage,
                """
                with --duration 0 and --speed above 1 event time would run ahead of the clock: \
                give the past moment to begin at with --start
                """)
        }
        if let start, start > now, !mayPassTheClock {
            throw ExitError(
                .usage, "--start \(Log.utcText(microseconds: start)) lies in the future")
        }
        // As far back as event time gains on the clock, so that it ends now.
        let gain = max(0, speed - 1) * Double(duration.microseconds)
        guard start != nil || gain < Double(now) else {
            throw ExitError(
                .usage,
                """
                --speed \(speed) for \(duration) would have to begin before 1970: \
                make either smaller or give --start
                """)
        }
        let start = start ?? now - Int64(gain.rounded(.up))
        guard (0...EventClock.latest).contains(start) else {
            throw ExitError(.usage, "--start must be between 1970 and 9999")
        }
        self.interval = interval
        self.duration = duration
        clock = EventClock(start: start, speed: speed)
        stopsAtTheClock = speed > 1 && !mayPassTheClock
    }

    /// When iteration number `iteration` is due, in microseconds after the start, given the time
    /// `elapsed`; nil when the run is over.
    ///
    /// With an interval the due times, and so the event times, do not depend on the machine.
    func due(iteration: Int, elapsed: Int64) -> Int64? {
        var due = elapsed
        if interval > .zero {
            let (product, overflow) = Int64(iteration).multipliedReportingOverflow(
                by: interval.microseconds)
            if overflow { return nil }
            due = product
        }
        if duration > .zero, max(due, elapsed) >= duration.microseconds { return nil }
        return due
    }
}
