import EmbeddedBroker
import Kafka
import Testing

/// The broker before a client that others wrote.
@Suite struct LibrdkafkaTests {
    private func broker(partitions: Int = 1) throws -> EmbeddedBroker {
        let broker = try EmbeddedBroker()
        try broker.createTopic("t", TopicConfiguration(partitions: partitions))
        try broker.start()
        return broker
    }

    @Test func committedIsSeenAndAbortedIsNot() throws {
        let broker = try broker()
        let producer = try Producer(broker, transactionalID: "x")
        try producer.begin()
        try producer.send("a", "b", to: "t")
        try producer.flush(timeoutMilliseconds: 60_000)
        #expect(try KafkaReader.values(broker, "t") == [])
        #expect(try KafkaReader.values(broker, "t", isolation: "read_uncommitted") == ["a", "b"])
        try producer.commit()
        try producer.begin()
        try producer.send("c", to: "t")
        try producer.flush(timeoutMilliseconds: 60_000)
        try producer.abort()
        try producer.begin()
        try producer.send("d", to: "t")
        try producer.commit()
        #expect(try KafkaReader.values(broker, "t") == ["a", "b", "d"])
        #expect(
            try KafkaReader.values(broker, "t", isolation: "read_uncommitted")
                == ["a", "b", "c", "d"])
        // Four records and three markers.
        #expect(try broker.offsets(in: "t") == .init(start: 0, lastStable: 7, end: 7))
    }

    @Test func offsetsMoveWithTheTransaction() throws {
        let broker = try broker()
        let reader = try KafkaReader(broker, group: "g")
        try reader.subscribe("t")
        #expect(KafkaReader.poll(reader, until: { !reader.assignment.isEmpty }))
        let member = try #require(reader.consumer.groupMetadata)
        let offsets = [PartitionOffset(TopicPartition("t", 0), offset: 42, metadata: "v1;c=7")]
        let producer = try Producer(broker, transactionalID: "x")
        try producer.begin()
        try producer.sendOffsets(offsets, group: member)
        #expect(broker.committedOffset(group: "g", topic: "t") == nil)
        // A reader of committed records does not learn offsets that may yet be void.
        #expect(throws: KafkaError.self) {
            try reader.consumer.committed([TopicPartition("t", 0)], timeoutMilliseconds: 300)
        }
        try producer.abort()
        #expect(broker.committedOffset(group: "g", topic: "t") == nil)
        try producer.begin()
        try producer.sendOffsets(offsets, group: member)
        try producer.commit()
        #expect(
            broker.committedOffset(group: "g", topic: "t") == .init(offset: 42, metadata: "v1;c=7"))
        #expect(
            try reader.consumer.committed([TopicPartition("t", 0)], timeoutMilliseconds: 60_000)
                == offsets)
        try reader.consumer.close()
    }

    @Test func aSecondProducerFencesTheFirst() throws {
        let broker = try broker()
        let zombie = try Producer(broker, transactionalID: "x")
        try zombie.begin()
        try zombie.send("lost", to: "t")
        try zombie.flush(timeoutMilliseconds: 60_000)
        let producer = try Producer(broker, transactionalID: "x")
        let error = #expect(throws: KafkaError.self) { try zombie.commit() }
        #expect(error?.isFatal == true)
        try producer.begin()
        try producer.send("kept", to: "t")
        try producer.commit()
        #expect(try KafkaReader.values(broker, "t") == ["kept"])
    }

    @Test func aMemberThatLostItsPartitionsCannotCommit() throws {
        let broker = try broker(partitions: 2)
        let first = try KafkaReader(broker, group: "g")
        try first.subscribe("t")
        #expect(KafkaReader.poll(first, until: { first.assignment.count == 2 }))
        let stale = try #require(first.consumer.groupMetadata)
        let second = try KafkaReader(broker, group: "g")
        try second.subscribe("t")
        #expect(
            KafkaReader.poll(
                first, second,
                until: { first.assignment.count == 1 && second.assignment.count == 1 }))
        #expect(broker.group("g")?.members.count == 2)
        let producer = try Producer(broker, transactionalID: "x")
        try producer.begin()
        let error = #expect(throws: KafkaError.self) {
            try producer.sendOffsets(
                [PartitionOffset(TopicPartition("t", 0), offset: 1)], group: stale)
        }
        #expect(error?.requiresAbort == true)
        try producer.abort()
        try second.consumer.close()
        #expect(KafkaReader.poll(first, until: { first.assignment.count == 2 }))
        try first.consumer.close()
        #expect(broker.group("g")?.state == "Empty")
    }

    @Test func aStaticMemberTakesItsPartitionsBack() throws {
        let broker = try broker(partitions: 2)
        let first = try KafkaReader(broker, group: "g", instance: "i")
        try first.subscribe("t")
        #expect(KafkaReader.poll(first, until: { first.assignment.count == 2 }))
        try first.consumer.close()
        #expect(broker.group("g")?.state == "Stable")
        let second = try KafkaReader(broker, group: "g", instance: "i")
        try second.subscribe("t")
        #expect(KafkaReader.poll(second, until: { second.assignment.count == 2 }))
        let usurper = try KafkaReader(broker, group: "g", instance: "i")
        try usurper.subscribe("t")
        #expect(
            KafkaReader.poll(
                second, usurper,
                until: { second.consumer.fatalError != nil && usurper.assignment.count == 2 }))
    }

    @Test func theBrokersTimeReachesTheReader() throws {
        let broker = try EmbeddedBroker()
        try broker.createTopic("t", TopicConfiguration(timestampType: .logAppendTime))
        try broker.start()
        let producer = try Producer(broker)
        try producer.produce(
            topic: try producer.topic("t"), key: nil, value: [1].span, timestamp: 1)
        try producer.flush(timeoutMilliseconds: 60_000)
        let reader = try KafkaReader(broker)
        try reader.subscribe("t")
        #expect(KafkaReader.poll(reader, until: { !reader.timestamps.isEmpty }))
        #expect(reader.timestamps[0] > 1_600_000_000_000)
        #expect(reader.errors.isEmpty, "the checksum was made anew")
    }

    @Test func batchesCompressedByLZ4AreRead() throws {
        let broker = try broker()
        let producer = try Producer(broker, ["linger.ms": "100", "compression.codec": "lz4"])
        let values = (0..<2000).map { "value \($0 % 7) \(String(repeating: "ab", count: $0 % 50))" }
        for value in values { try producer.send(value, to: "t") }
        try producer.flush(timeoutMilliseconds: 60_000)
        #expect(try broker.records(in: "t").map(\.text) == values)
    }

    @Test(arguments: [
        APIKey.addPartitionsToTransaction, .addOffsetsToTransaction, .transactionOffsetCommit,
        .produce, .endTransaction,
    ])
    func aTransactionSurvivesALostAnswer(_ api: APIKey) throws {
        let broker = try broker()
        let reader = try KafkaReader(broker, group: "g")
        try reader.subscribe("t")
        #expect(KafkaReader.poll(reader, until: { !reader.assignment.isEmpty }))
        let member = try #require(reader.consumer.groupMetadata)
        let producer = try Producer(broker, transactionalID: "x")
        broker.injectFault(.loseReply, on: api)
        try producer.begin()
        try producer.send("a", "b", to: "t")
        let offsets = [PartitionOffset(TopicPartition("t", 0), offset: 9)]
        try retrying { () throws(KafkaError) in try producer.sendOffsets(offsets, group: member) }
        try retrying { () throws(KafkaError) in try producer.commit() }
        #expect(KafkaReader.poll(reader, until: { reader.values.count >= 2 }))
        #expect(reader.values == ["a", "b"])
        #expect(broker.committedOffset(group: "g", topic: "t")?.offset == 9)
        try reader.consumer.close()
    }

    /// Repeats a call as long as the library says that it may succeed.
    private func retrying(_ call: () throws(KafkaError) -> Void) throws(KafkaError) {
        for _ in 0..<10 {
            do throws(KafkaError) {
                return try call()
            } catch  where error.isRetriable {
                continue
            }
        }
        try call()
    }

    @Test func producersWaitWhileTheBrokerIsAway() throws {
        let broker = try broker()
        let producer = try Producer(broker)
        try producer.send("a", to: "t")
        try producer.flush(timeoutMilliseconds: 60_000)
        broker.stop()
        try producer.send("b", to: "t")
        try broker.start()
        try producer.flush(timeoutMilliseconds: 20_000)
        #expect(try KafkaReader.values(broker, "t") == ["a", "b"])
    }

    @Test func aReaderThatIsSlowHoldsTheProducerOff() throws {
        let broker = try EmbeddedBroker()
        try broker.createTopic("t", TopicConfiguration(retentionBytes: 300))
        try broker.start()
        let reader = try KafkaReader(broker, group: "g")
        try reader.subscribe("t")
        #expect(KafkaReader.poll(reader, until: { !reader.assignment.isEmpty }))
        func commit(_ offset: Int64) throws {
            try reader.consumer.commit(
                [PartitionOffset(TopicPartition("t", 0), offset: offset)], synchronously: true)
        }
        try commit(0)
        let producer = try Producer(broker, ["compression.codec": "none"])
        for number in 0..<10 {
            try producer.send("\(number)", to: "t")
            try? producer.flush(timeoutMilliseconds: 100)
        }
        #expect(producer.acknowledged > 0 && producer.inFlight > 0)
        let deadline = ContinuousClock.now + .seconds(20)
        while producer.inFlight > 0, ContinuousClock.now < deadline {
            reader.poll()
            try commit(Int64(reader.values.count))
            try? producer.flush(timeoutMilliseconds: 50)
        }
        #expect(producer.acknowledged == 10 && producer.failed == 0)
        #expect(KafkaReader.poll(reader, until: { reader.values.count == 10 }))
        #expect(reader.values == (0..<10).map { "\($0)" })
        try reader.consumer.close()
    }
}
