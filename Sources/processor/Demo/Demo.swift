internal import ArgumentParser
internal import CommandLineSupport
internal import EmbeddedBroker
internal import StreamSQL
internal import Streaming

/// The whole of the demo in one process: a broker in memory, the generator, the query, the view.
final class Demo {
    private let broker: EmbeddedBroker
    private let generator: DemoGenerator
    private let execution: PipelineExecution
    private let view: DemoView
    private static let partitions = 4
    /// Each partition keeps so much: far more than a replay needs.
    private static let retentionBytes = 64 << 20

    init(_ pipeline: Pipeline, name: String, traffic: DemoTraffic) throws {
        let source = pipeline.source.options["subscribe"] ?? ""
        let sink = pipeline.sink?.options["topic"] ?? ""
        do {
            broker = try EmbeddedBroker()
            let topicSettings = TopicConfiguration(
                partitions: Self.partitions, retentionBytes: Self.retentionBytes)
            for topic in [source, sink, "\(source)-late", "\(source)-dead-letter"] {
                try broker.createTopic(topic, topicSettings)
            }
            try broker.start()
        } catch {
            throw ExitError(.failure, "the demo's broker does not start: \(error)")
        }
        generator = DemoGenerator(traffic, brokers: broker.bootstrapServers, topic: source)
        view = try DemoView(schema: pipeline.plan.outputSchema, traffic: traffic)
        var kafka = try KafkaOptions.parse([])
        kafka.brokers = broker.bootstrapServers
        execution = try PipelineExecution(
            pipeline, name: name, run: try RunOptions.parse([]), kafka: kafka, time: SystemTime(),
            observer: view)
        view.engine = execution.engine
    }

    /// Runs for `length`, or until a stop is requested if it is zero.
    func run(for length: TimeSpan) throws {
        try generator.start()
        defer { generator.stop() }
        let time = SystemTime()
        let end = time.uptime() + length.microseconds
        do {
            try execution.run {
                generator.noteProcessed(execution.engine.counters.read)
                view.refresh(sent: generator.sentReadings, uptime: time.uptime())
                return Shutdown.isRequested || length > .zero && time.uptime() >= end
                    || view.isClosed
            }
        } catch let error as OutputError {
            guard case .closed = error else { throw error }
        }
        view.finish(sent: generator.sentReadings, uptime: time.uptime())
    }
}
