/// How often what happened, over some seeds. What never happens is not proved.
package struct SimulationCounts: Sendable {
    /// What is counted; the raw value is what to call many of it.
    package enum Item: String, CaseIterable, Sendable {
        case seeds
        case slidingSeeds = "seeds with sliding windows"
        case quietSeeds = "seeds without trouble"
        /// Rows, late records and dead letters compared.
        case results = "results compared"
        case late = "late records"
        case deadLetters = "dead letters"
        case nulls = "null records"
        case oversized = "oversized records"
        case cutMessages = "messages cut to the broker's limit"
        case refusedSizes = "batches refused for their size"
        case crashes
        /// Instances that slept for a while and woke up.
        case zombies
        case rebalances
        case orderlyLeaves = "orderly leaves"
        /// Deliveries of those who are no owners any more.
        case refusedDeliveries = "deliveries of others than the owners refused"
        case parts = "parts sent ahead of their offsets"
        case failedParts = "parts that failed"
        case lostParts = "deliveries with parts made again from the log"
        case unsettled = "deliveries begun before what was left of an earlier one had ended"
        case silences = "times the transaction coordinator was silent for a while"
        case commits = "transactions committed"
        case aborts = "transactions aborted"
        case lostAnswers = "lost answers"
        case uncertain = "outcomes looked up"
        /// Partitions whose state was rebuilt from the log.
        case replays
        /// Partitions that came back to the instance that had kept their state.
        case keptStates = "states kept"
        /// Times that an idle partition moved on without a record, as far as committed.
        case idleAdvances = "idle periods"
        /// Commits of a boundary that moved on while the offset did not.
        case idleCommits = "commits of idle time alone"
        // A call of each kind that did not get through, or whose answer was lost.
        case failedMakes = "failed to make a producer"
        case failedInits = "failed init_transactions"
        case failedBegins = "failed begin_transaction"
        case failedProduces = "failed produce"
        case failedOffsets = "failed send_offsets_to_transaction"
        case failedCommits = "failed commit_transaction"
        case failedAborts = "failed abort_transaction"
        case failedReads = "failed look-ups of committed offsets"
    }

    private var values = [Int](repeating: 0, count: Item.allCases.count)

    package init() {}

    package subscript(_ item: Item) -> Int {
        get { values[Self.place(of: item)] }
        set { values[Self.place(of: item)] = newValue }
    }

    package static func += (counts: inout SimulationCounts, more: SimulationCounts) {
        for index in counts.values.indices { counts.values[index] += more.values[index] }
    }

    private static let places = Dictionary(
        uniqueKeysWithValues: zip(Item.allCases, Item.allCases.indices))

    private static func place(of item: Item) -> Int { places[item] ?? 0 }
}

extension SimulationCounts: CustomStringConvertible {
    /// One thing a line, how often and what.
    package var description: String {
        Item.allCases.map { "\n  \(self[$0]) \($0.rawValue)" }.joined()
    }
}
