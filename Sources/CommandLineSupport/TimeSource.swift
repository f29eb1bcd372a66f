#if canImport(Darwin)
    internal import Darwin
#else
    internal import Glibc
#endif

/// Where a program takes its time from: the system, or a test that moves time by hand.
public protocol TimeSource {
    /// Wall clock: microseconds since 1970-01-01T00:00:00Z. May jump.
    func now() -> Int64
    /// Monotonic clock: microseconds since an arbitrary moment. Never goes back.
    func uptime() -> Int64
    /// Lets `span` pass, or less if a stop is requested meanwhile.
    func wait(_ span: TimeSpan)
}

/// The clocks of the operating system.
public struct SystemTime: TimeSource, Sendable {
    public init() {}

    public func now() -> Int64 { Self.read(CLOCK_REALTIME) }

    public func uptime() -> Int64 { Self.read(CLOCK_MONOTONIC) }

    public func wait(_ span: TimeSpan) { Shutdown.wait(upTo: span) }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }
}

/// Time that passes only when told to; a wait passes it at once.
public final class ManualTime: TimeSource {
    private var wall: Int64
    private var elapsed: Int64 = 0

    /// - Parameter now: microseconds since 1970-01-01T00:00:00Z.
    public init(now: Int64 = 0) { wall = now }

    public func now() -> Int64 { wall }

    public func uptime() -> Int64 { elapsed }

    public func wait(_ span: TimeSpan) { advance(by: span) }

    public func advance(by span: TimeSpan) {
        wall += span.microseconds
        elapsed += span.microseconds
    }
}
