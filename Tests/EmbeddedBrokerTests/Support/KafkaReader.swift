import EmbeddedBroker
import Kafka
import Streaming

/// A consumer of librdkafka for tests: reads its partitions from the start, or from what the group
/// committed.
final class KafkaReader: RebalanceHandler {
    let consumer: Consumer
    private let batch = Streaming.RecordBatch(schema: Schema([]))
    private let startsAtCommitted: Bool
    private(set) var assignment: [TopicPartition] = []
    private(set) var values: [String] = []
    private(set) var timestamps: [Int64] = []
    private(set) var errors: [KafkaError] = []
    private(set) var ends: [Int: Int64] = [:]

    init(
        _ broker: EmbeddedBroker, group: String = "group", instance: String? = nil,
        startsAtCommitted: Bool = false, _ properties: [String: String] = [:]
    ) throws(KafkaError) {
        self.startsAtCommitted = startsAtCommitted
        var all = KafkaProperties(brokers: broker.bootstrapServers)
        all["session.timeout.ms"] = "6000"
        all["heartbeat.interval.ms"] = "100"
        all["fetch.wait.max.ms"] = "20"
        all["check.crcs"] = "true"
        for (name, value) in properties { all[name] = value }
        consumer = try Consumer(all, group: group, instanceID: instance, log: { _ in })
    }

    func subscribe(_ topics: String...) throws(KafkaError) {
        try consumer.subscribe(topics, handler: self)
    }

    func assigned(
        _ partitions: [TopicPartition], consumer: Consumer
    ) throws(KafkaError) -> [PartitionStart] {
        assignment = partitions.sorted()
        ends = [:]
        var starts = assignment.map { _ in Int64(0) }
        if startsAtCommitted {
            starts = try consumer.committed(assignment, timeoutMilliseconds: 10_000)
                .map { $0.offset ?? 0 }
        }
        return zip(assignment, starts).enumerated().map {
            PartitionStart($1.0, offset: $1.1, index: $0)
        }
    }

    func revoked(_ partitions: [TopicPartition], lost: Bool, consumer: Consumer) {
        assignment = []
    }

    func poll() {
        batch.removeAll()
        let outcome = consumer.poll(
            into: batch, maximumRecords: 500, maximumBytes: .max, timeoutMilliseconds: 10)
        if let error = outcome.error { errors.append(error) }
        for row in 0..<batch.count {
            timestamps.append(batch.timestamps[row])
            values.append(
                batch.withValue(row) { span in
                    var bytes: [UInt8] = []
                    for index in span.indices { bytes.append(span[index]) }
                    return String(decoding: bytes, as: UTF8.self)
                })
        }
        for end in consumer.ends { ends[end.index] = end.offset }
    }

    /// Polls these until `condition` holds; false if it does not within two minutes.
    static func poll(_ readers: KafkaReader..., until condition: () -> Bool) -> Bool {
        let deadline = ContinuousClock.now + .seconds(120)
        while !condition() {
            if ContinuousClock.now > deadline { return false }
            for reader in readers { reader.poll() }
        }
        return true
    }

    /// All that a reader of a topic's only partition gets up to its end.
    static func values(
        _ broker: EmbeddedBroker, _ topic: String, isolation: String = "read_committed"
    ) throws -> [String]? {
        let reader = try KafkaReader(
            broker, group: "reader-\(isolation)", ["isolation.level": isolation])
        try reader.subscribe(topic)
        guard poll(reader, until: { !reader.ends.isEmpty }) else { return nil }
        try reader.consumer.close()
        return reader.values
    }
}

extension Producer {
    convenience init(
        _ broker: EmbeddedBroker, transactionalID: String? = nil,
        _ properties: [String: String] = [:]
    ) throws(KafkaError) {
        var all = KafkaProperties(brokers: broker.bootstrapServers)
        all["linger.ms"] = "0"
        if let transactionalID {
            all["transactional.id"] = transactionalID
            all["transaction.timeout.ms"] = "15000"
        }
        for (name, value) in properties { all[name] = value }
        try self.init(all, log: { _ in })
        if transactionalID != nil { try initTransactions(timeoutMilliseconds: 10_000) }
    }

    func send(_ values: String..., to name: String) throws(KafkaError) {
        let topic = try topic(name)
        for value in values {
            let bytes = Array(value.utf8)
            try produce(topic: topic, partition: 0, key: nil, value: bytes.span)
        }
    }
}
