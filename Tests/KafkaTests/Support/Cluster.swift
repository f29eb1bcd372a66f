import EmbeddedBroker
import Kafka

/// A broker within the test: librdkafka's mock cluster, or our own where groups are to rebalance as
/// soon as their members have joined (the mock lets a session timeout pass).
protocol Cluster {
    var bootstrapServers: String { get }
    func createTopic(_ name: String, partitions: Int) throws(KafkaError)
}

extension MockCluster: Cluster {
    func createTopic(_ name: String, partitions: Int) throws(KafkaError) {
        try createTopic(name, partitions: partitions, replication: 1)
    }
}

struct EmbeddedCluster: Cluster {
    let broker: EmbeddedBroker

    init() throws {
        broker = try EmbeddedBroker()
        _ = try broker.start()
    }

    func stop() { broker.stop() }

    var bootstrapServers: String { broker.bootstrapServers }

    func createTopic(_ name: String, partitions: Int) {
        do { try broker.createTopic(name, TopicConfiguration(partitions: partitions)) } catch {
            preconditionFailure("\(name): \(error)")
        }
    }
}

extension Cluster {
    /// A producer of this cluster with changed properties.
    func producer(_ properties: [String: String] = [:]) throws(KafkaError) -> Producer {
        var all = KafkaProperties(brokers: bootstrapServers)
        for (name, value) in properties { all[name] = value }
        return try Producer(all, log: { _ in })
    }

    /// Fills `topic` with `count` values `0`, `1`, … in each partition.
    func fill(_ topic: String, partitions: Int, count: Int) throws(KafkaError) {
        try createTopic(topic, partitions: partitions)
        let producer = try producer()
        let handle = try producer.topic(topic)
        for partition in 0..<partitions {
            for number in 0..<count {
                try producer.send("\(number)", to: handle, partition: Int32(partition))
            }
        }
        try producer.flush(timeoutMilliseconds: 20_000)
    }
}
