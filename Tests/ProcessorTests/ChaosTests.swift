import ChaosSupport
import Foundation
import TestSupport
import Testing

/// Processors are killed, stopped for longer than the group waits for them, ended and added, and
/// connections are cut, while a generator runs: what is committed is what the model has. The short
/// form of `make chaos`.
@Suite struct ChaosTests {
    @Test func whatIsCommittedEqualsTheModelWhateverHappens() throws {
        let seed = SeededRandom().seed % 1_000_000
        let brokers = ProcessInfo.processInfo.environment["TIDEMARK_TEST_BROKERS"]
        let settings = ChaosSettings(
            seed: seed, seconds: 20, processors: 4, brokers: brokers, pace: 300...1000)
        let report = try ChaosRun(settings).run()
        #expect(report.isEqual, "\(report.lastLine): \(report.differences)")
        print(report.lastLine)
    }
}
