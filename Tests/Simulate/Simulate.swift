import ArgumentParser
import Simulation

/// Proves exactly once without a clock or a socket. A program of its own because thousands of
/// worlds want an optimised build.
@main struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Proves exactly once in virtual time, without a clock or a socket.",
        discussion: """
            Restarts: a log with disorder, late and bad records is restarted at every offset; the \
            state that is rebuilt, and what follows, must be those of a run without a restart.

            Worlds: processors over a simulated Kafka, with everything going wrong that can; what \
            is committed must be what one undisturbed run over the logs gives.

            Rules: each rule of the protocol is left out in turn; some world must notice.

            Exit status: 0 all is equal; 1 something differs, and the offset or seed it was; \
            64 wrong usage.
            """)

    @Option(help: ArgumentHelp("How many worlds.", valueName: "count"))
    var seeds: UInt32 = 2_000

    @Option(help: ArgumentHelp("The seed of the first world.", valueName: "seed"))
    var from: UInt32 = 1

    @Option(
        help: ArgumentHelp(
            "The length of the log that is restarted at every offset; 0 for none.",
            valueName: "count"))
    var records: UInt32 = 10_000

    @Option(
        help: ArgumentHelp(
            "One world alone, the same each time: what a failure asks for.", valueName: "seed"))
    var seed: UInt32?

    func run() async throws {
        let simulation = try Simulation()
        if let seed { return try show(simulation.run(seed: UInt64(seed)), seed) }
        let clock = ContinuousClock()
        let start = clock.now
        if records > 0 {
            for query in RestartProof.Query.allCases {
                try await proveRestarts(query, records: Int(records))
            }
        }
        let restarted = clock.now
        let first = UInt64(from)
        try await simulate(simulation, first..<first + UInt64(seeds))
        let simulated = clock.now
        try await breakRules(simulation)
        print(
            """
            all is equal; restarts \((restarted - start).components.seconds) s, worlds \
            \((simulated - restarted).components.seconds) s, rules \
            \((clock.now - simulated).components.seconds) s
            """)
    }

    // MARK: Restarts

    private func proveRestarts(_ query: RestartProof.Query, records: Int) async throws {
        let proof = try RestartProof(query, SensorLog(count: records, seed: 7))
        let length = 250
        var outcome = RestartProof.Outcome()
        let parts = try await inParallel(stride(from: 0, through: records, by: length)) { start in
            try proof.run(start..<min(start + length, records + 1), continuingEvery: 20)
        }
        for part in parts { outcome += part }
        print(
            """
            restarts, \(query.rawValue) windows: \(outcome.restarts) of a log of \(records) \
            records (\(outcome.rows) rows, \(outcome.late) late, \(outcome.deadLetters) dead \
            letters), state equal bit for bit after replay of \(outcome.replayedRecords) records; \
            \(outcome.continued) went on to the end, \(outcome.results) results equal
            """)
        guard outcome.problems.isEmpty else { throw Failure(outcome.problems) }
        precondition(outcome.restarts == records + 1 && outcome.continued > 0, "all were proved")
    }

    // MARK: Worlds

    private func simulate(_ simulation: Simulation, _ seeds: Range<UInt64>) async throws {
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
        print("worlds:\(counts)")
        guard let first = failures.first else { return }
        throw Failure(
            first.problems.prefix(10) + [
                "\(failures.count) of \(counts[.seeds]) seeds fail, the first of them alone:",
                "  swift run -c release simulate --seed \(first.seed)",
            ])
    }

    private func show(_ outcome: Simulation.Outcome, _ seed: UInt32) throws {
        print("seed \(seed):\(outcome.counts)")
        guard outcome.problems.isEmpty else { throw Failure(outcome.problems) }
        print("all is equal")
    }

    // MARK: Rules

    /// Leaves out one rule of the protocol after the other: each must be noticed.
    private func breakRules(_ simulation: Simulation) async throws {
        let found = try await inParallel(BrokenRule.allCases) { rule in
            (rule, simulation.firstProblem(without: rule))
        }
        for (rule, problem) in found {
            print("a processor that \(rule.rawValue) is noticed by \(problem ?? "nothing")")
        }
        guard found.allSatisfy({ $0.1 != nil }) else {
            throw Failure(["the simulation is blind to a rule"])
        }
    }

    // MARK: Help

    /// `body` of each, in order, on all cores.
    private func inParallel<Element: Sendable, Result: Sendable>(
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
}

/// What differs, one thing a line.
private struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ lines: [String]) { description = lines.joined(separator: "\n") }
}
