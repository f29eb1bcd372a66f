import Foundation
import Simulation
import Testing

/// A few worlds and restarts in a debug build, with all of its checks; `simulate` runs thousands.
@Suite struct SimulationTests {
    private let simulation: Simulation

    init() throws { simulation = try Simulation() }

    /// Seeds to run: the one of the environment, else some.
    private static var seeds: [UInt64] {
        let environment = ProcessInfo.processInfo.environment
        return environment["SEED"].flatMap { UInt64($0) }.map { [$0] } ?? Array(1...25)
    }

    @Test func whatIsCommittedIsWhatOneUndisturbedRunGives() {
        var counts = SimulationCounts()
        for seed in Self.seeds {
            let outcome = simulation.run(seed: seed)
            #expect(outcome.problems.isEmpty, "SEED=\(seed): \(outcome.problems.prefix(10))")
            counts += outcome.counts
        }
        guard Self.seeds.count > 1 else { return }
        // A simulation in which nothing happens proves nothing.
        for item in SimulationCounts.Item.allCases where item != .quietSeeds {
            #expect(counts[item] > 0, "\(item.rawValue): \(counts)")
        }
        #expect(counts[.results] > 40 * counts[.seeds])
        #expect(min(counts[.crashes], counts[.zombies], counts[.rebalances]) > 5 * counts[.seeds])
        #expect(min(counts[.aborts], counts[.replays], counts[.keptStates]) > 3 * counts[.seeds])
        #expect(counts[.quietSeeds] * 10 < counts[.seeds])
    }

    @Test func aSeedGivesTheSameWorldEachTime() {
        let first = simulation.run(seed: 1, without: .resendsBlindly)
        let second = simulation.run(seed: 1, without: .resendsBlindly)
        #expect(first.problems == second.problems && !first.problems.isEmpty)
        #expect(first.counts.description == second.counts.description)
    }

    @Test(arguments: BrokenRule.allCases)
    func aBrokenRuleIsNoticed(_ rule: BrokenRule) {
        #expect(simulation.firstProblem(without: rule) != nil)
    }
}
