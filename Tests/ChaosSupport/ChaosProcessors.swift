internal import Foundation
internal import TestSupport

/// The processors of a run: so many slots, each with one process at a time.
final class ChaosProcessors {
    private struct Slot {
        enum Phase { case gone, running, frozen, ending }

        var program: Program?
        var phase = Phase.gone
        /// When a process that was told to end is given up.
        var deadline = ContinuousClock.now
        /// Its connections hung, or it was frozen.
        var wasCutOff = false
        /// A new process is to start as soon as there is none.
        var isWanted = false
    }

    private let settings: ChaosSettings
    private let topics: ChaosTopics
    private var slots: [Slot]
    private(set) var starts = 0
    /// Static members that were cut off, and ended because they took what they met afterwards for
    /// another instance of their name.
    private(set) var fenced = 0
    /// Processes that ended as they should not have, in words.
    private(set) var failures: [String] = []

    /// How long SIGTERM may take: a processor waits for brokers that do not answer.
    private static let endLimit = Duration.seconds(90)

    init(_ settings: ChaosSettings, _ topics: ChaosTopics) {
        self.settings = settings
        self.topics = topics
        slots = Array(repeating: Slot(), count: settings.processors)
    }

    /// Starts one as soon as the slot is free.
    func start(_ slot: Int) { slots[slot].isWanted = true }

    /// SIGKILL. Returns whether there was a process to kill.
    func kill(_ slot: Int) -> Bool {
        guard slots[slot].phase == .running, let program = slots[slot].program else { return false }
        program.send(SIGKILL)
        let outcome = program.wait()
        slots[slot].phase = .gone
        slots[slot].program = nil
        if outcome.signal != SIGKILL { note("a processor had ended before its SIGKILL", outcome) }
        return outcome.signal == SIGKILL
    }

    /// SIGSTOP. Returns whether there was a process to stop.
    func freeze(_ slot: Int) -> Bool {
        guard slots[slot].phase == .running, let program = slots[slot].program else { return false }
        program.send(SIGSTOP)
        slots[slot].phase = .frozen
        slots[slot].wasCutOff = true
        return true
    }

    /// SIGCONT. Returns whether a process was frozen.
    func wake(_ slot: Int) -> Bool {
        guard slots[slot].phase == .frozen, let program = slots[slot].program else { return false }
        program.send(SIGCONT)
        slots[slot].phase = .running
        return true
    }

    /// SIGTERM. Returns whether there was a process to end.
    func end(_ slot: Int) -> Bool {
        guard slots[slot].phase == .running, let program = slots[slot].program else { return false }
        program.send(SIGTERM)
        slots[slot].phase = .ending
        slots[slot].deadline = .now + Self.endLimit
        return true
    }

    /// The processes there are, frozen ones included.
    var identifiers: [Int32] {
        slots.compactMap { $0.program?.isRunning == true ? $0.program?.identifier : nil }
    }

    /// The process of the slot, or of the next one in which one runs: its connections are to be
    /// cut or stalled.
    func victim(from slot: Int) -> Int32? {
        let index = slots.indices.map { (slot + $0) % slots.count }
            .first { slots[$0].phase == .running && slots[$0].program?.isRunning == true }
        guard let index else { return nil }
        slots[index].wasCutOff = true
        return slots[index].program?.identifier
    }

    /// Looks after all slots: those that have ended, and those that are to start.
    func tend() throws {
        for index in slots.indices {
            try reap(index)
            if slots[index].isWanted, slots[index].phase == .gone {
                slots[index].program = try launch(index)
                slots[index].phase = .running
                slots[index].isWanted = false
                slots[index].wasCutOff = false
                starts += 1
            }
        }
    }

    private func reap(_ index: Int) throws {
        guard let program = slots[index].program else { return }
        switch slots[index].phase {
        case .gone, .frozen: return
        case .running:
            guard !program.isRunning else { return }
            note("processor \(index) ended by itself", program.wait(), of: index)
            slots[index].isWanted = true
        case .ending:
            if program.isRunning {
                guard ContinuousClock.now > slots[index].deadline else { return }
                program.send(SIGKILL)
                note("processor \(index) did not end after SIGTERM", program.wait())
            } else {
                let outcome = program.wait()
                if outcome.status != 0 {
                    note("processor \(index) on SIGTERM", outcome, of: index)
                }
            }
        }
        slots[index].program = nil
        slots[index].phase = .gone
    }

    private func note(_ what: String, _ outcome: Program.Outcome, of slot: Int? = nil) {
        if let slot, slots[slot].wasCutOff, outcome.status == 1,
            outcome.errors.contains("same --instance-id")
        {
            fenced += 1
            return
        }
        let end = outcome.signal.map { "signal \($0)" } ?? "status \(outcome.status)"
        let lines = outcome.errors.split(separator: "\n").suffix(12).joined(separator: "\n    ")
        failures.append("\(what): \(end)\n    \(lines)")
    }

    private func launch(_ slot: Int) throws -> Program {
        // Both kinds of members of a group, side by side.
        let identity = slot % 2 == 1 ? ["--instance-id", "chaos-\(slot)"] : []
        return try Program(
            "processor",
            [
                "run", topics.query.path, "--brokers", topics.brokers, "--group", topics.group,
                "--idle-timeout", "0", "--trigger", "100ms",
            ] + identity + settings.kafkaArguments + settings.processorOptions)
    }

    /// Wakes those that are frozen and starts those that there are not.
    func bringBackAll() throws {
        for index in slots.indices {
            _ = wake(index)
            if slots[index].phase != .running { start(index) }
        }
        try tend()
    }

    /// Ends all in an orderly way.
    func endAll() throws {
        for index in slots.indices {
            slots[index].isWanted = false
            _ = end(index)
        }
        let limit = Double(Self.endLimit.components.seconds) + 30
        try waitUntil("all processors have ended", seconds: limit) {
            try tend()
            return slots.allSatisfy { $0.phase == .gone }
        }
    }

    /// The last thing that each has said.
    var state: String {
        slots.enumerated().map { index, slot in
            let line = slot.program?.errorsSoFar.split(separator: "\n").last ?? "-"
            return "processor \(index) is \(slot.phase): \(line)"
        }.joined(separator: "; ")
    }

    /// Leaves none behind, whatever state it is in.
    func killAll() {
        for index in slots.indices {
            slots[index].program?.send(SIGKILL)
            _ = slots[index].program?.wait()
            slots[index] = Slot()
        }
    }
}
