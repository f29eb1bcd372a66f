import Kafka
import StreamSQL
import Streaming

/// One processor of the simulation: the real engine and the real delivery machine over simulated
/// calls. A step is one call to Kafka at most, so that anything may happen between two.
final class SimulatedProcessor {
    enum Stage {
        case outside
        case joining
        case restoring
        case running
        /// Delivers once more before the partitions go; so many steps are left.
        case leaving(Int)
    }

    /// The same for all processors of a world.
    struct Settings {
        var query: SimulatedQuery
        var pipeline: Pipeline
        var broken: BrokenRule?
        var advancesIdle: Bool
    }

    static let queryHash: UInt64 = 7
    let cluster: SimulatedCluster
    let settings: Settings
    let name: String
    let run: EngineRun

    var stage = Stage.outside
    var member = ""
    var generation = -1
    private var incarnation = 0
    /// Has learned that the group has gone on without it.
    var knowsOfLoss = false

    var machine = DeliveryMachine(nameMayBeShared: false)
    var action: DeliveryAction?
    /// The offsets of the attempt under way.
    var sent: [PartitionOffset] = []
    var epoch = 0
    /// Bytes of the longest message and batch, until a broker refuses it.
    var messageLimit = 64_000
    var lastCommit = 0
    /// The delivery under way has sent parts ahead.
    var hasParts = false

    /// Rows, late records and dead letters that are not delivered.
    var pending: [String] = []
    /// How idle time has moved partitions on since the last delivery.
    var advances: [IdleAdvance] = []
    /// The partitions with what is committed for them.
    var assigned: [Int: PartitionOffset] = [:]
    /// Partitions that have gone while all of their progress was committed.
    var kept: Set<Int> = []
    /// Offsets to read next.
    var position: [Int: Int64] = [:]
    /// What was committed when a partition was assigned: below it records are replayed.
    var liveFrom: [Int: Int64] = [:]
    /// When a partition had its last record.
    var lastRecord: [Int: Int] = [:]

    /// What must never happen and did.
    var violations: [String] = []
    var counts = SimulationCounts()

    init(_ cluster: SimulatedCluster, _ settings: Settings, name: String) {
        self.cluster = cluster
        self.settings = settings
        self.name = name
        run = EngineRun(settings.pipeline)
    }

    var broken: BrokenRule? { settings.broken }

    /// Everything that is processed is committed.
    var isDone: Bool {
        guard case .running = stage, action == nil, !machine.isBusy, !machine.isOpen,
            pending.isEmpty
        else { return false }
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

    /// Does one thing.
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
        case .restoring: if settles(&random) { goOn(machine.resume()) } else { restore() }
        case .running: if settles(&random) { goOn(machine.resume()) } else { work(&random) }
        case .leaving:
            giveBack()
            join()
        }
    }

    /// Whether to end what an earlier delivery left; the next may begin before that.
    private func settles(_ random: inout Random) -> Bool {
        machine.isBusy && !random.chance(20)
    }

    // MARK: Membership

    /// Whether the group has news for this member; it may hear of them late.
    private func notice(_ random: inout Random) -> Bool {
        guard case .running = stage, !random.chance(30) else { return false }
        guard cluster.group.members[member] != nil,
            cluster.group.generation == generation || cluster.group.preparingSince != nil
        else {
            knowsOfLoss = true
            if broken == .deliversWhatIsLost {
                stage = .leaving(14)
                startDelivery()
            } else {
                giveBack()
                stage = .outside
            }
            return true
        }
        guard cluster.group.preparingSince != nil,
            cluster.group.members[member]?.hasJoined == false
        else { return false }
        stage = .leaving(random.below(14))
        startDelivery()
        return true
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
        knowsOfLoss = false
        stage = .restoring
    }

    // MARK: Work

    private func work(_ random: inout Random) {
        let elapsed = cluster.now - lastCommit
        if machine.isOpen
            || (pending.isEmpty ? elapsed >= 5_000 : (elapsed >= 1_000 || random.chance(10)))
        {
            startDelivery()
            if action != nil { return }
        }
        guard let partition = assigned.keys.sorted().randomElement(using: &random) else { return }
        let start = position[partition]!
        let end = min(
            cluster.end(of: partition), start + Int64([1, 7, 50, 1_000][random.below(4)]))
        guard start < end else { return advanceIdle(partition) }
        lastRecord[partition] = cluster.now
        pending += process(partition, start..<end)
        if broken == .publishesEarly {
            cluster.publish(pending)
            pending = []
        }
        position[partition] = end
        if random.chance(10) { deliverPart(&random) }
    }

    /// Processes records, and checks what holds after each batch.
    private func process(_ partition: Int, _ offsets: Range<Int64>) -> [String] {
        let before = run.engine.counters
        let output = run.process(cluster.logs[partition], offsets, partition: partition).all
        let counters = run.engine.counters
        let live = offsets.clamped(to: max(liveFrom[partition]!, 0)..<Int64.max).count
        if live == 0, !output.isEmpty { violations.append("replay emits \(output)") }
        if broken != .replaysAloud, counters.read - before.read != live {
            violations.append("\(counters.read - before.read) records counted, not \(live)")
        }
        if counters.read
            != counters.aggregated + counters.filtered + counters.late + counters.deadLetters
        {
            violations.append("records that came to nothing: \(counters)")
        }
        if let status = run.engine.status(of: partition),
            status.openWindows > settings.query.maximumOpenWindows
        {
            violations.append("\(status.openWindows) windows are open")
        }
        return output
    }

    private func advanceIdle(_ partition: Int) {
        let elapsed = cluster.now - lastRecord[partition]!
        guard settings.advancesIdle, elapsed >= 40_000,
            run.engine.advanceIdle(partition, elapsedMicroseconds: Int64(elapsed) * 1000)
        else { return }
        let progress = run.engine.progress(of: partition)
        if progress.nextOffset != cluster.end(of: partition) {
            violations.append("idle time before the end of the log: \(progress)")
        }
        advances.append(
            IdleAdvance(
                partition: partition, offset: progress.nextOffset,
                eventTime: progress.maximumEventTime ?? 0))
        pending += run.takeRows()
    }
}
