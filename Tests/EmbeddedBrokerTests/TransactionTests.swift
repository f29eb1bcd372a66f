import Testing

@testable import EmbeddedBroker

@Suite struct TransactionTests {
    private func driver() -> CoreDriver {
        let driver = CoreDriver()
        _ = driver.core.createTopic("t", TopicConfiguration())
        return driver
    }

    private func offset(_ driver: CoreDriver, requiresStable: Bool = false) throws
        -> OffsetFetchResponse.Partition
    {
        let response: OffsetFetchResponse = try driver.answer(
            .offsets(of: "g", "t", requiresStable: requiresStable))
        return try #require(response.topics.first?.items.first)
    }

    @Test func offsetsBecomeValidAtTheCommitAndNotBefore() throws {
        let driver = driver()
        let producer = try driver.initProducer("x")
        #expect(try driver.code(.addOffsets(of: "g", to: "x", producer)) == .none)
        let store = TestRequest.transactionOffset(
            5, of: "t", group: "g", to: "x", producer, metadata: "m")
        #expect(try driver.code(store) == .none)
        #expect(try offset(driver).offset == -1)
        #expect(try offset(driver, requiresStable: true).error == .unstableOffsetCommit)
        #expect(try driver.code(.end("x", producer, commits: true)) == .none)
        let stored = try offset(driver, requiresStable: true)
        #expect(stored.offset == 5 && stored.metadata == "m" && stored.error == .none)
        #expect(try driver.code(.end("x", producer, commits: true)) == .none, "sent again")
        #expect(try driver.code(.end("x", producer, commits: false)) == .invalidTransactionState)
    }

    @Test func offsetsOfAnAbortedTransactionNeverWere() throws {
        let driver = driver()
        #expect(try driver.code(.commit(3, of: "t", group: "g")) == .none)
        let producer = try driver.initProducer("x")
        _ = try driver.code(.addOffsets(of: "g", to: "x", producer))
        _ = try driver.code(.transactionOffset(5, of: "t", group: "g", to: "x", producer))
        // The successor aborts what the predecessor left open.
        _ = try driver.initProducer("x")
        #expect(try offset(driver, requiresStable: true).offset == 3)
    }

    @Test func offsetsNeedTheGroupInTheTransaction() throws {
        let driver = driver()
        let producer = try driver.initProducer("x")
        let store = TestRequest.transactionOffset(5, of: "t", group: "g", to: "x", producer)
        #expect(try driver.code(store) == .invalidTransactionState)
        _ = try driver.code(.addOffsets(of: "other", to: "x", producer))
        #expect(try driver.code(store) == .invalidTransactionState)
    }

    @Test func tooMuchMetadataIsRefused() throws {
        let text = String(repeating: "m", count: 4097)
        #expect(
            try driver().code(.commit(3, of: "t", group: "g", metadata: text))
                == .offsetMetadataTooLarge)
    }

    @Test func anOpenTransactionEndsWithItsTime() throws {
        let driver = driver()
        let producer = try driver.initProducer("x", timeout: 1000)
        _ = try driver.code(.addPartition("t", 0, to: "x", producer))
        let batch = driver.batch(["a"], producer, sequence: 0, isTransactional: true)
        #expect(try driver.produce(batch, to: "t").error == .none)
        driver.advance(999)
        #expect(try driver.fetch(.fetch("t", from: 0)).lastStableOffset == 0)
        driver.advance(1)
        let slice = try driver.fetch(.fetch("t", from: 0, isolation: .readCommitted))
        #expect(slice.lastStableOffset == 2 && slice.highWatermark == 2)
        #expect(try committedValues(slice, from: 0) == [])
        #expect(try driver.code(.end("x", producer, commits: true)) == .invalidProducerEpoch)
        #expect(try driver.initProducer("x").epoch == producer.epoch + 2)
    }

    @Test func timeoutsHaveALimit() throws {
        let driver = driver()
        #expect(try driver.code(.initProducer("x", timeout: 900_001)) == .invalidTransactionTimeout)
        #expect(try driver.code(.initProducer("x", timeout: 0)) == .invalidTransactionTimeout)
        #expect(try driver.code(.initProducer("", timeout: 1000)) == .invalidRequest)
    }

    @Test func aProducerMayRaiseItsEpochAndAskTwice() throws {
        let driver = driver()
        let first = try driver.initProducer("x")
        let second = try driver.initProducer("x", current: first)
        #expect(second == ProducerIdentity(id: first.id, epoch: first.epoch + 1))
        #expect(try driver.initProducer("x", current: first) == second, "the answer was lost")
        _ = try driver.code(.addPartition("t", 0, to: "x", second))
        #expect(try driver.code(.initProducer("x", current: first)) == .producerFenced)
    }

    @Test func aProducerIDWhoseEpochsAreUsedUpIsReplaced() throws {
        let driver = driver()
        var producer = try driver.initProducer("x")
        let first = producer.id
        while producer.id == first {
            #expect(producer.epoch < .max)
            producer = try driver.initProducer("x")
        }
        #expect(producer.epoch == 0)
        _ = try driver.code(.addPartition("t", 0, to: "x", producer))
        let batch = driver.batch(["a"], producer, sequence: 0, isTransactional: true)
        #expect(try driver.produce(batch, to: "t").error == .none)
    }

    @Test func olderRequestsHearOfFencingInTheirOwnWords() throws {
        let driver = driver()
        let old = try driver.initProducer("x")
        _ = try driver.initProducer("x")
        #expect(
            try driver.code(.initProducer("x", current: old, version: 3)) == .invalidProducerEpoch)
        #expect(try driver.code(.initProducer("x", current: old, version: 4)) == .producerFenced)
        let stranger = ProducerIdentity(id: 99, epoch: 0)
        #expect(try driver.code(.end("x", stranger, commits: true)) == .invalidProducerIDMapping)
        #expect(try driver.code(.end("y", stranger, commits: true)) == .invalidProducerIDMapping)
    }

    @Test func anUnknownPartitionIsNotAdded() throws {
        let driver = driver()
        let producer = try driver.initProducer("x")
        #expect(
            try driver.code(.addPartition("t", 7, to: "x", producer)) == .unknownTopicOrPartition)
        #expect(try driver.code(.end("x", producer, commits: true)) == .invalidTransactionState)
    }

    @Test func aMarkerIsAsKafkaWritesIt() throws {
        let bytes = RecordBatchBuilder.marker(
            producer: ProducerIdentity(id: 1000, epoch: 3), commits: true, time: 5)
        let header = RecordBatchHeader(reading: bytes)
        #expect(header.attributes == 0x30 && header.recordCount == 1 && header.baseSequence == -1)
        // length 16, attributes, time delta, offset delta, key of 4, value of 6, no headers.
        #expect(
            Array(bytes[RecordBatchHeader.size...]) == [
                32, 0, 0, 0, 8, 0, 0, 0, 1, 12, 0, 0, 0, 0, 0, 0, 0,
            ])
    }
}
