internal import EmbeddedBroker
internal import Foundation
internal import Synchronization
internal import TestSupport

/// Kills, freezes, ends and starts processors and cuts them off while a generator runs; then lets
/// them finish, and compares what they committed with the sequential model of the raw topic.
public final class ChaosRun: Sendable {
    private let settings: ChaosSettings
    private let say: @Sendable (String) -> Void
    private let isCancelled = Atomic(false)

    /// - Parameter say: takes the lines that tell how it goes.
    public init(_ settings: ChaosSettings, say: @escaping @Sendable (String) -> Void = { _ in }) {
        self.settings = settings
        self.say = say
    }

    /// Lets `run` end all processes, remove the topics and throw.
    public func cancel() { isCancelled.store(true, ordering: .relaxed) }

    public func run() throws -> ChaosReport {
        var embedded: EmbeddedBroker?
        if settings.brokers == nil {
            var configuration = BrokerConfiguration()
            configuration.createsTopics = false
            embedded = try EmbeddedBroker(configuration: configuration)
            try embedded?.start()
        }
        defer { embedded?.stop() }
        let topics = try ChaosTopics(
            brokers: settings.brokers ?? embedded?.bootstrapServers ?? "", seed: settings.seed)
        try topics.create()
        defer {
            do { try topics.delete() } catch { say("topics are left behind: \(error)") }
        }
        let processors = ChaosProcessors(settings, topics)
        defer { processors.killAll() }
        let progress = try TopicReader(
            brokers: topics.brokers, topics: topics.outputs, partitions: ChaosTopics.partitions)
        var committed = 0
        var faults = FaultCounts()
        try runFaults(processors, topics, embedded) { faults, line in
            if progress.poll(milliseconds: 20) != nil { committed += 1 }
            return line ? "\(committed) results committed; \(faults)" : nil
        } counting: { faults = $0 }
        embedded?.clearFaults()
        var model = try topics.model()
        say("\(model.rawCount) records are in; waiting for the results that are still missing")
        try drain(processors, progress, &committed, &model)
        try topics.waitUntilSettled(seconds: 60)
        let comparison = try topics.compare(with: model)
        return ChaosReport(
            faults: faults, seed: settings.seed, isEmbedded: embedded != nil,
            differences: comparison.differences, summary: comparison.summary,
            isEqual: comparison.isEqual)
    }
}
