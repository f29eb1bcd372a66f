internal import CommandLineSupport

/// When what is pending is delivered and committed.
///
/// Rows wait up to a second so that a commit carries many; a backlog of them goes out at once; and
/// progress without rows is committed now and then, which bounds what a restart reads again.
struct CommitPolicy {
    /// Rows wait this long at most: the trigger interval.
    var rowInterval = TimeSpan.seconds(1)
    var progressInterval = TimeSpan.seconds(5)
    /// So many rows do not wait.
    var maximumPendingRows = 50_000

    private var lastCommit: Int64

    /// - Parameter uptime: the monotonic clock in microseconds.
    init(uptime: Int64) { lastCommit = uptime }

    /// Whether to commit now.
    func isDue(uptime: Int64, pendingMessages: Int, hasProgress: Bool) -> Bool {
        let elapsed = uptime - lastCommit
        if pendingMessages >= maximumPendingRows { return true }
        if pendingMessages > 0, elapsed >= rowInterval.microseconds { return true }
        return hasProgress && elapsed >= progressInterval.microseconds
    }

    mutating func committed(uptime: Int64) { lastCommit = uptime }
}
