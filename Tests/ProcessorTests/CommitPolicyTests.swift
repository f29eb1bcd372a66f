import CommandLineSupport
import Testing

@testable import processor

@Suite struct CommitPolicyTests {
    private static let second: Int64 = 1_000_000

    @Test func rowsWaitASecondAndProgressFive() {
        var policy = CommitPolicy(uptime: 0)
        func isDue(_ uptime: Int64, _ rows: Int, _ progress: Bool) -> Bool {
            policy.isDue(uptime: uptime, pendingMessages: rows, hasProgress: progress)
        }
        #expect(!isDue(999_999, 1, true))
        #expect(isDue(Self.second, 1, true))
        #expect(!isDue(4 * Self.second, 0, true))
        #expect(isDue(5 * Self.second, 0, true))
        #expect(!isDue(500 * Self.second, 0, false), "nothing has happened: nothing to commit")
        policy.committed(uptime: 5 * Self.second)
        let soon = policy.isDue(
            uptime: 5 * Self.second + 1, pendingMessages: 1, hasProgress: true)
        #expect(!soon)
    }

    @Test func aBacklogOfRowsDoesNotWait() {
        let policy = CommitPolicy(uptime: 0)
        #expect(!policy.isDue(uptime: 1, pendingMessages: 49_999, hasProgress: true))
        #expect(policy.isDue(uptime: 1, pendingMessages: 50_000, hasProgress: true))
    }
}
