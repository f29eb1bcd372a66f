internal import ConnectionFaults
internal import EmbeddedBroker
internal import Foundation
internal import TestSupport

/// Kills, freezes, ends and starts processors and cuts them off while a generator runs; then lets
/// them finish, and compares what they committed with the sequential model of the raw topic.
public final class ChaosRun {
    private let settings: ChaosSettings
    private let say: (String) -> Void
    private let isCancelled: () -> Bool
    private let embedded: EmbeddedBroker?
    private let topics: ChaosTopics
    private let processors: ChaosProcessors
    /// Nil once it has done its duty.
    private var progress: TopicReader?
    private var counts = FaultCounts()
    /// Records in the output topics, as a reader of committed ones sees them come.
    private var committed = 0
    /// Why connections cannot be cut.
    private var leftOut: String?

    /// How often events, processes and results are looked after.
    private static let tick = DispatchTimeInterval.milliseconds(20)

    /// - Parameters:
    ///   - say: takes the lines that tell how it goes.
    ///   - isCancelled: asked again and again; once it says so, `run` cleans up and throws.
    /// - Throws: if the broker cannot be started or reached, or the topics cannot be created.
    public init(
        _ settings: ChaosSettings, say: @escaping (String) -> Void = { _ in },
        isCancelled: @escaping () -> Bool = { false }
    ) throws {
        self.settings = settings
        self.say = say
        self.isCancelled = isCancelled
        embedded = settings.brokers == nil ? try Self.startBroker() : nil
        topics = try ChaosTopics(
            brokers: settings.brokers ?? embedded?.bootstrapServers ?? "", seed: settings.seed)
        do {
            try topics.create()
            progress = try TopicReader(
                brokers: topics.brokers, topics: topics.outputs, partitions: ChaosTopics.partitions)
        } catch {
            Self.delete(topics, say)
            throw error
        }
        processors = ChaosProcessors(settings, topics)
    }

    private static func startBroker() throws -> EmbeddedBroker {
        var configuration = BrokerConfiguration()
        configuration.createsTopics = false
        let broker = try EmbeddedBroker(configuration: configuration)
        try broker.start()
        return broker
    }

    private static func delete(_ topics: ChaosTopics, _ say: (String) -> Void) {
        do {
            try topics.delete()
        } catch {
            say("topics are left behind, named \(topics.group)-…: \(error)")
        }
    }

    /// Runs to the end and leaves nothing behind, neither processes nor topics.
    /// - Throws: ``ChaosCancelled``, or what kept it from getting to the comparison.
    public func run() throws -> ChaosReport {
        defer {
            processors.killAll()
            // A reader whose topics are removed beneath it may not come to an end.
            progress = nil
            Self.delete(topics, say)
            embedded?.stop()
        }
        try runFaults()
        takeBackFaults()
        say("the generator has ended: reading what it wrote")
        let model = try topics.model()
        let expected = model.expectedRows + model.expectedLate + model.expectedDeadLetters
        say("\(model.rawCount) records: waiting for \(expected - committed) of \(expected) results")
        var failures = try drain(expecting: expected)
        try processors.endAll()
        try topics.waitUntilSettled(seconds: 90)
        var comparison = try topics.compare(with: model)
        failures += processors.failures
        counts.starts = processors.starts
        counts.fenced = processors.fenced
        for failure in failures { comparison.differ(failure) }
        return ChaosReport(
            faults: counts, seed: settings.seed, isEmbedded: embedded != nil, leftOut: leftOut,
            differences: comparison.differences, summary: comparison.summary,
            isEqual: comparison.isEqual)
    }

    private func checkCancelled() throws {
        if isCancelled() { throw ChaosCancelled() }
    }

    // MARK: Faults

    /// Lets the generator run to its end, and everything happen meanwhile.
    private func runFaults() throws {
        let generator = try topics.generator(settings)
        defer { generator.send(SIGKILL) }
        let schedule = FaultSchedule(settings, duration: settings.seconds * 1000)
        let pause = DispatchSemaphore(value: 0)
        let began = ContinuousClock.now
        var events = schedule.events[...]
        var shown = 0
        while generator.isRunning || !events.isEmpty {
            try checkCancelled()
            let elapsed = Int(began.duration(to: .now) / .milliseconds(1))
            guard elapsed < settings.seconds * 1000 + 300_000 else {
                throw ClientError(
                    description: "the generator does not end: \(generator.errorsSoFar)")
            }
            while let event = events.first, event.time <= elapsed {
                perform(event.action)
                events.removeFirst()
            }
            try processors.tend()
            readProgress()
            if elapsed / settings.reportInterval > shown {
                shown = elapsed / settings.reportInterval
                counts.starts = processors.starts
                say("\(elapsed / 1000) s: \(committed) results committed; \(counts)")
            }
            _ = pause.wait(timeout: .now() + Self.tick)
        }
        let outcome = generator.wait()
        guard outcome.status == 0 else {
            throw ClientError(description: "the generator failed: \(outcome.errors)")
        }
    }

    private func perform(_ action: FaultSchedule.Action) {
        switch action {
        case .start(let slot): processors.start(slot)
        case .kill(let slot): counts.kills += processors.kill(slot) ? 1 : 0
        case .end(let slot): counts.ends += processors.end(slot) ? 1 : 0
        case .freeze(let slot): _ = processors.freeze(slot)
        case .wake(let slot): counts.zombies += processors.wake(slot) ? 1 : 0
        case .cut:
            if let embedded {
                embedded.disconnectAll()
                counts.cuts += 1
            } else {
                counts.cuts += strike(processors.identifiers, CONNECTION_CUT)
            }
        case .stall(let api, let slot):
            if let embedded {
                embedded.injectFault(.stall, on: api)
                counts.stalls += 1
            } else {
                counts.stalls += strike([processors.victim(from: slot)], CONNECTION_STALL)
            }
        case .loseReply(let api, let slot):
            if let embedded {
                embedded.injectFault(.loseReply, on: api)
                counts.lostReplies += 1
            } else {
                counts.cuts += strike([processors.victim(from: slot)], CONNECTION_CUT)
            }
        }
    }

    /// Hits connections at the processors' end.
    /// - Returns: 1 if there was a connection to hit.
    private func strike(_ processes: [Int32?], _ fault: Int32) -> Int {
        let hits = processes.compactMap { $0.map { connection_fault($0, fault) } }
        if let refusal = hits.first(where: { $0 == -EPERM || $0 == -ENOSYS }), leftOut == nil {
            leftOut = unsafe String(cString: strerror(-refusal))
            say("connections are left alone, for the system says: \(leftOut ?? "")")
        }
        return hits.contains { $0 > 0 } ? 1 : 0
    }

    /// What has not struck did not happen.
    private func takeBackFaults() {
        guard let embedded else { return }
        counts.stalls -= embedded.waitingFaults(.stall)
        counts.lostReplies -= embedded.waitingFaults(.loseReply)
        embedded.clearFaults()
    }

    private func readProgress() {
        while progress?.poll(milliseconds: 0) != nil { committed += 1 }
    }

    /// Lets all processors run undisturbed until the results are there.
    /// - Returns: what is amiss.
    private func drain(expecting expected: Int) throws -> [String] {
        try processors.bringBackAll()
        do {
            try waitUntil("results are there", seconds: settings.drainSeconds) {
                try checkCancelled()
                try processors.tend()
                readProgress()
                return committed >= expected
            }
        } catch is NotInTime {
            return [
                "\(expected - committed) results are missing after \(settings.drainSeconds) s of "
                    + "peace; \(processors.state)"
            ]
        }
        return []
    }
}

/// Somebody did not want to wait for the end.
public struct ChaosCancelled: Error, CustomStringConvertible {
    public var description: String { "stopped before its end: nothing was compared" }
}
