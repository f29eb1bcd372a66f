internal import EmbeddedBroker
internal import Foundation
internal import Kafka
internal import TestSupport

/// The topics of one run and the query over them: names of its own, so that any Kafka will do.
struct ChaosTopics {
    let brokers: String
    let group: String
    let raw: String
    let aggregated: String
    let query: TemporaryFile

    static let partitions = 4

    var late: String { "\(raw)-late" }
    var deadLetters: String { "\(raw)-dead-letter" }
    var outputs: [String] { [aggregated, late, deadLetters] }

    init(brokers: String, seed: UInt64) throws {
        self.brokers = brokers
        let name = "chaos-\(seed)-\(UUID().uuidString.prefix(8).lowercased())"
        group = name
        raw = "\(name)-raw"
        aggregated = "\(name)-aggregated"
        var repository = URL(filePath: #filePath)
        for _ in 0..<3 { repository.deleteLastPathComponent() }
        let text = try String(
            contentsOf: repository.appending(path: "pipelines/vehicles.sql"), encoding: .utf8)
        query = try TemporaryFile(
            text.replacing("'sensor-data-raw'", with: "'\(raw)'")
                .replacing("'sensor-data-aggregated'", with: "'\(aggregated)'"),
            suffix: "sql")
    }

    func create() throws {
        let client = try Metadata(KafkaProperties(brokers: brokers), log: { _ in })
        try client.waitForBroker(timeoutMilliseconds: 30_000)
        for name in [raw] + outputs {
            // Event times are long ago: nothing may be old enough to go.
            let topic = NewTopic(
                name, partitions: Self.partitions,
                configuration: [("retention.ms", "-1"), ("retention.bytes", "-1")])
            try client.create(topic, timeoutMilliseconds: 30_000)
        }
    }

    /// Readings of 40 vehicles, two event minutes a second, some of them late and some broken.
    func generator(_ settings: ChaosSettings) throws -> Program {
        try Program(
            "generator",
            [
                "--brokers", brokers, "--topic", raw, "--entities", "40", "--interval", "20ms",
                "--duration", "\(settings.seconds)s", "--speed", "120", "--start",
                "2024-05-01T00:00:00Z", "--seed", "\(settings.seed)", "--disorder", "20s",
                "--late", "0.01", "--malformed", "0.01", "--wait", "60s",
                "--kafka", "socket.timeout.ms=\(settings.session)",
                "--kafka", "reconnect.backoff.max.ms=500",
            ])
    }

    /// Removes the topics, and the group as soon as nobody counts as its member.
    func delete() throws {
        try deleteTopics([raw] + outputs, brokers: brokers)
        var reason: String?
        do {
            try waitUntil("group \(group) is removed", seconds: 30) {
                reason = try deleteGroup(group, brokers: brokers)
                return reason == nil
            }
        } catch is NotInTime {
            throw ClientError(description: "group \(group): \(reason ?? "")")
        }
    }

    /// Waits until no transaction is open: what the killed ones left has timed out.
    func waitUntilSettled(seconds: Double) throws {
        func reader(_ committedOnly: Bool) throws -> TopicReader {
            try TopicReader(
                brokers: brokers, topics: outputs, partitions: Self.partitions,
                committedOnly: committedOnly)
        }
        let stable = try reader(true)
        let all = try reader(false)
        try waitUntil("no transaction is open", seconds: seconds) {
            try stable.ends() == all.ends()
        }
    }

    /// What the model makes of the raw topic.
    func model() throws -> Comparison {
        var comparison = Comparison(partitions: Self.partitions)
        let reader = try TopicReader(
            brokers: brokers, topics: [raw], partitions: Self.partitions)
        try reader.readToEnd { _, record in comparison.addRaw(record) }
        comparison.finishModel()
        return comparison
    }

    /// Reads the committed results and holds them against the model.
    func compare(with model: Comparison) throws -> Comparison {
        var comparison = model
        let reader = try TopicReader(
            brokers: brokers, topics: outputs, partitions: Self.partitions)
        try reader.readToEnd { topic, record in
            if topic == aggregated {
                comparison.addRow(record)
            } else {
                comparison.addSide(record, isLate: topic == late)
            }
        }
        comparison.finish()
        return comparison
    }
}
