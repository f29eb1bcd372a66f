import Streaming

/// The processors of one seed and what befalls them.
struct SimulatedWorld {
    private struct Instance {
        var processor: SimulatedProcessor
        var sleepsUntil = 0
    }

    private let cluster: SimulatedCluster
    private let settings: SimulatedProcessor.Settings
    /// Trouble comes once in so many times.
    private let calm: Int
    private var instances: [Instance] = []
    private var started = 0
    private(set) var problems: [String] = []
    private(set) var counts = SimulationCounts()

    init(_ cluster: SimulatedCluster, _ settings: SimulatedProcessor.Settings, calm: Int) {
        self.cluster = cluster
        self.settings = settings
        self.calm = calm
    }

    /// Lets things go wrong until the logs have grown to their ends, then lets all come to rest.
    mutating func run(_ random: inout Random) {
        for _ in 0...random.below(3) { start() }
        let end = cluster.logs.flatMap { $0 }.map(\.arrival).max() ?? 0
        for _ in 0..<4_000 where cluster.now < end + 20_000 {
            disturb(&random)
            tick(&random, milliseconds: random.below(200))
        }
        for index in instances.indices { instances[index].sleepsUntil = 0 }
        cluster.silenceCoordinator(for: 0)
        for _ in 0..<6_000 where !isAtRest { tick(&random, milliseconds: 300) }
        if !isAtRest { problems.append("does not come to an end") }
        for instance in instances { collect(instance.processor) }
        problems += cluster.violations
        counts += cluster.counts
        counts[.idleAdvances] += cluster.advances.count
        counts[.rebalances] += cluster.group.generation
    }

    private var isAtRest: Bool {
        cluster.isFinished && instances.allSatisfy { $0.processor.isDone }
    }

    private mutating func start() {
        started += 1
        instances.append(
            Instance(
                processor: SimulatedProcessor(cluster, settings, name: "i\(started)")))
    }

    private mutating func tick(_ random: inout Random, milliseconds: Int) {
        for instance in instances where instance.sleepsUntil <= cluster.now {
            instance.processor.heartbeat()
        }
        cluster.advance(by: milliseconds)
        for _ in 0..<3 {
            guard let instance = instances.randomElement(using: &random),
                instance.sleepsUntil <= cluster.now
            else { continue }
            instance.processor.step(&random)
        }
    }

    private mutating func disturb(_ random: inout Random) {
        guard let index = instances.indices.randomElement(using: &random) else { return }
        switch random.below(400 * calm) {
        case 0, 1, 2:
            counts[.crashes] += 1
            collect(instances[index].processor)
            instances.remove(at: index)
            start()
        case 3...6:
            // Longer than the session, or the transaction, or neither.
            counts[.zombies] += 1
            instances[index].sleepsUntil = cluster.now + 1_000 + random.below(25_000)
        case 7 where instances.count < 4: start()
        case 8 where instances.count > 1:
            counts[.orderlyLeaves] += 1
            instances[index].processor.leave()
            collect(instances[index].processor)
            instances.remove(at: index)
        case 9, 10:
            counts[.silences] += 1
            cluster.silenceCoordinator(for: 1_000 + random.below(20_000))
        default: break
        }
    }

    private mutating func collect(_ processor: SimulatedProcessor) {
        problems += processor.violations
        counts += processor.counts
    }
}
