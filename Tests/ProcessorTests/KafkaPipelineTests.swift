import Foundation
import Kafka
import Streaming
import TestSupport
import Testing

/// Generator to processor over a broker: real processes, compared with a plain model of the log.
///
/// The broker is librdkafka's mock cluster in this process; what it cannot show (transactions) is
/// not claimed here.
@Suite(.serialized) struct KafkaPipelineTests {
    private let cluster: MockCluster
    private let readers: Readers
    private static let raw = "sensor-data-raw"
    private static let aggregated = "sensor-data-aggregated"
    private static let partitions = 4

    init() throws {
        cluster = try MockCluster()
        readers = Readers(brokers: cluster.bootstrapServers)
        for topic in [
            Self.raw, Self.aggregated, "\(Self.raw)-late", "\(Self.raw)-dead-letter",
        ] {
            try cluster.createTopic(topic, partitions: Self.partitions)
        }
    }

    /// Readings of 20 vehicles over an hour of event time, some late, some broken.
    private func generate(seed: Int, start: String) throws {
        let outcome = try Program.run(
            "generator",
            [
                "--brokers", cluster.bootstrapServers, "--entities", "20", "--interval", "10ms",
                "--duration", "1s", "--speed", "1200", "--start", start, "--seed", "\(seed)",
                "--disorder", "20s", "--late", "0.01", "--malformed", "0.01",
            ])
        #expect(outcome.status == 0, "\(outcome.errors)")
    }

    private func processor(_ arguments: [String] = []) throws -> Program {
        try Program(
            "processor",
            [
                "run", CommandLineTests.vehicles, "--brokers", cluster.bootstrapServers,
                "--idle-timeout", "0", "--kafka", "session.timeout.ms=4000",
                "--kafka", "heartbeat.interval.ms=300", "--trigger", "100ms",
            ] + arguments)
    }

    /// All records of a topic, those of a partition in log order.
    private func read(_ topic: String) throws -> [TopicReader.Record] {
        try readers.reader(of: topic, partitions: Self.partitions).readToEnd()
    }

    private func model() throws -> [VehicleModel] {
        var models = [VehicleModel](repeating: VehicleModel(), count: Self.partitions)
        for record in try read(Self.raw) {
            models[record.partition].add(record.value, offset: record.offset)
        }
        return models
    }

    private func rows() throws -> [AggregatedRow] {
        try read(Self.aggregated).map { record in
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try decoder.decode(
                AggregatedRow.self, from: Data((record.value ?? "").utf8))
        }
    }

    /// Waits until every row of the model is there, then compares; returns the rows read.
    private func expectRowsOfTheModel(
        _ models: [VehicleModel], running: [Program]
    ) throws -> [AggregatedRow] {
        let expected = models.reduce(into: [:]) { $0.merge($1.rows) { first, _ in first } }
        #expect(expected.count > 300)
        var found: [AggregatedRow] = []
        try waitUntil("all rows are there") {
            for program in running where !program.isRunning {
                throw NotInTime(description: "a processor has ended: \(program.errorsSoFar)")
            }
            found = try rows()
            return Set(found).count >= expected.count
        }
        var seen: Set<VehicleModel.Key> = []
        for row in Set(found) {
            let key = try #require(row.key)
            let agrees = expected[key].map { row.agrees(with: $0) } ?? false
            #expect(agrees, "\(row) is not in the model")
            #expect(seen.insert(key).inserted, "two different rows for \(key)")
        }
        #expect(seen.count == expected.count)
        return found
    }

    @Test func rowsOfTwoProcessorsEqualTheModelAcrossARebalance() throws {
        let first = try processor(["--group", "shared"])
        try generate(seed: 1, start: "2024-05-01T00:00:00Z")
        try waitUntil("the first processor writes") { try !rows().isEmpty }
        let second = try processor(["--group", "shared"])
        try waitUntil("partitions move") {
            second.errorsSoFar.contains("partitions assigned")
                && first.errorsSoFar.contains("partitions revoked")
        }
        try generate(seed: 2, start: "2024-05-01T00:20:00Z")
        let models = try model()
        let found = try expectRowsOfTheModel(models, running: [first, second])
        #expect(found.count == Set(found).count, "no row twice while nothing fails")
        for program in [first, second] { program.send(SIGTERM) }
        for program in [first, second] {
            let outcome = program.wait()
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        let late = try read("\(Self.raw)-late").count
        let dead = try read("\(Self.raw)-dead-letter").count
        #expect(late == models.reduce(0) { $0 + $1.late.count } && late > 0)
        #expect(dead == models.reduce(0) { $0 + $1.deadLetters.count } && dead > 0)
    }

    @Test func aKilledProcessorLosesNothing() throws {
        try generate(seed: 3, start: "2024-05-01T00:00:00Z")
        let first = try processor(["--max-batch", "50"])
        try waitUntil("some rows are there") { try rows().count > 50 }
        first.send(SIGKILL)
        #expect(first.wait().signal == SIGKILL)
        try generate(seed: 4, start: "2024-05-01T00:20:00Z")
        let second = try processor()
        _ = try expectRowsOfTheModel(model(), running: [second])
        second.send(SIGINT)
        #expect(second.wait().status == 0)
    }

    @Test func availableNowStopsAtTheEndAndGoesOnThereNextTime() throws {
        try generate(seed: 5, start: "2024-05-01T00:00:00Z")
        let first = try processor(["--trigger", "available-now"]).wait()
        #expect(first.status == 0, "\(first.errors)")
        _ = try expectRowsOfTheModel(model(), running: [])
        let before = try rows().count
        try generate(seed: 6, start: "2024-05-01T00:20:00Z")
        let second = try processor(["--trigger", "available-now"]).wait()
        #expect(second.status == 0, "\(second.errors)")
        #expect(second.errors.contains("replaying"))
        let found = try expectRowsOfTheModel(model(), running: [])
        #expect(found.count > before && found.count == Set(found).count)
    }

    @Test func aMissingOutputTopicIsRefusedWithTheCommandThatCreatesIt() throws {
        // The mock cluster creates topics on demand, unless told that there is none.
        cluster.setError(.unknownTopicOrPartition, ofTopic: Self.aggregated)
        let outcome = try processor().wait()
        #expect(outcome.status == 2)
        #expect(
            outcome.errors.contains("kafka-topics.sh") && outcome.errors.contains(Self.aggregated))
    }

    @Test func aMissingSourceTopicIsThreeWithinTheWait() throws {
        cluster.setError(.unknownTopicOrPartition, ofTopic: Self.raw)
        let outcome = try processor(["--wait", "1s"]).wait()
        #expect(outcome.status == 3 && outcome.errors.contains(Self.raw))
    }

    @Test func aGroupByWithoutTheKeyIsRefusedOnSeveralPartitions() throws {
        let text = try String(contentsOfFile: CommandLineTests.vehicles, encoding: .utf8)
        let file = try TemporaryFile(
            text.replacing(", key 'entity', startingOffsets", with: ", startingOffsets"),
            suffix: "sql")
        let arguments = ["run", file.path, "--brokers", cluster.bootstrapServers]
        let outcome = try Program.run("processor", arguments)
        #expect(outcome.status == 2 && outcome.errors.contains("--allow-partial-rows"))
    }

    @Test func anotherQueryIsRefusedUnlessAccepted() throws {
        try generate(seed: 7, start: "2024-05-01T00:00:00Z")
        let now = ["--trigger", "available-now"]
        #expect(try processor(now).wait().status == 0)
        let changed = now + ["--set", "window_size=2 minutes"]
        let refused = try processor(changed).wait()
        #expect(refused.status == 4 && refused.errors.contains("--accept-query-change"))
        let accepted = try processor(changed + ["--accept-query-change"]).wait()
        #expect(accepted.status == 0, "\(accepted.errors)")
    }
}

/// Reads a topic from its beginning, apart from any group.
private final class TopicReader {
    typealias Record = (partition: Int, offset: Int64, value: String?)

    /// What has been read so far; the records of a partition are in log order.
    private(set) var records: [Record] = []
    private let topic: String
    private let consumer: Consumer
    private let partitions: Int
    private let batch = RecordBatch(schema: Schema([]))
    private var next: [Int: Int64] = [:]

    init(_ brokers: String, topic: String, partitions: Int) throws {
        self.topic = topic
        self.partitions = partitions
        var properties = KafkaProperties(brokers: brokers)
        properties["fetch.wait.max.ms"] = "20"
        consumer = try Consumer(properties, group: "reader") { _ in }
        try consumer.assign(
            (0..<partitions).map {
                PartitionStart(TopicPartition(topic, Int32($0)), offset: 0, index: $0)
            })
    }

    /// Reads on to what is the end now.
    func readToEnd() throws -> [Record] {
        var ends: [Int: Int64] = [:]
        for partition in 0..<partitions {
            ends[partition] = try consumer.queryWatermarks(
                TopicPartition(topic, Int32(partition)), timeoutMilliseconds: 5_000
            ).high
        }
        try waitUntil("\(topic) is read") {
            batch.removeAll()
            let outcome = consumer.poll(
                into: batch, maximumRecords: 10_000, maximumBytes: 1 << 24, timeoutMilliseconds: 20)
            if let error = outcome.error, error.isFatal { throw error }
            for row in 0..<batch.count { take(row) }
            return ends.allSatisfy { next[$0.key, default: 0] >= $0.value }
        }
        return records
    }

    private func take(_ row: Int) {
        let partition = Int(batch.partitions[row])
        next[partition] = batch.offsets[row] + 1
        let value =
            batch.valueLengths[row] < 0
            ? nil : batch.withValue(row) { String(decodingUTF8: $0) }
        records.append((partition, batch.offsets[row], value))
    }
}

/// One reader a topic, kept from call to call.
private final class Readers {
    private let brokers: String
    private var readers: [String: TopicReader] = [:]

    init(brokers: String) { self.brokers = brokers }

    func reader(of topic: String, partitions: Int) throws -> TopicReader {
        if let reader = readers[topic] { return reader }
        let reader = try TopicReader(brokers, topic: topic, partitions: partitions)
        readers[topic] = reader
        return reader
    }
}
