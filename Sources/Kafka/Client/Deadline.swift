/// A point in monotonic time by which something must be done.
struct Deadline {
    private let end: ContinuousClock.Instant

    /// Negative counts as 0.
    init(milliseconds: Int) {
        // A day is for ever here, and keeps the sum far from overflow.
        end = .now + .milliseconds(min(max(milliseconds, 0), 86_400_000))
    }

    /// Milliseconds left, rounded up; 0 once it has passed.
    var remainingMilliseconds: Int {
        let left = ContinuousClock.Instant.now.duration(to: end).components
        guard left.seconds >= 0, left.attoseconds >= 0 else { return 0 }
        return Int(left.seconds) * 1000
            + Int((left.attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
