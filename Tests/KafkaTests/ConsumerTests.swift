import Testing

import Kafka
import Streaming

@Suite struct ConsumerTests {
    @Test func recordsComeBackAsTheyWereSent() throws {
        let cluster = try MockCluster()
        try cluster.createTopic("raw", partitions: 1)
        let producer = try cluster.producer()
        let topic = try producer.topic("raw")
        try producer.send("value", key: "key", to: topic, timestamp: 1_234_567)
        try producer.send(nil, key: "tombstone", to: topic)
        try producer.send("no key", key: nil, to: topic)
        try producer.send("", key: "", to: topic)
        try producer.send(nil, key: nil, to: topic)
        let headers = RecordHeaders()
        headers.add("reason", text: "late")
        headers.add("empty", text: "")
        headers.add("null", nil)
        let text = Array("with headers".utf8)
        try producer.produce(topic: topic, key: nil, value: text.span, headers: headers)
        try producer.flush(timeoutMilliseconds: 10_000)
        #expect(producer.acknowledged == 6)

        let member = try GroupMember(cluster)
        try member.subscribe("raw")
        #expect(poll(member) { member.records.count == 6 && !member.ends.isEmpty })
        #expect(member.records.map(\.key) == ["key", "tombstone", nil, "", nil, nil])
        #expect(
            member.records.map(\.value) == ["value", nil, "no key", "", nil, "with headers"])
        #expect(member.records.map(\.offset) == Array(0..<6))
        #expect(member.records.first?.timestamp == 1_234_567)
        #expect(member.ends == [TopicPartition("raw", 0): 6])
        try member.consumer.close()
        #expect(member.revocations == 1)
    }

    @Test func readingStartsAtTheOffsetsThatTheHandlerNames() throws {
        let cluster = try MockCluster()
        try cluster.fill("raw", partitions: 2, count: 100)
        let member = try GroupMember(cluster)
        let (first, second) = (TopicPartition("raw", 0), TopicPartition("raw", 1))
        member.starts = [first: 10, second: 95]
        try member.subscribe("raw")
        #expect(poll(member) { member.ends.count == 2 })
        #expect(member.offsets == [first: Array(10..<100), second: Array(95..<100)])
        let marks = try member.consumer.queryWatermarks(first, timeoutMilliseconds: 5000)
        #expect(marks == (0, 100))
    }

    @Test func aPollKeepsToItsLimits() throws {
        let cluster = try MockCluster()
        try cluster.fill("raw", partitions: 1, count: 1000)
        let member = try GroupMember(cluster)
        try member.subscribe("raw")
        #expect(poll(member) { !member.assignment.isEmpty })
        var largest = 0
        while member.records.count < 900 {
            let outcome = member.poll(maximumRecords: 7, timeoutMilliseconds: 5000)
            largest = max(largest, outcome.records)
            #expect(outcome.records <= 7)
            if let error = outcome.error { throw error }
        }
        #expect(largest == 7)
        // Three digits each: the second record reaches the limit.
        let before = member.records.count
        #expect(member.poll(maximumBytes: 4, timeoutMilliseconds: 5000).records == 2)
        #expect(member.records.count == before + 2)
        #expect(poll(member) { member.records.count == 1000 })
        #expect(member.records.map(\.offset) == Array(0..<1000))
    }

    @Test func anOffsetOutsideTheLogIsAnError() throws {
        let cluster = try MockCluster()
        try cluster.fill("raw", partitions: 1, count: 10)
        let member = try GroupMember(cluster)
        member.starts = [TopicPartition("raw", 0): 5000]
        try member.subscribe("raw")
        #expect(poll(member) { !member.errors.isEmpty })
        #expect(member.errors.first?.code == .autoOffsetReset, "\(member.errors)")
        #expect(member.errors.first?.description.contains("raw [0]") == true)
    }

    @Test func aMissingTopicIsAnError() throws {
        let cluster = try MockCluster()
        try cluster.createTopic("gone", partitions: 1)
        cluster.setError(.unknownTopicOrPartition, ofTopic: "gone")
        let member = try GroupMember(cluster)
        try member.subscribe("gone")
        #expect(poll(member) { !member.errors.isEmpty })
        #expect(member.errors.first?.code == .unknownTopicOrPartition, "\(member.errors)")
        #expect(member.errors.first?.description.contains("gone") == true)
    }

    @Test(arguments: ["v1;c=17;m=1700000000000000;B=1700000000000000;h=0123456789abcdef", ""])
    func offsetsAreCommittedWithTheirMetadata(text: String) throws {
        let cluster = try MockCluster()
        try cluster.fill("raw", partitions: 2, count: 50)
        let member = try GroupMember(cluster)
        try member.subscribe("raw")
        #expect(poll(member) { member.ends.count == 2 })
        let (first, second) = (TopicPartition("raw", 0), TopicPartition("raw", 1))
        let offset = PartitionOffset(first, offset: 42, metadata: text)
        try member.consumer.commit([offset], synchronously: true)
        let committed = try member.consumer.committed([first, second], timeoutMilliseconds: 5000)
        #expect(committed == [offset, PartitionOffset(second, offset: nil)])
        #expect(member.consumer.groupMetadata != nil)
    }

    @Test func aRefusedCommitIsNamed() throws {
        let cluster = try MockCluster()
        try cluster.fill("raw", partitions: 1, count: 5)
        let member = try GroupMember(cluster)
        try member.subscribe("raw")
        #expect(poll(member) { member.ends.count == 1 })
        cluster.failNext(.offsetCommit, with: [.illegalGeneration])
        let offset = PartitionOffset(TopicPartition("raw", 0), offset: 5, metadata: "x")
        let error = #expect(throws: KafkaError.self) {
            try member.consumer.commit([offset], synchronously: true)
        }
        #expect(error?.code == .illegalGeneration)
    }

    @Test func readingGoesOnAfterABrokerWasAway() throws {
        let cluster = try MockCluster()
        try cluster.fill("raw", partitions: 1, count: 10)
        let member = try GroupMember(cluster, ["session.timeout.ms": "6000"])
        try member.subscribe("raw")
        #expect(poll(member) { member.records.count == 10 })
        try cluster.setBroker(1, down: true)
        #expect(poll(member) { member.consumer.lastError != nil })
        try cluster.setBroker(1, down: false)
        let producer = try cluster.producer()
        try producer.send("10", to: producer.topic("raw"))
        try producer.flush(timeoutMilliseconds: 10_000)
        #expect(poll(member, upTo: 25) { member.records.last?.offset == 10 })
    }

    @Test func aHandlerThatThrowsIsHeardInThePoll() throws {
        final class Refusing: RebalanceHandler {
            func assigned(
                _ partitions: [TopicPartition], consumer: Consumer
            ) throws(KafkaError) -> [PartitionStart] {
                _ = try consumer.queryWatermarks(
                    TopicPartition("raw", 77), timeoutMilliseconds: 500)
                return []
            }
            func revoked(_ partitions: [TopicPartition], lost: Bool, consumer: Consumer) {}
        }
        let cluster = try MockCluster()
        try cluster.fill("raw", partitions: 1, count: 1)
        let member = try GroupMember(cluster)
        let handler = Refusing()
        try member.consumer.subscribe(["raw"], handler: handler)
        #expect(poll(member) { !member.errors.isEmpty })
        #expect(member.errors.first?.description.contains("raw [77]") == true)
        #expect(member.records.isEmpty)
    }

    @Test func pollAfterCloseIsAnError() throws {
        let cluster = try MockCluster()
        let member = try GroupMember(cluster)
        try member.consumer.close()
        try member.consumer.close()
        #expect(member.poll().error?.code == .state)
    }
}
