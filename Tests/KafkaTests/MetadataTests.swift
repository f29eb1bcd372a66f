import Testing

import Kafka

@Suite struct MetadataTests {
    @Test func listsTopicsAndPartitions() throws {
        let cluster = try MockCluster(brokers: 2)
        try cluster.createTopic("raw", partitions: 6)
        try cluster.createTopic("aggregated", partitions: 2)
        let metadata = try metadata(of: cluster)
        try metadata.waitForBroker(timeoutMilliseconds: 10_000)
        let topics = try metadata.topics(timeoutMilliseconds: 10_000)
        #expect(topics.map(\.name) == ["aggregated", "raw"])
        #expect(topics.map(\.partitions) == [2, 6])
        #expect(try metadata.partitions(of: "raw", timeoutMilliseconds: 10_000) == 6)
    }

    @Test func anUnknownTopicIsNotAnUnreachableBroker() throws {
        let cluster = try MockCluster()
        try cluster.createTopic("gone", partitions: 1)
        cluster.setError(.unknownTopicOrPartition, ofTopic: "gone")
        let metadata = try metadata(of: cluster)
        let error = #expect(throws: KafkaError.self) {
            try metadata.partitions(of: "gone", timeoutMilliseconds: 10_000)
        }
        #expect(error?.code == .unknownTopicOrPartition)
        #expect(error?.description.contains("gone") == true)
        #expect(error?.isRetriable == false)
    }

    @Test func anUnreachableBrokerIsNamedInTime() throws {
        let metadata = try Metadata(KafkaProperties(brokers: "127.0.0.1:1"), log: { _ in })
        let waiting = #expect(throws: KafkaError.self) {
            try metadata.waitForBroker(timeoutMilliseconds: 300)
        }
        #expect(waiting?.description.contains("127.0.0.1:1") == true)
        #expect(waiting?.isRetriable == true)
        let asking = #expect(throws: KafkaError.self) {
            try metadata.partitions(of: "raw", timeoutMilliseconds: 300)
        }
        #expect(asking?.description.contains("127.0.0.1:1") == true)
        #expect(asking?.code != .unknownTopicOrPartition)
    }

    @Test func waitsUntilABrokerIsUp() throws {
        let cluster = try MockCluster()
        try cluster.setBroker(1, down: true)
        let metadata = try metadata(of: cluster)
        #expect(throws: KafkaError.self) { try metadata.waitForBroker(timeoutMilliseconds: 200) }
        try cluster.setBroker(1, down: false)
        try metadata.waitForBroker(timeoutMilliseconds: 20_000)
    }

    /// The mock cluster has no controller, which is who takes such requests.
    @Test func aClusterThatTakesNoAdminRequestsIsSaidToTakeNone() throws {
        let cluster = try MockCluster()
        let metadata = try metadata(of: cluster)
        let topic = NewTopic(
            "new", partitions: 3, replication: 1, configuration: [("retention.ms", "1000")])
        let error = #expect(throws: KafkaError.self) {
            try metadata.create(topic, timeoutMilliseconds: 500)
        }
        #expect(error?.description.contains("controller") == true, "\(String(describing: error))")
        #expect(error?.description.contains("create topic new") == true)
    }

    @Test func aTopicThatCannotBeIsRefused() throws {
        let metadata = try Metadata(KafkaProperties(brokers: "127.0.0.1:1"), log: { _ in })
        let error = #expect(throws: KafkaError.self) {
            try metadata.create(NewTopic("x", partitions: 0), timeoutMilliseconds: 1000)
        }
        #expect(error?.code == .invalidArgument)
    }

    private func metadata(of cluster: MockCluster) throws -> Metadata {
        try Metadata(KafkaProperties(brokers: cluster.bootstrapServers), log: { _ in })
    }
}
