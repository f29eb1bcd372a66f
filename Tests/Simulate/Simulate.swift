#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import Simulation

/// Proves exactly once without a clock or a socket: restarts at every offset of a log, and
/// simulated processors in virtual time with everything going wrong that can. A program of its own
/// because thousands of worlds want an optimised build.
///
///     simulate [--seeds 2000] [--from 1] [--records 10000]     no restarts of 0 records
///     simulate --seed 17                                       that world alone
///
/// Ends with 1 where a result differs, having said which seed it was and how to run it alone.
@main enum Simulate {
    static func main() async throws {
        let options: Options
        do {
            options = try Options(CommandLine.arguments.dropFirst())
        } catch {
            print(error)
            exit(2)
        }
        let simulation = try Simulation()
        let clock = ContinuousClock()
        let start = clock.now
        if options.records > 0 {
            for query in RestartProof.Query.allCases {
                try await proveRestarts(query, records: options.records)
            }
        }
        try await simulate(simulation, options.seeds)
        if options.breaksRules { try await breakRules(simulation) }
        print("all is equal; \((clock.now - start).components.seconds) s")
    }

    // MARK: Restarts

    private static func proveRestarts(_ query: RestartProof.Query, records: Int) async throws {
        let proof = try RestartProof(query, SensorLog(count: records, seed: 7))
        let length = 250
        var outcome = RestartProof.Outcome()
        let parts = try await inParallel(stride(from: 0, through: records, by: length)) { start in
            try proof.run(start..<min(start + length, records + 1), continuingEvery: 20)
        }
        for part in parts { outcome += part }
        print(
            """
            restarts, \(query.rawValue) windows: \(outcome.restarts) of a log of \(records) records \
            (\(outcome.rows) rows, \(outcome.late) late, \(outcome.deadLetters) dead letters), \
            state equal bit for bit after replay of \(outcome.replayedRecords) records; \
            \(outcome.continued) went on to the end, \(outcome.results) results equal
            """)
        guard outcome.problems.isEmpty else { fail(outcome.problems) }
        precondition(outcome.restarts == records + 1 && outcome.continued > 0, "all were proved")
    }

    // MARK: Worlds

    private static func simulate(_ simulation: Simulation, _ seeds: Range<UInt64>) async throws {
        var counts = SimulationCounts()
        var failures: [(seed: UInt64, problems: [String])] = []
        let blocks = stride(from: seeds.lowerBound, to: seeds.upperBound, by: 20)
        let results = try await inParallel(blocks) { start in
            (start..<min(start + 20, seeds.upperBound)).map { seed in
                (seed, simulation.run(seed: seed))
            }
        }
        for (seed, outcome) in results.joined() {
            counts += outcome.counts
            if !outcome.problems.isEmpty { failures.append((seed, outcome.problems)) }
        }
        print(
            """
            simulation: \(counts.seeds) seeds from \(seeds.lowerBound), \(counts.results) results \
            compared; \(counts.crashes) crashes, \(counts.zombies) zombies, \
            \(counts.rebalances) rebalances, \(counts.aborts) aborted transactions, \
            \(counts.lostAnswers) lost answers, \(counts.replays) replays, \
            \(counts.keptStates) states kept, \(counts.idleAdvances) idle periods; \
            \(counts.quietSeeds) seeds without trouble
            """)
        guard let first = failures.first else { return }
        fail(
            first.problems.prefix(10) + [
                "\(failures.count) seeds fail, the first is \(first.seed); alone:",
                "  swift run -c release simulate --seed \(first.seed)",
            ])
    }

    /// Leaves out one rule of the protocol after the other: each must be noticed.
    private static func breakRules(_ simulation: Simulation) async throws {
        let seeds: ClosedRange<UInt64> = 1...300
        let found = try await inParallel(BrokenRule.allCases) { rule -> (BrokenRule, String?) in
            for seed in seeds {
                let problems = simulation.run(seed: seed, without: rule).problems
                if let first = problems.first { return (rule, "seed \(seed): \(first)") }
            }
            return (rule, nil)
        }
        for (rule, problem) in found {
            print("a processor that \(rule.rawValue) is noticed by \(problem ?? "nothing")")
        }
        guard found.allSatisfy({ $0.1 != nil }) else { fail(["the simulation is blind to a rule"]) }
    }

    // MARK: Help

    /// `body` of each, in order, on all cores.
    private static func inParallel<Element: Sendable, Result: Sendable>(
        _ elements: some Sequence<Element>,
        _ body: @escaping @Sendable (Element) throws -> Result
    ) async throws -> [Result] {
        try await withThrowingTaskGroup(of: (Int, Result).self) { group in
            var results: [Result?] = []
            for (index, element) in elements.enumerated() {
                results.append(nil)
                group.addTask { (index, try body(element)) }
            }
            for try await (index, result) in group { results[index] = result }
            return results.compactMap { $0 }
        }
    }

    private static func fail(_ lines: some Sequence<String>) -> Never {
        for line in lines { print(line) }
        exit(1)
    }
}
