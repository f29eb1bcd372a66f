import Simulation
import TestSupport
import Testing

/// A restart at any offset rebuilds the state from the log and the committed text alone, and goes
/// on as if nothing had happened. `simulate` does the same with a long log.
@Suite struct RestartTests {
    private let log: SensorLog

    init() { log = SensorLog(count: 900, seed: SeededRandom().seed) }

    @Test(arguments: RestartProof.Query.allCases)
    func aRestartAtEveryOffsetGoesOnAsIfNothingHadHappened(_ query: RestartProof.Query) throws {
        let proof = try RestartProof(query, log)
        for start in stride(from: 0, through: 900, by: 100) {
            let outcome = try proof.run(
                start..<min(start + 100, 901), continuingEvery: 10)
            #expect(outcome.problems.isEmpty, "seed \(log.seed): \(outcome.problems.prefix(3))")
            #expect(outcome.restarts > 0 && outcome.continued > 0)
            #expect(min(outcome.rows, outcome.late, outcome.deadLetters) > 0)
        }
    }
}
