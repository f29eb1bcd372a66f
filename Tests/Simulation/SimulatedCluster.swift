import Kafka
import Streaming

/// What of Kafka the protocol rests on: logs, a group coordinator and a transaction coordinator
/// that follow Kafka's rules, in virtual time.
final class SimulatedCluster {
    /// Milliseconds.
    private(set) var now = 0
    let logs: [[SimulatedRecord]]
    /// What readers of committed records see.
    private(set) var output: [String] = []
    /// How idle time has moved partitions on, as far as it is committed; in that order.
    private(set) var advances: [IdleAdvance] = []
    /// Aborts include the transactions that the coordinator gave up.
    private(set) var counts = SimulationCounts()
    private(set) var committed: [Int: PartitionOffset] = [:]
    /// The longest batch that the output topics take.
    let batchLimit: Int
    private let window: WindowSpecification
    private var producers: [String: TransactionState] = [:]
    /// Until when the transaction coordinator answers nobody.
    private var silentUntil = 0
    private(set) var group = Group()
    /// What must never happen and did.
    private(set) var violations: [String] = []

    static let sessionTimeout = 10_000
    static let rebalanceTimeout = 60_000
    static let transactionTimeout = 15_000

    private struct TransactionState {
        var epoch = 0
        var open: Transaction?
        /// Whether the last transaction of this epoch was committed; nil before there was one.
        var lastWasCommitted: Bool?
    }

    private struct Transaction {
        var messages: [String] = []
        var advances: [IdleAdvance] = []
        var offsets: [PartitionOffset] = []
        /// What the owner takes to be committed before, in the order of the offsets.
        var previous: [PartitionOffset] = []
        /// The longest batch.
        var batchBytes = 0
        var begun: Int
    }

    struct Group {
        struct Member {
            var lastSeen: Int
            var hasJoined: Bool
        }
        var generation = 0
        var members: [String: Member] = [:]
        /// Since when members have been asked to join anew; nil while stable.
        var preparingSince: Int?
        var assignment: [String: [Int]] = [:]
    }

    init(logs: [[SimulatedRecord]], batchLimit: Int, window: WindowSpecification) {
        self.logs = logs
        self.batchLimit = batchLimit
        self.window = window
    }

    /// The end of a partition's log by now.
    func end(of partition: Int) -> Int64 {
        var low = 0
        var high = logs[partition].count
        while low < high {
            let middle = (low + high) / 2
            if logs[partition][middle].arrival <= now { low = middle + 1 } else { high = middle }
        }
        return Int64(low)
    }

    /// Whether all of the logs has been processed and committed.
    var isFinished: Bool {
        logs.indices.allSatisfy { committed[$0]?.offset == Int64(logs[$0].count) }
    }

    func advance(by milliseconds: Int) {
        now += milliseconds
        for (id, state) in producers {
            // The coordinator gives a transaction up and fences its producer.
            if let open = state.open, now - open.begun > Self.transactionTimeout {
                counts[.aborts] += 1
                producers[id] = TransactionState(epoch: state.epoch + 1, lastWasCommitted: false)
            }
        }
        let silent = group.members.filter { now - $0.value.lastSeen > Self.sessionTimeout }
        for id in silent.keys.sorted() { leave(id) }
        completeRebalance()
    }

    // MARK: Group

    /// Joins, respectively joins anew; the answer comes with the next generation.
    func join(_ id: String) {
        group.members[id] = Group.Member(lastSeen: now, hasJoined: true)
        if group.preparingSince == nil { prepare(joined: id) }
        completeRebalance()
    }

    func leave(_ id: String) {
        guard group.members.removeValue(forKey: id) != nil else { return }
        group.assignment[id] = nil
        if group.preparingSince == nil { prepare(joined: nil) }
        completeRebalance()
    }

    private func prepare(joined: String?) {
        group.preparingSince = now
        for id in group.members.keys { group.members[id]?.hasJoined = id == joined }
    }

    private func completeRebalance() {
        guard let since = group.preparingSince else { return }
        if now - since > Self.rebalanceTimeout {
            group.members = group.members.filter { $0.value.hasJoined }
        }
        guard group.members.values.allSatisfy(\.hasJoined) else { return }
        group.preparingSince = nil
        group.generation += 1
        group.assignment = [:]
        let ids = group.members.keys.sorted()
        for partition in logs.indices where !ids.isEmpty {
            group.assignment[ids[partition * ids.count / logs.count], default: []].append(partition)
        }
    }

    /// False if the group does not know the member.
    func heartbeat(_ id: String) -> Bool {
        group.members[id]?.lastSeen = now
        return group.members[id] != nil
    }

    // MARK: Transactions

    /// Requests may get to the transaction coordinator, but no answer gets back.
    var coordinatorIsSilent: Bool { now < silentUntil }

    func silenceCoordinator(for milliseconds: Int) { silentUntil = now + milliseconds }

    func initTransactions(_ id: String) -> Int {
        let epoch = (producers[id]?.epoch ?? -1) + 1
        if producers[id]?.open != nil { counts[.aborts] += 1 }
        producers[id] = TransactionState(epoch: epoch)
        return epoch
    }

    private func refuse(_ failure: DeliveryFailure) -> DeliveryFailure {
        counts[.refusedDeliveries] += 1
        return failure
    }

    /// - Parameters:
    ///   - messageLimit: bytes of the producer's longest message and batch; what is longer comes
    ///     cut, which is counted, while the text stays whole for the comparison.
    ///   - advances: what a commit of the transaction stands for beside its messages; only the
    ///     comparison afterwards knows of them.
    func produce(
        _ id: String, epoch: Int, _ messages: [String], messageLimit: Int, advances: [IdleAdvance]
    ) -> DeliveryFailure? {
        guard var state = producers[id], state.epoch == epoch else { return refuse(.fenced) }
        var open = state.open ?? Transaction(begun: now)
        open.messages += messages
        open.advances += advances
        var batch = 0
        for message in messages {
            if message.utf8.count > messageLimit { counts[.cutMessages] += 1 }
            let bytes = min(message.utf8.count, messageLimit)
            batch = batch + bytes > messageLimit ? bytes : batch + bytes
            open.batchBytes = max(open.batchBytes, batch)
        }
        state.open = open
        producers[id] = state
        return nil
    }

    /// - Parameter previous: what the sender takes to be committed.
    func sendOffsets(
        _ id: String, epoch: Int, _ offsets: [PartitionOffset],
        replacing previous: [PartitionOffset],
        member: String, generation: Int
    ) -> DeliveryFailure? {
        guard var state = producers[id], state.epoch == epoch else { return refuse(.fenced) }
        // The known hole: a nobody of no generation is not checked.
        if !member.isEmpty || generation >= 0 {
            guard group.members[member] != nil, group.generation == generation else {
                return refuse(.membershipLost)
            }
        }
        var open = state.open ?? Transaction(begun: now)
        open.offsets = offsets
        open.previous = previous
        state.open = open
        producers[id] = state
        return nil
    }

    func end(_ id: String, epoch: Int, commits: Bool) -> DeliveryFailure? {
        guard var state = producers[id], state.epoch == epoch else { return refuse(.fenced) }
        guard let open = state.open else {
            // Repeated after a lost answer; nothing was ever sent: nothing to end.
            return state.lastWasCommitted.map { $0 == commits } ?? true ? nil : .fatal
        }
        if commits {
            // A producer hears of a batch that was refused when it waits for all of them.
            guard open.batchBytes <= batchLimit else {
                counts[.refusedSizes] += 1
                return .tooLarge
            }
            counts[.commits] += 1
            output += open.messages
            advances += open.advances
            for (offset, previous) in zip(open.offsets, open.previous) {
                take(offset, replacing: previous)
            }
        } else {
            counts[.aborts] += 1
        }
        state.open = nil
        state.lastWasCommitted = commits
        producers[id] = state
        return nil
    }

    /// Makes messages visible without a transaction: what the protocol never does.
    func publish(_ messages: [String]) { output += messages }

    /// Nil while a transaction is open that may change them.
    func readCommitted(
        _ partitions: [TopicPartition], evenIfUnstable: Bool = false
    ) -> [PartitionOffset]? {
        let pending = producers.values.flatMap { $0.open?.offsets.map(\.partition) ?? [] }
        guard evenIfUnstable || partitions.allSatisfy({ !pending.contains($0) }) else {
            return nil
        }
        return partitions.map {
            committed[Int($0.partition)] ?? PartitionOffset($0, offset: nil)
        }
    }

    /// What every commit must be, whoever sends it.
    private func take(_ offset: PartitionOffset, replacing previous: PartitionOffset) {
        let number = Int(offset.partition.partition)
        let before = committed[number] ?? PartitionOffset(offset.partition, offset: nil)
        if before != previous {
            violations.append("\(offset) replaces \(before), which its sender does not know")
        }
        committed[number] = offset
        guard let new = progress(offset),
            new.metadata(queryHash: SimulatedProcessor.queryHash) == offset.metadata
        else { return violations.append("unreadable: \(offset)") }
        if offset.metadata.utf8.count > 200 { violations.append("long: \(offset)") }
        if new.replayOffset > new.nextOffset { violations.append("replay beyond n: \(offset)") }
        let isOnGrid = (new.boundary - window.offsetMicroseconds) % window.slideMicroseconds == 0
        if !isOnGrid { violations.append("B is no start of a window: \(offset)") }
        guard before.offset != nil, let old = progress(before) else { return }
        if new.nextOffset < old.nextOffset || new.replayOffset < old.replayOffset
            || new.boundary < old.boundary
        {
            violations.append("progress goes back from \(before) to \(offset)")
        }
        if new.nextOffset == old.nextOffset, new.boundary > old.boundary {
            counts[.idleCommits] += 1
        }
    }

    private func progress(_ offset: PartitionOffset) -> PartitionProgress? {
        try? PartitionProgress(
            nextOffset: offset.offset ?? 0, metadata: offset.metadata,
            queryHash: SimulatedProcessor.queryHash)
    }
}
