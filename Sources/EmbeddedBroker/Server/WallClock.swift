#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// The time that the broker's records and timers go by: the system's when the clock was made, and
/// from there on steadily forward.
struct WallClock: Sendable {
    private let base: Milliseconds
    private let start = ContinuousClock.now

    init() {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        base = Milliseconds(time.tv_sec) * 1000 + Milliseconds(time.tv_nsec) / 1_000_000
    }

    /// Milliseconds since the epoch.
    var now: Milliseconds { base + (ContinuousClock.now - start).milliseconds }
}
