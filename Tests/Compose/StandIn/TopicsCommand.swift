import Kafka

/// `kafka-topics.sh --create`, as far as the compose file uses it.
struct TopicsCommand {
    private let brokers: String
    private let topic: NewTopic
    private let acceptsExisting: Bool

    init(_ arguments: [String]) throws {
        guard arguments.contains("--create") else {
            throw StandIn.Failure(description: "only --create is here")
        }
        brokers = try StandIn.option("--bootstrap-server", in: arguments)
        acceptsExisting = arguments.contains("--if-not-exists")
        guard let partitions = Int(try StandIn.option("--partitions", in: arguments)),
            let replication = Int(try StandIn.option("--replication-factor", in: arguments))
        else { throw StandIn.Failure(description: "a number was expected") }
        var settings: [(name: String, value: String)] = []
        for (name, setting) in zip(arguments, arguments.dropFirst()) where name == "--config" {
            let parts = setting.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { throw StandIn.Failure(description: setting) }
            settings.append((parts[0], parts[1]))
        }
        topic = NewTopic(
            try StandIn.option("--topic", in: arguments), partitions: partitions,
            replication: replication, configuration: settings)
    }

    func run() throws {
        let metadata = try Metadata(KafkaProperties(brokers: brokers), log: { _ in })
        try metadata.waitForBroker(timeoutMilliseconds: 10_000)
        do throws(KafkaError) {
            try metadata.create(topic, timeoutMilliseconds: 10_000)
            print("Created topic \(topic.name).")
        } catch {
            guard acceptsExisting, error.code == .topicAlreadyExists else { throw error }
            print("Topic \(topic.name) exists.")
        }
    }
}
