internal import CommandLineSupport
internal import Synchronization

/// Where the run's thread leaves its numbers and the server's thread finds them.
final class MetricsBoard: Sendable {
    /// The loop's last turn, as monotonic microseconds; ``never`` before the first.
    private let lastTurn = Atomic<Int64>(never)
    private let snapshot = Mutex(MetricsSnapshot())
    private static let never = Int64.min
    /// A loop that has not turned for longer is stuck.
    static let patience = TimeSpan.seconds(30)

    /// The loop has turned: one atomic store.
    func noteTurn(uptime: Int64) { lastTurn.store(uptime, ordering: .relaxed) }

    func publish(_ new: MetricsSnapshot) { snapshot.withLock { $0 = new } }

    var current: MetricsSnapshot { snapshot.withLock { $0 } }

    enum Health: Equatable {
        case healthy
        /// No turn of the loop yet: still connecting.
        case starting
        /// Not a turn for `seconds`.
        case stuck(seconds: Int64)
    }

    func health(uptime: Int64) -> Health {
        let last = lastTurn.load(ordering: .relaxed)
        guard last != Self.never else { return .starting }
        let age = uptime - last
        return age <= Self.patience.microseconds ? .healthy : .stuck(seconds: age / 1_000_000)
    }
}

/// Fills a board from within the run's loop.
struct MetricsReporter {
    private let board: MetricsBoard
    private let time: any TimeSource
    private var lastSnapshot: Int64?
    /// Between two snapshots.
    private static let interval = TimeSpan.milliseconds(250)

    init(_ board: MetricsBoard, time: any TimeSource) {
        self.board = board
        self.time = time
    }

    /// To be called at each turn of the loop; takes a snapshot where one is due.
    mutating func turn(_ snapshot: () -> MetricsSnapshot) {
        let now = time.uptime()
        board.noteTurn(uptime: now)
        if let lastSnapshot, now - lastSnapshot < Self.interval.microseconds { return }
        lastSnapshot = now
        board.publish(snapshot())
    }
}
