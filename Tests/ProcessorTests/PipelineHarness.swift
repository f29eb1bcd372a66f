import ChaosSupport
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
    /// A source of other messages than readings, and a sink, on the same topics.
    static let noteTables = """
        CREATE TABLE notes (time TIMESTAMP, entity STRING, note STRING)
        USING kafka OPTIONS (subscribe '\(raw)', key 'entity', startingOffsets 'earliest');
        CREATE TABLE longest USING kafka OPTIONS (topic '\(aggregated)', key 'entity');
        """

    /// Lets the group wait for a member, however slow the machine.
    static let patience = [
        "--kafka", "session.timeout.ms=120000", "--kafka", "max.poll.interval.ms=120000",
    ]

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

    func processor(
        _ arguments: [String] = [], query: String = CommandLineTests.vehicles
    ) throws -> Program {
        try Program(
            "processor",
            [
                "run", query, "--brokers", broker.bootstrapServers,
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

    /// How many result rows a reader of committed records gets.
    func rowCount() throws -> Int { try read(Self.aggregated).count }

    func rows() throws -> [AggregatedRow] {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try read(Self.aggregated).map { _, record in
            try decoder.decode(AggregatedRow.self, from: Data(record.value ?? []))
        }
    }

    /// What a plain sequential model makes of the raw topic.
    func model() throws -> Comparison {
        var comparison = Comparison(partitions: Self.partitions)
        for (partition, record) in try read(Self.raw) {
            comparison.addRaw(LogRecord(record, partition: partition))
        }
        comparison.finishModel()
        return comparison
    }

    /// Waits until as many results as the model's are there; then rows, late records and dead
    /// letters must be the model's, each exactly once.
    func expectExactly(running: [Program], seconds: Double = 180) throws {
        var comparison = try model()
        let expected = [
            (Self.aggregated, comparison.expectedRows),
            ("\(Self.raw)-late", comparison.expectedLate),
            ("\(Self.raw)-dead-letter", comparison.expectedDeadLetters),
        ]
        #expect(comparison.expectedRows > 300)
        #expect(expected.allSatisfy { $0.1 > 0 })
        try waitUntil("all is there", seconds: seconds) {
            for program in running where !program.isRunning {
                throw NotInTime(description: "a processor has ended: \(program.errorsSoFar)")
            }
            return try expected.allSatisfy { topic, count in try read(topic).count >= count }
        }
        for (partition, record) in try read(Self.aggregated) {
            comparison.addRow(LogRecord(record, partition: partition))
        }
        for (topic, isLate) in [("\(Self.raw)-late", true), ("\(Self.raw)-dead-letter", false)] {
            for (partition, record) in try read(topic) {
                comparison.addSide(LogRecord(record, partition: partition), isLate: isLate)
            }
        }
        comparison.finish()
        #expect(comparison.isEqual, "\(comparison.summary): \(comparison.differences)")
    }
}

/// A row of `sensor-data-aggregated`.
struct AggregatedRow: Decodable {
    struct Key: Hashable {
        var windowStart: String
        var entity: String
    }

    var windowStart: String
    var entity: String
    var readings: Int

    var key: Key { Key(windowStart: windowStart, entity: entity) }
}

extension LogRecord {
    fileprivate init(_ record: BrokerRecord, partition: Int) {
        let headers = record.headers.map {
            ($0.name, String(decoding: $0.value ?? [], as: UTF8.self))
        }
        self.init(
            partition: partition, offset: record.offset, key: record.key, value: record.value,
            headers: Dictionary(headers) { first, _ in first })
    }
}
