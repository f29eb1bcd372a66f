import Testing

import Kafka

@Suite struct ProducerTests {
    @Test func countsWhatTheBrokerAcknowledged() throws {
        let cluster = try MockCluster()
        try cluster.createTopic("raw", partitions: 3)
        let producer = try cluster.producer()
        let topic = try producer.topic("raw")
        for number in 0..<1000 { try producer.send("\(number)", to: topic) }
        try producer.flush(timeoutMilliseconds: 10_000)
        #expect(producer.acknowledged == 1000)
        #expect(producer.failed == 0)
        #expect(producer.firstFailure == nil)
        #expect(producer.inFlight == 0)
    }

    @Test func countsAndNamesWhatTheBrokerRefused() throws {
        let cluster = try MockCluster()
        try cluster.createTopic("raw", partitions: 1)
        // An error that is not retried. Without idempotence: there it would end the producer.
        let producer = try cluster.producer(["enable.idempotence": "false"])
        let topic = try producer.topic("raw")
        cluster.failNext(
            .produce, with: Array(repeating: .messageTooLarge, count: 1))
        try producer.send("refused", to: topic)
        try producer.flush(timeoutMilliseconds: 10_000)
        try producer.send("taken", to: topic)
        try producer.flush(timeoutMilliseconds: 10_000)
        #expect(producer.failed == 1)
        #expect(producer.acknowledged == 1)
        let failure = try #require(producer.firstFailure)
        #expect(failure.code == .messageTooLarge)
        #expect(failure.name == "MSG_SIZE_TOO_LARGE")
        #expect(failure.description.contains("raw"))
    }

    @Test func retriesWhatPasses() throws {
        let cluster = try MockCluster()
        try cluster.createTopic("raw", partitions: 1)
        let producer = try cluster.producer(["retry.backoff.ms": "10"])
        let topic = try producer.topic("raw")
        cluster.failNext(.produce, with: [.notLeader, .transport])
        try producer.send("value", to: topic)
        try producer.flush(timeoutMilliseconds: 10_000)
        #expect(producer.acknowledged == 1)
        #expect(producer.failed == 0)
    }

    @Test func anUnreachableBrokerFailsTheFlushInTime() throws {
        var properties = KafkaProperties(brokers: "127.0.0.1:1")
        properties["message.timeout.ms"] = "300000"
        let producer = try Producer(properties, log: { _ in })
        let topic = try producer.topic("raw")
        try producer.send("value", to: topic)
        let error = #expect(throws: KafkaError.self) {
            try producer.flush(timeoutMilliseconds: 200)
        }
        #expect(error?.code == .timedOut)
        #expect(error?.isRetriable == true)
        #expect(producer.inFlight == 1)
        #expect(producer.lastError != nil)
    }

    @Test func aFullQueueIsBackPressureAndThenAnError() throws {
        var properties = KafkaProperties(brokers: "127.0.0.1:1")
        properties["queue.buffering.max.messages"] = "2"
        let producer = try Producer(properties, log: { _ in })
        producer.queueFullTimeoutMilliseconds = 50
        let topic = try producer.topic("raw")
        try producer.send("1", to: topic)
        try producer.send("2", to: topic)
        let error = #expect(throws: KafkaError.self) { try producer.send("3", to: topic) }
        #expect(error?.code == .queueFull)
        #expect(producer.backPressureWaits > 0)
    }

    @Test func aRecordBeyondTheLimitIsRefusedAtOnce() throws {
        let cluster = try MockCluster()
        let producer = try cluster.producer(["message.max.bytes": "2000"])
        #expect(producer.maximumMessageBytes == 2000)
        let topic = try producer.topic("raw")
        let error = #expect(throws: KafkaError.self) {
            try producer.send(String(repeating: "x", count: 2001), to: topic)
        }
        #expect(error?.code == .messageTooLarge)
    }

    /// A producer with an open transaction.
    private func transactional(
        _ cluster: MockCluster
    ) throws(KafkaError) -> (Producer, Producer.Topic) {
        try cluster.createTopic("out", partitions: 1)
        let producer = try cluster.producer([
            "transactional.id": "tx", "transaction.timeout.ms": "10000",
        ])
        let topic = try producer.topic("out")
        try producer.initTransactions(timeoutMilliseconds: 10_000)
        try producer.begin()
        return (producer, topic)
    }

    @Test func transactionsBeginAbortAndCommit() throws {
        let cluster = try MockCluster()
        let (producer, topic) = try transactional(cluster)
        try producer.send("dropped", to: topic)
        try producer.abort()
        try producer.begin()
        try producer.send("kept", to: topic)
        cluster.failNext(
            .endTransaction, with: [KafkaError.Code(rawValue: 15)])  // COORDINATOR_NOT_AVAILABLE
        try producer.commit()
        let error = #expect(throws: KafkaError.self) { try producer.commit() }
        #expect(error?.code == .state)
    }

    @Test func aFencedProducerIsFatal() throws {
        let cluster = try MockCluster()
        let (producer, topic) = try transactional(cluster)
        try producer.send("value", to: topic)
        cluster.failNext(
            .endTransaction, with: [KafkaError.Code(rawValue: 90)])  // PRODUCER_FENCED
        let error = #expect(throws: KafkaError.self) { try producer.commit() }
        #expect(error?.isFatal == true)
        #expect(error?.code == .fenced)
        #expect(producer.fatalError != nil)
    }
}
