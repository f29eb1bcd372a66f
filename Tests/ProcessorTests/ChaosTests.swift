import EmbeddedBroker
import Foundation
import TestSupport
import Testing

/// Processors are killed, stopped for longer than the group waits for them, ended and added, and
/// connections are cut, while a generator runs: what is committed is what the model has.
@Suite struct ChaosTests {
    private final class Member {
        var program: Program
        var wakesAt: ContinuousClock.Instant?

        init(_ program: Program) { self.program = program }
    }

    @Test func whatIsCommittedEqualsTheModelWhateverHappens() throws {
        var random = SeededRandom()
        let harness = try PipelineHarness()
        let generator = try harness.generator(
            seed: 21, start: "2024-05-01T00:00:00Z", duration: "20s", speed: "120")
        var members = [Member(try harness.processor()), Member(try harness.processor())]
        var counts: [String: Int] = [:]
        defer { for member in members { member.program.send(SIGKILL) } }
        let pause = DispatchSemaphore(value: 0)
        while generator.isRunning {
            _ = pause.wait(timeout: .now() + .milliseconds(Int(300 + random.next() % 700)))
            let index = Int(random.next() % UInt64(members.count))
            let action = try act(Int(random.next() % 10), on: &members, index, harness)
            counts[action, default: 0] += 1
            wakeUp(members)
        }
        #expect(generator.wait().status == 0)
        for member in members where member.wakesAt != nil { member.program.send(SIGCONT) }
        members.append(Member(try harness.processor()))
        try harness.expectExactly(running: [members[members.count - 1].program], seconds: 90)
        for member in members { member.program.send(SIGTERM) }
        for member in members {
            let outcome = member.program.wait()
            #expect(outcome.status == 0, "seed \(random.seed): \(outcome.errors)")
        }
        try harness.expectExactly(running: [])
        print("chaos, seed \(random.seed): \(counts.sorted { $0.key < $1.key })")
    }

    private func act(
        _ choice: Int, on members: inout [Member], _ index: Int, _ harness: PipelineHarness
    ) throws -> String {
        let member = members[index]
        switch choice {
        case 0...2:
            member.program.send(SIGKILL)
            members[index] = Member(try harness.processor())
            return "killed"
        case 3...4 where member.wakesAt == nil:
            member.program.send(SIGSTOP)
            // The session lasts three seconds, a transaction four.
            member.wakesAt = .now + .milliseconds(5_000)
            return "stopped"
        case 5 where members.count > 1 && member.wakesAt == nil:
            member.program.send(SIGTERM)
            members.remove(at: index)
            return "ended"
        case 6 where members.count < 4:
            members.append(Member(try harness.processor()))
            return "added"
        case 7:
            harness.broker.disconnectAll()
            return "cut"
        case 8:
            let apis: [APIKey] = [
                .endTransaction, .transactionOffsetCommit, .produce, .addOffsetsToTransaction,
            ]
            harness.broker.injectFault(.loseReply, on: apis[index % apis.count])
            return "lost replies"
        default: return "nothing"
        }
    }

    private func wakeUp(_ members: [Member]) {
        for member in members {
            guard let time = member.wakesAt, time <= .now else { continue }
            member.program.send(SIGCONT)
            member.wakesAt = nil
        }
    }
}
