/// A rule of the protocol left out. The simulation must notice each: otherwise it proves nothing
/// about the rule.
package enum BrokenRule: String, CaseIterable, Sendable {
    /// A restart goes live at c instead of n: what was processed before is processed again in full.
    case replaysAloud = "replays aloud"
    /// Asks the client who it is at each commit, not once at the assignment: a member that is out
    /// of its group is then nobody, whom the coordinator does not check.
    case asksWhoItIsLate = "asks who it is at the commit"
    /// Delivers although it knows that its partitions are lost.
    case deliversWhatIsLost = "delivers after its partitions are lost"
    /// What is pending stays when the partitions go, and is delivered with the next ones.
    case keepsPending = "keeps what is pending when partitions go"
    /// Takes state that was kept without comparing it with what is committed.
    case trustsKeptState = "trusts kept state"
    /// Sends again after an unknown outcome without looking at what is committed.
    case resendsBlindly = "sends again blindly"
    /// Results go out before the offsets are sent, outside of the transaction.
    case publishesEarly = "emits before the offsets are sent"
    /// Sends a transaction that was aborted again without the parts that had gone ahead in it.
    case forgetsParts = "sends again without the parts that went ahead"
    /// Commits the offsets of partitions that are still replaying.
    case commitsReplay = "commits in the middle of a replay"
    /// Does not wait for an open transaction that may change what is committed.
    case readsUnstableOffsets = "reads offsets that a transaction may change"
}
