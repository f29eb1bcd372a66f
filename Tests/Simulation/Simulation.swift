import StreamSQL

/// Processors over a simulated Kafka, in virtual time, with everything going wrong that can: what
/// is committed is what one undisturbed run over the logs gives, each result exactly once.
///
/// Each seed is a world of its own: 1 to 4 partitions and instances, one of three queries, with or
/// without idle time. The same seed gives the same world, everywhere.
package struct Simulation: Sendable {
    private let pipelines: [Pipeline]

    package init() throws { pipelines = try SimulatedQuery.allCases.map { try $0.pipeline } }

    /// What came of some seeds.
    package struct Outcome: Sendable {
        /// What was wrong, the most telling first; empty if all was well.
        package var problems: [String] = []
        package var counts = SimulationCounts()
    }

    /// Runs the world of `seed`.
    /// - Parameter broken: a rule of the protocol to leave out.
    package func run(seed: UInt64, without broken: BrokenRule? = nil) -> Outcome {
        var random = Random(seed)
        let pipeline = pipelines[random.below(pipelines.count)]
        let logs = SimulatedInput.logs(partitions: 1 + random.below(4), &random)
        let advancesIdle = random.chance(25)
        let cluster = SimulatedCluster(
            logs: logs, batchLimit: random.chance(20) ? 100_000 : 1_000_000)
        var world = SimulatedWorld(
            cluster, pipeline, broken: broken, advancesIdle: advancesIdle)
        world.run(&random)
        let expected = EngineRun.undisturbed(pipeline, logs, advances: cluster.advances)
        var outcome = Outcome(counts: world.counts)
        outcome.problems = Self.differences(cluster.output, expected) + world.problems
        outcome.counts.seeds = 1
        outcome.counts.results = expected.count
        let troubles = world.counts.crashes + world.counts.zombies + world.counts.aborts
        outcome.counts.quietSeeds = troubles == 0 || expected.isEmpty ? 1 : 0
        return outcome
    }

    /// What is missing in `found` or there too often, in the order of the text.
    private static func differences(_ found: [String], _ expected: [String]) -> [String] {
        let (found, expected) = (found.sorted(), expected.sorted())
        var (missing, surplus) = ([String](), [String]())
        var (left, right) = (0, 0)
        while left < found.count || right < expected.count {
            if left < found.count, right < expected.count, found[left] == expected[right] {
                left += 1
                right += 1
            } else if right == expected.count
                || left < found.count && found[left] < expected[right]
            {
                surplus.append(found[left])
                left += 1
            } else {
                missing.append(expected[right])
                right += 1
            }
        }
        guard !missing.isEmpty || !surplus.isEmpty else { return [] }
        return ["\(missing.count) results missing, \(surplus.count) too many"]
            + missing.prefix(5).map { "missing: \(short($0))" }
            + surplus.prefix(5).map { "too many: \(short($0))" }
    }

    private static func short(_ line: String) -> String { line.replacing(/x{9,}/, with: "x…") }
}

/// How much happened.
package struct SimulationCounts: Sendable {
    package var seeds = 0
    /// Rows, late records and dead letters compared.
    package var results = 0
    package var crashes = 0
    /// Instances that slept for a while and woke up.
    package var zombies = 0
    package var rebalances = 0
    /// Transactions aborted.
    package var aborts = 0
    /// Answers that were lost on their way.
    package var lostAnswers = 0
    /// Partitions whose state was rebuilt from the log.
    package var replays = 0
    /// Partitions that came back to the instance that had kept their state.
    package var keptStates = 0
    /// Times that an idle partition moved on without a record.
    package var idleAdvances = 0
    /// Seeds in which nothing went wrong, or nothing was there to compare.
    package var quietSeeds = 0

    package init() {}

    package static func += (counts: inout SimulationCounts, more: SimulationCounts) {
        counts.seeds += more.seeds
        counts.results += more.results
        counts.crashes += more.crashes
        counts.zombies += more.zombies
        counts.rebalances += more.rebalances
        counts.aborts += more.aborts
        counts.lostAnswers += more.lostAnswers
        counts.replays += more.replays
        counts.keptStates += more.keptStates
        counts.idleAdvances += more.idleAdvances
        counts.quietSeeds += more.quietSeeds
    }
}
