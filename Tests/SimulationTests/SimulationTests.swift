import Foundation
import Kafka
import StreamSQL
import Streaming
import TestSupport
import Testing

/// Processors over a simulated Kafka, in virtual time, with everything going wrong that can: what
/// is committed is what one undisturbed run over the logs gives.
@Suite struct SimulationTests {
    private static let pipelines = try? SimulatedQuery.allCases.map { try $0.pipeline }

    /// Seeds to run: the one of the environment, else many.
    private static var seeds: [UInt64] {
        if let seed = ProcessInfo.processInfo.environment["SEED"].flatMap({ UInt64($0) }) {
            return [seed]
        }
        #if DEBUG
            return Array(1...100)
        #else
            return Array(1...2_000)
        #endif
    }

    struct Outcome {
        var problems: [String] = []
        var crashes = 0
        var zombies = 0
        var reuses = 0
        var rows = 0
    }

    @Test func whatIsCommittedIsWhatOneUndisturbedRunGives() throws {
        let pipelines = try #require(Self.pipelines)
        var total = Outcome()
        for seed in Self.seeds {
            let outcome = simulate(seed, pipelines)
            #expect(outcome.problems.isEmpty, "SEED=\(seed): \(outcome.problems.prefix(30))")
            total.crashes += outcome.crashes
            total.zombies += outcome.zombies
            total.reuses += outcome.reuses
            total.rows += outcome.rows
        }
        print(
            "simulation: \(total.rows) results compared, \(total.crashes) crashes, "
                + "\(total.zombies) zombies, \(total.reuses) states kept")
        guard Self.seeds.count > 1 else { return }
        #expect(total.crashes > 100 && total.zombies > 100 && total.reuses > 100)
    }

    @Test(
        arguments: SimulatedProcessor.Mutation.allCases.filter { $0 != .none })
    func aBrokenProtocolIsNoticed(_ mutation: SimulatedProcessor.Mutation) throws {
        let pipelines = try #require(Self.pipelines)
        let isNoticed = (1...300).contains { seed in
            !simulate(UInt64(seed), pipelines, mutation).problems.isEmpty
        }
        #expect(isNoticed)
    }

    /// Runs one world to its end.
    private func simulate(
        _ seed: UInt64, _ pipelines: [Pipeline],
        _ mutation: SimulatedProcessor.Mutation = .none
    ) -> Outcome {
        var random = Random(seed)
        let pipeline = pipelines[random.below(pipelines.count)]
        let logs = SimulatedInput.logs(partitions: 1 + random.below(4), &random)
        let isIdle = random.chance(25)
        let cluster = SimulatedCluster(
            logs: logs, batchLimit: random.chance(20) ? 100_000 : 1_000_000)
        var world = World(cluster, pipeline, mutation, advancesIdle: isIdle)
        let isSettled = world.run(&random)
        var outcome = world.outcome
        if !isSettled { outcome.problems.append("does not come to an end") }
        outcome.problems += cluster.violations
        outcome.rows = cluster.output.count
        if isIdle {
            outcome.problems += Self.repeated(cluster.output)
        } else {
            let expected = EngineRun.sequential(pipeline, logs).sorted()
            let found = cluster.output.sorted()
            if found != expected {
                let difference = found.difference(from: expected)
                outcome.problems.append(
                    "\(difference.removals.count) missing, \(difference.insertions.count) too many")
                outcome.problems += difference.prefix(40).map { change in
                    switch change {
                    case .remove(_, let line, _): "missing: \(short(line))"
                    case .insert(_, let line, _): "too many: \(short(line))"
                    }
                }
            }
        }
        return outcome
    }

    private func short(_ line: String) -> String {
        line.replacing(/x{9,}/, with: "x…")
    }

    /// With idle time what is late depends on the clock; but nothing comes twice.
    private static func repeated(_ output: [String]) -> [String] {
        let groups = Dictionary(grouping: output) { line in
            line.hasPrefix("{") ? String(line.prefix { $0 != "," }) + key(line) : line
        }
        return groups.filter { $0.value.count > 1 }.map { "more than once: \($0.value[0])" }
    }

    private static func key(_ row: String) -> String {
        String(row.split(separator: ",").dropFirst().first ?? "")
    }
}

/// The processors of one seed and what befalls them.
struct World {
    private struct Instance {
        var processor: SimulatedProcessor
        var sleepsUntil = 0
    }

    private let cluster: SimulatedCluster
    private let pipeline: Pipeline
    private let mutation: SimulatedProcessor.Mutation
    private let advancesIdle: Bool
    private var instances: [Instance] = []
    private var started = 0
    private(set) var outcome = SimulationTests.Outcome()

    init(
        _ cluster: SimulatedCluster, _ pipeline: Pipeline,
        _ mutation: SimulatedProcessor.Mutation, advancesIdle: Bool
    ) {
        self.cluster = cluster
        self.pipeline = pipeline
        self.mutation = mutation
        self.advancesIdle = advancesIdle
    }

    /// True if everything comes to rest once nothing goes wrong any more.
    mutating func run(_ random: inout Random) -> Bool {
        for _ in 0...random.below(3) { start(named: nil) }
        let end = cluster.logs.flatMap { $0 }.map(\.arrival).max() ?? 0
        for _ in 0..<4_000 where cluster.now < end + 20_000 {
            disturb(&random)
            tick(&random, milliseconds: random.below(200))
        }
        for index in instances.indices { instances[index].sleepsUntil = 0 }
        for _ in 0..<6_000 {
            tick(&random, milliseconds: 300)
            if cluster.isFinished, instances.allSatisfy({ $0.processor.isDone }) { break }
        }
        for instance in instances { collect(instance.processor) }
        return cluster.isFinished && instances.allSatisfy { $0.processor.isDone }
    }

    private mutating func start(named name: String?) {
        started += 1
        instances.append(
            Instance(
                processor: SimulatedProcessor(
                    cluster, pipeline, name: name ?? "i\(started)", mutation: mutation,
                    deliversIdle: advancesIdle)))
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
        switch random.below(400) {
        case 0, 1, 2:
            outcome.crashes += 1
            collect(instances[index].processor)
            instances.remove(at: index)
            start(named: nil)
        case 3...6:
            // Longer than the session, or the transaction, or neither.
            outcome.zombies += 1
            instances[index].sleepsUntil = cluster.now + 1_000 + random.below(25_000)
        case 7 where instances.count < 4: start(named: nil)
        case 8 where instances.count > 1:
            instances[index].processor.leave()
            collect(instances[index].processor)
            instances.remove(at: index)
        default: break
        }
    }

    private mutating func collect(_ processor: SimulatedProcessor) {
        outcome.problems += processor.violations
        outcome.reuses += processor.reuses
    }
}
