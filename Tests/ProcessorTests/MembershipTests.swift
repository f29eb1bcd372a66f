import EmbeddedBroker
import Foundation
import TestSupport
import Testing

/// Instances with names of their own, and instances that the group has given up.
@Suite(.serialized) struct MembershipTests {
    private let harness: PipelineHarness

    init() throws { harness = try PipelineHarness() }

    /// The lists of partitions in the lines with these words, in order.
    private func partitions(_ words: String, _ program: Program) -> [String] {
        program.errorsSoFar.split(separator: "\n").filter { $0.contains(words) }.compactMap {
            $0.firstMatch(of: /partitions=([0-9,]*)/).map { String($0.1) }
        }
    }

    private func waitForPartitions(_ program: Program, count: Int) throws {
        try waitUntil("\(count) partitions are assigned", seconds: 120) {
            guard program.isRunning else {
                throw NotInTime(description: "a processor has ended: \(program.errorsSoFar)")
            }
            let last = partitions("partitions assigned", program).last
            return last?.split(separator: ",").count == count
        }
    }

    private func named(_ name: String, _ arguments: [String] = []) throws -> Program {
        try harness.processor(["--instance-id", name] + arguments)
    }

    private func end(_ programs: Program...) {
        for program in programs { program.send(SIGTERM) }
        for program in programs {
            let outcome = program.wait()
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
    }

    @Test(arguments: [SIGKILL, SIGTERM])
    func aRestartedInstanceTakesItsPartitionsBackWithoutARebalance(signal: Int32) throws {
        let patience = PipelineHarness.patience
        let steady = try named("steady", patience)
        try waitForPartitions(steady, count: 4)
        let first = try named("restarted", patience)
        try waitForPartitions(first, count: 2)
        try waitForPartitions(steady, count: 2)
        try harness.generate(seed: 31, start: "2024-05-01T00:00:00Z")
        try harness.expectExactly(running: [steady, first])
        let before = partitions("partitions assigned", steady).count
        let own = try #require(partitions("partitions assigned", first).last)

        first.send(signal)
        _ = first.wait()
        let second = try named("restarted", patience)
        try waitForPartitions(second, count: 2)
        #expect(partitions("partitions assigned", second) == [own])
        try harness.generate(seed: 32, start: "2024-05-01T00:20:00Z")
        try harness.expectExactly(running: [steady, second])
        #expect(partitions("partitions assigned", steady).count == before)
        end(steady, second)
    }

    @Test func ofTwoInstancesWithOneNameOneIsFencedAndSaysWhy() throws {
        let first = try named("twin")
        try waitForPartitions(first, count: 4)
        try harness.generate(seed: 33, start: "2024-05-01T00:00:00Z")
        try harness.expectExactly(running: [first])
        let second = try named("twin")
        try waitUntil("one of the two has ended", seconds: 120) {
            !first.isRunning || !second.isRunning
        }
        let (fenced, other) = first.isRunning ? (second, first) : (first, second)
        let outcome = fenced.wait()
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("same --instance-id"), "\(outcome.errors)")
        try harness.generate(seed: 34, start: "2024-05-01T00:20:00Z")
        try harness.expectExactly(running: [other])
        end(other)
    }

    @Test func anInstanceThatTheGroupGaveUpJoinsItAgain() throws {
        let sleeper = try harness.processor()
        try waitForPartitions(sleeper, count: 4)
        try harness.generate(seed: 35, start: "2024-05-01T00:00:00Z")
        try harness.expectExactly(running: [sleeper])
        sleeper.send(SIGSTOP)
        let heir = try harness.processor()
        try waitForPartitions(heir, count: 4)
        try harness.generate(seed: 36, start: "2024-05-01T00:20:00Z")
        sleeper.send(SIGCONT)
        try waitForPartitions(sleeper, count: 2)
        try waitForPartitions(heir, count: 2)
        try harness.generate(seed: 37, start: "2024-05-01T00:40:00Z")
        try harness.expectExactly(running: [sleeper, heir])
        end(sleeper, heir)
        try harness.expectExactly(running: [])
    }

    @Test func anInstanceThatSleptAloneGoesOnWhereItStood() throws {
        let sleeper = try harness.processor()
        try harness.generate(seed: 38, start: "2024-05-01T00:00:00Z")
        try waitUntil("some rows are there") { try harness.rowCount() > 50 }
        sleeper.send(SIGSTOP)
        try waitUntil("the group has given it up", seconds: 120) {
            harness.broker.group("tidemark-vehicles")?.members.isEmpty ?? true
        }
        try harness.generate(seed: 39, start: "2024-05-01T00:20:00Z")
        sleeper.send(SIGCONT)
        try harness.expectExactly(running: [sleeper])
        // A heartbeat or the transaction in hand tells it, whichever is answered first.
        let told = ["partitions lost", "results were not committed: joining the group anew"]
        #expect(told.contains { sleeper.errorsSoFar.contains($0) }, "\(sleeper.errorsSoFar)")
        end(sleeper)
    }

    @Test(arguments: [Fault.stall, .refuse(.unstableOffsetCommit)])
    func anInstanceThatCannotReadItsOffsetsInTimeJoinsTheGroupAgain(fault: Fault) throws {
        try harness.generate(seed: 41, start: "2024-05-01T00:00:00Z")
        harness.broker.injectFault(fault, on: .offsetFetch, times: nil)
        let processor = try harness.processor(["--trigger", "available-now"])
        try waitUntil("it has given up and joined again", seconds: 120) {
            processor.errorsSoFar.components(separatedBy: "joining it anew").count > 2
        }
        #expect(processor.isRunning && !processor.errorsSoFar.contains("partitions assigned"))
        harness.broker.clearFaults()
        let outcome = processor.wait()
        #expect(outcome.status == 0, "\(outcome.errors)")
        try harness.expectExactly(running: [])
    }

    @Test(arguments: [
        (APIKey.offsetFetch, Fault.stall), (.offsetFetch, .refuse(.unstableOffsetCommit)),
        (.metadata, .stall), (.metadata, .disconnect),
    ])
    func anInstanceEndsWhileItGetsNoAnswers(to api: APIKey, fault: Fault) throws {
        try harness.generate(seed: 40, start: "2024-05-01T00:00:00Z")
        let count = harness.broker.requestCount(api)
        harness.broker.injectFault(fault, on: api, times: nil)
        let stopped = try harness.processor()
        try waitUntil("it has asked", seconds: 120) { harness.broker.requestCount(api) > count }
        end(stopped)
        #expect(!stopped.errorsSoFar.contains("partitions assigned"))
        harness.broker.clearFaults()
        let next = try harness.processor()
        try harness.expectExactly(running: [next])
        end(next)
    }
}
