/// Decides how long to go on trying. Pure: the caller tells the time, in microseconds of a
/// monotonic clock, and does the waiting.
public struct Patience: Sendable {
    public enum Decision: Hashable, Sendable {
        /// Wait so many microseconds, then try again; tell the user the reason if it is new.
        case wait(microseconds: Int64, tells: Bool)
        /// The limit has passed.
        case exhausted
    }

    /// Microseconds from the last success, or from the start, to giving up.
    public let limit: Int64
    private var deadline: Int64
    private var pause = Self.firstPause
    private var lastReason: String?
    private var serverErrors = 0

    private static let firstPause: Int64 = 250_000
    private static let longestPause: Int64 = 4_000_000
    /// How often in a row a server may fail by itself, which is seldom worth waiting for.
    private static let serverErrorLimit = 4

    public init(limit: Int64, now: Int64) {
        self.limit = limit
        deadline = Self.end(now, limit)
    }

    /// Microseconds left; 0 once the limit has passed.
    public func remaining(_ now: Int64) -> Int64 { max(deadline - now, 0) }

    /// A call went well: the next wait starts afresh.
    public mutating func succeeded(_ now: Int64) { self = Patience(limit: limit, now: now) }

    public mutating func failed(
        _ reason: String, isServerError: Bool, _ now: Int64
    ) -> Decision {
        serverErrors = isServerError ? serverErrors + 1 : 0
        let left = remaining(now)
        guard left > 0, serverErrors < Self.serverErrorLimit else { return .exhausted }
        let decision = Decision.wait(microseconds: min(pause, left), tells: reason != lastReason)
        pause = min(pause * 2, Self.longestPause)
        lastReason = reason
        return decision
    }

    /// Whether the server kept failing by itself, in contrast to not being there.
    public var isServerBroken: Bool { serverErrors >= Self.serverErrorLimit }

    private static func end(_ now: Int64, _ limit: Int64) -> Int64 {
        let (end, overflow) = now.addingReportingOverflow(limit)
        return overflow ? .max : end
    }
}
