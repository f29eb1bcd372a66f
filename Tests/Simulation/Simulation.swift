import StreamSQL

/// Processors over a simulated Kafka, in virtual time, with everything going wrong that can: what
/// is committed is what one undisturbed run over the logs gives, each result exactly once.
///
/// Each seed is a world of its own: 1 to 4 partitions and instances, one of three queries, much or
/// little trouble, with or without idle time. The same seed gives the same world, everywhere.
/// `README.md` beside this file says which check holds which property of the protocol.
package struct Simulation: Sendable {
    private let queries: [(query: SimulatedQuery, pipeline: Pipeline)]

    package init() throws {
        queries = try SimulatedQuery.allCases.map { ($0, try $0.pipeline) }
    }

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
        let (query, pipeline) = queries[random.below(queries.count)]
        let logs = SimulatedInput.logs(partitions: 1 + random.below(4), &random)
        let cluster = SimulatedCluster(
            logs: logs, batchLimit: [1_000_000, 20_000, 3_000][random.below(3)],
            window: query.window)
        var world = SimulatedWorld(
            cluster,
            SimulatedProcessor.Settings(
                query: query, pipeline: pipeline, broken: broken,
                advancesIdle: random.chance(40)),
            calm: [1, 1, 3, 20][random.below(4)])
        world.run(&random)
        let expected = EngineRun.undisturbed(pipeline, logs, advances: cluster.advances)
        var outcome = Outcome(counts: world.counts)
        outcome.problems = Self.differences(cluster.output, expected.results) + world.problems
        if query != .sliding {
            outcome.problems += Self.loss(cluster.output, expected, logs)
        }
        outcome.counts[.seeds] = 1
        outcome.counts[.slidingSeeds] = query == .sliding ? 1 : 0
        Self.count(logs, expected.results, &outcome.counts)
        return outcome
    }

    /// Seeds within which each broken rule must be noticed.
    package static let seedsForRules: ClosedRange<UInt64> = 1...300

    /// The first sign, with its seed, that a rule is left out; nil if there is none.
    package func firstProblem(without rule: BrokenRule) -> String? {
        for seed in Self.seedsForRules {
            if let problem = run(seed: seed, without: rule).problems.first {
                return "seed \(seed): \(problem)"
            }
        }
        return nil
    }

    private static func count(
        _ logs: [[SimulatedRecord]], _ results: [String], _ counts: inout SimulationCounts
    ) {
        counts[.results] = results.count
        counts[.late] = results.count { $0.hasPrefix("late") }
        counts[.deadLetters] = results.count { $0.hasPrefix("dead") }
        for record in logs.joined() {
            counts[.nulls] += record.value == nil ? 1 : 0
            counts[.oversized] += (record.value?.count ?? 0) > 5_000 ? 1 : 0
        }
        let troubles = counts[.crashes] + counts[.zombies] + counts[.aborts]
        counts[.quietSeeds] = troubles == 0 || results.isEmpty ? 1 : 0
    }

    /// Each record must be in a row, in a window that is still open, late, a dead letter, or
    /// rejected by `WHERE`; windows that overlap have a record more than once.
    private static func loss(
        _ output: [String], _ expected: EngineRun.Undisturbed, _ logs: [[SimulatedRecord]]
    ) -> [String] {
        let records = logs.reduce(0) { $0 + $1.count }
        let sides = output.count { !$0.hasPrefix("{") }
        let counted = (output + expected.open).reduce(0) { $0 + readings(of: $1) }
        let sum = counted + sides + expected.filtered
        return sum == records ? [] : ["\(records) records are in the logs, \(sum) came out"]
    }

    /// `n` of a row; 0 for what is none.
    private static func readings(of line: String) -> Int {
        line.firstMatch(of: /"n":(\d+)/).flatMap { Int($0.1) } ?? 0
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
