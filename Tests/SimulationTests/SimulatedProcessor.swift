import Kafka
import StreamSQL
import Streaming

/// One processor of the simulation: the real engine and the real delivery machine over simulated
/// calls. A step is one call to Kafka at most, so that anything may happen between two.
final class SimulatedProcessor {
    /// A change to the protocol that must be noticed.
    enum Mutation: CaseIterable {
        case none
        /// What was processed before a restart is processed again in full.
        case replaysAloud
        /// Asks who it is at each commit, not at the assignment.
        case asksWhoItIsLate
        /// Sends again after an unknown outcome without looking at what is committed.
        case resendsBlindly
        /// Results go out before the offsets are sent.
        case publishesEarly
    }

    private enum Stage {
        case outside
        case joining
        case restoring
        case running
        /// Delivers once more before the partitions go; so many steps are left.
        case leaving(Int)
    }

    static let queryHash: UInt64 = 7
    private let cluster: SimulatedCluster
    private let pipeline: Pipeline
    private let name: String
    private let mutation: Mutation
    private let deliversIdle: Bool
    private var stage = Stage.outside
    private var member = ""
    private var incarnation = 0
    private var generation = -1
    private var run: EngineRun
    private var machine = DeliveryMachine(nameMayBeShared: false)
    private var action: DeliveryAction?
    private var epoch = 0
    private var messageLimit = 1_000_000
    private var pending: [String] = []
    private var assigned: [Int: PartitionOffset] = [:]
    private var kept: Set<Int> = []
    private var position: [Int: Int64] = [:]
    private var lastRecord: [Int: Int] = [:]
    private var lastCommit = 0
    private(set) var violations: [String] = []
    private(set) var reuses = 0
    private(set) var committedNothingWhileIdle = true

    init(
        _ cluster: SimulatedCluster, _ pipeline: Pipeline, name: String, mutation: Mutation,
        deliversIdle: Bool
    ) {
        self.cluster = cluster
        self.pipeline = pipeline
        self.name = name
        self.mutation = mutation
        self.deliversIdle = deliversIdle
        run = EngineRun(pipeline)
    }

    private var isDelivering: Bool { action != nil }

    /// Everything that is processed is committed.
    var isDone: Bool {
        guard case .running = stage, action == nil, !machine.isBusy, pending.isEmpty else {
            return false
        }
        return assigned.keys.allSatisfy {
            position[$0]! >= Int64(cluster.logs[$0].count) && progress(of: $0) == assigned[$0]!
        }
    }

    func heartbeat() { if !member.isEmpty { _ = cluster.heartbeat(member) } }

    /// Leaves in an orderly way.
    func leave() {
        cluster.leave(member)
        member = ""
    }

    /// Does one thing. `crashes` says whether it ends right after, without its answer.
    func step(_ random: inout Random) {
        if let current = action {
            action = nil
            perform(current, &random)
            return
        }
        if notice(&random) { return }
        switch stage {
        case .outside: join()
        case .joining: awaitAssignment()
        case .restoring: restore()
        case .running: if machine.isBusy { goOn(machine.resume()) } else { work(&random) }
        case .leaving: finishLeaving()
        }
    }

    /// Whether the group has news for this member; it may hear of them late.
    private func notice(_ random: inout Random) -> Bool {
        guard case .running = stage, !random.chance(30) else { return false }
        guard cluster.group.members[member] != nil,
            cluster.group.generation == generation || cluster.group.preparingSince != nil
        else {
            giveBack()
            stage = .outside
            return true
        }
        guard cluster.group.preparingSince != nil,
            cluster.group.members[member]?.hasJoined == false
        else { return false }
        stage = .leaving(random.below(14))
        startDelivery()
        return true
    }

    private func finishLeaving() {
        giveBack()
        join()
    }

    private func join() {
        if cluster.group.members[member] == nil {
            incarnation += 1
            member = "\(name)-\(incarnation)"
        }
        stage = .joining
        cluster.join(member)
    }

    private func awaitAssignment() {
        guard cluster.group.members[member] != nil else { return stage = .outside }
        guard cluster.group.preparingSince == nil else { return }
        generation = cluster.group.generation
        stage = .restoring
    }

    // MARK: Partitions

    /// The partitions go; the state of those whose progress is committed stays for now.
    private func giveBack() {
        machine.abandon()
        action = nil
        pending = []
        for (partition, committed) in assigned {
            if !run.engine.isReplaying(partition), progress(of: partition) == committed {
                kept.insert(partition)
            } else {
                run.engine.removePartition(partition)
            }
        }
        assigned = [:]
    }

    private func restore() {
        if machine.isBusy { return goOn(machine.resume()) }
        guard cluster.group.members[member] != nil, cluster.group.generation == generation else {
            return stage = .outside
        }
        let mine = cluster.group.assignment[member] ?? []
        let names = mine.map { TopicPartition("raw", Int32($0)) }
        // Held back while a transaction of an earlier owner is open.
        guard let offsets = cluster.readCommitted(names) else { return }
        for (partition, committed) in zip(mine, offsets) { take(partition, committed) }
        for partition in kept { run.engine.removePartition(partition) }
        kept = []
        lastCommit = cluster.now
        stage = .running
    }

    private func take(_ partition: Int, _ committed: PartitionOffset) {
        assigned[partition] = committed
        lastRecord[partition] = cluster.now
        var start = PartitionProgress.start(at: 0)
        if let offset = committed.offset {
            guard
                let progress = try? PartitionProgress(
                    nextOffset: offset, metadata: committed.metadata, queryHash: Self.queryHash)
            else { return violations.append("foreign metadata \(committed)") }
            start = progress
        }
        if mutation == .replaysAloud { start.nextOffset = start.replayOffset }
        if kept.remove(partition) != nil {
            if progress(of: partition) == committed {
                reuses += 1
                return checkReuse(partition, start)
            }
            run.engine.removePartition(partition)
        }
        run.engine.addPartition(partition, start)
        position[partition] = start.replayOffset
    }

    /// State that was kept is what a replay would rebuild.
    private func checkReuse(_ partition: Int, _ start: PartitionProgress) {
        let rebuilt = EngineRun(pipeline)
        rebuilt.engine.addPartition(partition, start)
        let output = rebuilt.process(
            cluster.logs[partition], start.replayOffset..<start.nextOffset, partition: partition)
        if !output.isEmpty { violations.append("replay emits \(output)") }
        if rebuilt.engine.stateFingerprint(of: partition)
            != run.engine.stateFingerprint(of: partition)
        {
            violations.append("kept state of \(partition) is not what a replay rebuilds")
        }
    }

    private func progress(of partition: Int) -> PartitionOffset {
        let progress = run.engine.progress(of: partition)
        return PartitionOffset(
            TopicPartition("raw", Int32(partition)), offset: progress.nextOffset,
            metadata: progress.metadata(queryHash: Self.queryHash))
    }

    // MARK: Work

    private func work(_ random: inout Random) {
        let elapsed = cluster.now - lastCommit
        if pending.isEmpty ? elapsed >= 5_000 : (elapsed >= 1_000 || random.chance(10)) {
            startDelivery()
            if isDelivering { return }
        }
        guard let partition = assigned.keys.sorted().randomElement(using: &random) else { return }
        let start = position[partition]!
        let end = min(cluster.end(of: partition), start + Int64([1, 7, 50][random.below(3)]))
        guard start < end else { return advanceIdle(partition) }
        lastRecord[partition] = cluster.now
        let replayed = run.engine.isReplaying(partition)
        let output = run.process(cluster.logs[partition], start..<end, partition: partition)
        if replayed, run.engine.isReplaying(partition), !output.isEmpty {
            violations.append("replay emits \(output)")
        }
        pending += output
        if mutation == .publishesEarly {
            cluster.publish(pending)
            pending = []
        }
        position[partition] = end
    }

    private func advanceIdle(_ partition: Int) {
        let elapsed = cluster.now - lastRecord[partition]!
        guard deliversIdle, elapsed >= 40_000,
            run.engine.advanceIdle(partition, elapsedMicroseconds: Int64(elapsed) * 1000)
        else { return }
        pending += run.takeRows()
    }

    private func startDelivery() {
        lastCommit = cluster.now
        let changed = assigned.keys.sorted().filter {
            !run.engine.isReplaying($0) && progress(of: $0) != assigned[$0]!
        }
        guard !pending.isEmpty || !changed.isEmpty, !machine.isBusy else { return }
        goOn(machine.deliver(changed.map(progress), replacing: changed.map { assigned[$0]! }))
    }

    private func goOn(_ next: DeliveryAction) {
        guard case .finish(let outcome) = next else { return action = next }
        action = nil
        switch outcome {
        case .delivered:
            for offset in sent { assigned[Int(offset.partition.partition)] = offset }
            pending = []
        case .lost:
            giveBack()
            if case .running = stage { stage = .outside }
        case .settled: break
        case .failed(let reason): violations.append("gave up: \(reason)")
        }
    }

    /// The offsets of the attempt under way.
    private var sent: [PartitionOffset] = []

    // MARK: Calls

    /// Performs a call; its answer may be lost.
    private func perform(_ action: DeliveryAction, _ random: inout Random) {
        if case .leaving(let left) = stage {
            guard left > 0 else { return giveBack() }
            stage = .leaving(left - 1)
        }
        guard action != .pause else { return goOn(machine.resume()) }
        if machine.isDelivering { sent = machine.offsets }
        if random.chance(3) {
            return goOn(machine.next(after: .failed(.retry, reason: "not sent"), now: 0))
        }
        var event = call(action, &random)
        if event == .done, random.chance(4) {
            event = .failed(random.chance(50) ? .retry : .fatal, reason: "lost answer")
            if case .initTransactions = action { event = .failed(.retry, reason: "lost answer") }
            if case .makeProducer = action { event = .done }
            if action == .begin { event = .done }
            // librdkafka knows what it has sent: a repeated produce is no second one.
            if action == .produce { event = .failed(.abort, reason: "message timed out") }
        }
        goOn(machine.next(after: event, now: Int64(cluster.now) * 1000))
    }

    private func call(_ action: DeliveryAction, _ random: inout Random) -> DeliveryEvent {
        switch action {
        case .makeProducer(let smaller):
            if smaller { messageLimit /= 2 }
            return .done
        case .initTransactions: epoch = cluster.initTransactions(name)
        case .begin: return .done
        case .produce: return event(cluster.produce(name, epoch: epoch, pending))
        case .sendOffsets: return sendOffsets()
        case .commit:
            guard pending.isEmpty || messageLimit <= cluster.batchLimit else {
                return .failed(.tooLarge, reason: "too large")
            }
            return event(cluster.end(name, epoch: epoch, commits: true))
        case .abort: return event(cluster.end(name, epoch: epoch, commits: false))
        case .readCommitted:
            let partitions = machine.offsets.map(\.partition)
            if mutation == .resendsBlindly {
                return .committed(partitions.map { assigned[Int($0.partition)]! })
            }
            guard let offsets = cluster.readCommitted(partitions) else {
                return .failed(.retry, reason: "unstable")
            }
            return .committed(offsets)
        case .pause, .finish: break
        }
        return .done
    }

    private func sendOffsets() -> DeliveryEvent {
        var identity = (member, generation)
        if mutation == .asksWhoItIsLate {
            // What librdkafka says of itself once it knows that it is out of the group.
            let isMember = cluster.group.members[member] != nil
            identity = isMember ? (member, cluster.group.generation) : ("", -1)
        } else if member.isEmpty || generation < 0 {
            violations.append("a commit by a nobody")
        }
        return event(
            cluster.sendOffsets(
                name, epoch: epoch, machine.offsets, member: identity.0, generation: identity.1))
    }

    private func event(_ failure: DeliveryFailure?) -> DeliveryEvent {
        failure.map { .failed($0, reason: "refused") } ?? .done
    }
}
