import EmbeddedBroker
import Foundation
import TestSupport
import Testing

/// A broker in this process, and the programs that run against it.
struct PipelineHarness {
    let broker: EmbeddedBroker
    static let raw = "sensor-data-raw"
    static let aggregated = "sensor-data-aggregated"
    static let partitions = 4

    /// - Parameter maximumBatchBytes: the longest batch that the output topics take.
    init(maximumBatchBytes: Int = 1_048_588) throws {
        var configuration = BrokerConfiguration()
        configuration.createsTopics = false
        broker = try EmbeddedBroker(configuration: configuration)
        try broker.createTopic(Self.raw, TopicConfiguration(partitions: Self.partitions))
        let output = TopicConfiguration(
            partitions: Self.partitions, maximumBatchBytes: maximumBatchBytes)
        for topic in [Self.aggregated, "\(Self.raw)-late", "\(Self.raw)-dead-letter"] {
            try broker.createTopic(topic, output)
        }
        try broker.start()
    }

    /// Readings of 20 vehicles over 20 minutes of event time, some late, some broken.
    func generate(seed: Int, start: String) throws {
        let outcome = try generator(seed: seed, start: start, duration: "1s", speed: "1200").wait()
        #expect(outcome.status == 0, "\(outcome.errors)")
    }

    func generator(
        seed: Int, start: String, duration: String, speed: String, _ arguments: [String] = []
    ) throws -> Program {
        try Program(
            "generator",
            [
                "--brokers", broker.bootstrapServers, "--entities", "20", "--interval", "10ms",
                "--duration", duration, "--speed", speed, "--start", start, "--seed", "\(seed)",
                "--disorder", "20s", "--late", "0.01", "--malformed", "0.01",
            ] + arguments)
    }

    func processor(_ arguments: [String] = []) throws -> Program {
        try Program(
            "processor",
            [
                "run", CommandLineTests.vehicles, "--brokers", broker.bootstrapServers,
                "--idle-timeout", "0", "--kafka", "session.timeout.ms=3000",
                "--kafka", "max.poll.interval.ms=6000", "--kafka", "heartbeat.interval.ms=300",
                "--kafka", "transaction.timeout.ms=4000", "--trigger", "100ms",
            ] + arguments)
    }

    /// What a reader of committed records gets, those of a partition in log order.
    func read(_ topic: String) throws -> [(partition: Int, record: BrokerRecord)] {
        try (0..<Self.partitions).flatMap { partition in
            try broker.records(in: topic, partition: partition).map { (partition, $0) }
        }
    }

    /// The plain model of each partition of the raw topic.
    func models() throws -> [VehicleModel] {
        var models = [VehicleModel](repeating: VehicleModel(), count: Self.partitions)
        for (partition, record) in try read(Self.raw) {
            models[partition].add(record.text, offset: record.offset)
        }
        return models
    }

    func rows() throws -> [AggregatedRow] {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try read(Self.aggregated).map { _, record in
            try decoder.decode(AggregatedRow.self, from: Data(record.value ?? []))
        }
    }

    /// Where the records of a side topic came from, as `partition/offset`.
    private func origins(_ topic: String) throws -> [String] {
        try read(topic).map { _, record in
            let headers = Dictionary(
                uniqueKeysWithValues: record.headers.map {
                    ($0.name, String(decoding: $0.value ?? [], as: UTF8.self))
                })
            return "\(headers["partition"] ?? "")/\(headers["offset"] ?? "")"
        }.sorted()
    }

    /// Waits until as many rows as the model's are there; then they, the late records and the dead
    /// letters must be the model's, each exactly once.
    func expectExactly(running: [Program], seconds: Double = 60) throws {
        let models = try models()
        let expected = models.reduce(into: [:]) { $0.merge($1.rows) { first, _ in first } }
        let sides = [
            ("\(Self.raw)-late", models.map(\.late)),
            ("\(Self.raw)-dead-letter", models.map(\.deadLetters)),
        ]
        #expect(expected.count > 300)
        try waitUntil("all is there", seconds: seconds) {
            for program in running where !program.isRunning {
                throw NotInTime(description: "a processor has ended: \(program.errorsSoFar)")
            }
            return try read(Self.aggregated).count >= expected.count
                && sides.allSatisfy { topic, offsets in
                    try read(topic).count >= offsets.reduce(0) { $0 + $1.count }
                }
        }
        let found = try rows()
        var seen: Set<VehicleModel.Key> = []
        for row in found {
            let key = try #require(row.key)
            let agrees = expected[key].map { row.agrees(with: $0) } ?? false
            #expect(agrees, "\(row) is not in the model")
            #expect(seen.insert(key).inserted, "a second row for \(key)")
        }
        #expect(found.count == expected.count)
        for (topic, offsets) in sides {
            let expected = offsets.enumerated().flatMap { partition, offsets in
                offsets.map { "\(partition)/\($0)" }
            }
            #expect(try origins(topic) == expected.sorted(), "\(topic)")
            #expect(!expected.isEmpty)
        }
    }
}
