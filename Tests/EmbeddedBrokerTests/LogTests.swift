import Testing

@testable import EmbeddedBroker

@Suite struct LogTests {
    private func driver(_ topic: TopicConfiguration = TopicConfiguration()) -> CoreDriver {
        let driver = CoreDriver()
        _ = driver.core.createTopic("t", topic)
        return driver
    }

    // MARK: Appending

    @Test func theBrokersTimeIsSealedIntoTheBatch() throws {
        let driver = driver(TopicConfiguration(timestampType: .logAppendTime))
        let result = try driver.produce(driver.batch(["a", "b"], timestamp: 5), to: "t")
        #expect(result.logAppendTime == driver.now)
        let slice = try driver.fetch(.fetch("t", from: 0))
        let header = try RecordBatchHeader(checking: try #require(slice.batches.first))
        #expect(header.isLogAppendTime && header.maxTimestamp == driver.now)
        let log = try #require(driver.core.log("t", 0))
        #expect(try log.records(.readCommitted).map(\.timestamp) == [driver.now, driver.now])
    }

    @Test func theProducersTimeStays() throws {
        let driver = driver()
        let result = try driver.produce(driver.batch(["a"], timestamp: 5), to: "t")
        #expect(result.logAppendTime == -1)
        #expect(try driver.core.log("t", 0)?.records(.readCommitted).map(\.timestamp) == [5])
    }

    @Test func aBatchThatIsNotAsItShouldBeIsRefused() throws {
        let driver = driver(TopicConfiguration(maximumBatchBytes: 200))
        let good = driver.batch(["a"])
        func code(_ change: (inout [UInt8]) -> Void) throws -> ErrorCode {
            var batch = good
            change(&batch)
            return try driver.produce(batch, to: "t").error
        }
        #expect(try code { $0[65] ^= 1 } == .corruptMessage)
        #expect(try code { $0[16] = 1 } == .unsupportedForMessageFormat)
        #expect(try code { $0.append(0) } == .invalidRecord)
        #expect(try code { $0 += good } == .invalidRecord)
        #expect(try code { $0 = [] } == .invalidRecord)
        #expect(try code { $0 = Array($0[..<40]) } == .corruptMessage)
        #expect(
            try code { batch in
                RecordBatchHeader.put(Int32(5), into: &batch, at: 57)
                RecordBatchHeader.seal(&batch)
            } == .invalidRecord)
        #expect(
            try code { batch in
                RecordBatchHeader.put(Int16(0x30), into: &batch, at: 21)
                RecordBatchHeader.seal(&batch)
            } == .invalidRecord)
        let large = driver.batch([String(repeating: "x", count: 200)])
        #expect(try driver.produce(large, to: "t").error == .messageTooLarge)
        #expect(try driver.produce(good, to: "t", 1).error == .unknownTopicOrPartition)
        #expect(try driver.produce(good, to: "t", -1).error == .unknownTopicOrPartition)
        #expect(try driver.produce(good, to: "missing").error == .unknownTopicOrPartition)
        #expect(driver.core.log("t", 0)?.endOffset == 0)
        let silent = try driver.send(.produce(good, to: "t", acks: 0))
        #expect(driver.silent.contains(silent) && driver.core.log("t", 0)?.endOffset == 1)
    }

    // MARK: Fetching

    @Test func aFetchWaitsForEnoughOrForItsTime() throws {
        let driver = driver()
        let size = Int32(driver.batch(["a"]).count)
        let waiting = try driver.send(
            .fetch("t", from: 0, wait: 500, minimumBytes: size + 1))
        func answered(_ ticket: Ticket) throws -> LogSlice? {
            try driver.response(ticket, as: FetchResponse.self)?.topics.first?.items.first?.slice
        }
        _ = try driver.produce(driver.batch(["a"]), to: "t")
        #expect(try answered(waiting) == nil)
        _ = try driver.produce(driver.batch(["b"]), to: "t")
        #expect(try answered(waiting)?.batches.count == 2)
        let late = try driver.send(.fetch("t", from: 2, wait: 500))
        driver.advance(499)
        #expect(try answered(late) == nil)
        driver.advance(1)
        #expect(try answered(late)?.batches.isEmpty == true)
        #expect(driver.core.fetches.count == 0)
    }

    @Test func committedReadersWakeAtTheEndOfTheTransaction() throws {
        let driver = driver()
        let producer = try driver.initProducer("x")
        _ = try driver.code(.addPartition("t", 0, to: "x", producer))
        let waiting = try driver.send(
            .fetch("t", from: 0, isolation: .readCommitted, wait: 500))
        let batch = driver.batch(["a"], producer, sequence: 0, isTransactional: true)
        _ = try driver.produce(batch, to: "t")
        #expect(try driver.response(waiting, as: FetchResponse.self) == nil)
        _ = try driver.code(.end("x", producer, commits: true))
        let response: FetchResponse = try #require(try driver.response(waiting))
        #expect(response.topics.first?.items.first?.slice.batches.count == 2)
    }

    @Test func aConnectionThatIsGoneWaitsForNothing() throws {
        let driver = driver()
        let ticket = try driver.send(.fetch("t", from: 0, wait: 500), connection: 9)
        driver.core.connectionClosed(9)
        #expect(driver.core.fetches.count == 0)
        driver.advance(1000)
        #expect(try driver.response(ticket, as: FetchResponse.self) == nil)
    }

    @Test func limitsCutAtBatchesAndTheFirstBatchAlwaysGoes() throws {
        let driver = driver()
        for value in ["a", "b", "c"] { _ = try driver.produce(driver.batch([value]), to: "t") }
        let size = Int32(driver.batch(["a"]).count)
        func count(_ maximum: Int32, _ partition: Int32) throws -> Int {
            try driver.fetch(
                .fetch("t", from: 0, maximumBytes: maximum, partitionBytes: partition)
            ).batches.count
        }
        #expect(try count(1 << 20, 1 << 20) == 3)
        #expect(try count(1 << 20, 2 * size) == 2)
        #expect(try count(2 * size + 1, 1 << 20) == 2)
        #expect(try count(1, 1 << 20) == 1)
        #expect(try count(1 << 20, 0) == 1)
        #expect(try count(-5, -5) == 1)
    }

    @Test func aFetchOutsideTheLogIsToldSoAtOnce() throws {
        let driver = driver()
        _ = try driver.produce(driver.batch(["a", "b", "c"]), to: "t")
        #expect(try driver.fetch(.fetch("t", from: 4, wait: 500)).error == .offsetOutOfRange)
        #expect(try driver.fetch(.fetch("t", from: -1, wait: 500)).error == .offsetOutOfRange)
        #expect(
            try driver.fetch(.fetch("t", 3, from: 0, wait: 500)).error == .unknownTopicOrPartition)
        let session: FetchResponse = try driver.answer(.fetch("t", from: 0, session: 5))
        #expect(session.error == .fetchSessionIDNotFound)
    }

    @Test func aDeletedStartIsGone() throws {
        let driver = driver()
        for value in ["a", "b", "c"] {
            _ = try driver.produce(driver.batch([value, value]), to: "t")
        }
        let response: DeleteRecordsResponse = try driver.answer(.deleteRecords("t", before: 3))
        #expect(response.topics.first?.items.first?.lowWatermark == 3)
        #expect(try driver.fetch(.fetch("t", from: 2)).error == .offsetOutOfRange)
        // The batch that holds the new start stays whole; readers pass over what is below.
        let slice = try driver.fetch(.fetch("t", from: 3))
        #expect(slice.logStartOffset == 3 && slice.batches.count == 2)
        let log = try #require(driver.core.log("t", 0))
        #expect(try log.records(.readCommitted).compactMap(\.text) == ["b", "c", "c"])
        let beyond: DeleteRecordsResponse = try driver.answer(.deleteRecords("t", before: 7))
        #expect(beyond.topics.first?.items.first?.error == .offsetOutOfRange)
        let all: DeleteRecordsResponse = try driver.answer(.deleteRecords("t", before: -1))
        #expect(all.topics.first?.items.first?.lowWatermark == 6)
        #expect(driver.core.storedBytes == 0)
    }

    @Test func offsetsAreFoundByTime() throws {
        let driver = driver()
        for time in [100, 200, 300] {
            let records = [0, 10].map {
                BrokerRecord(timestamp: Int64(time + $0), key: nil, value: nil)
            }
            _ = try driver.produce(RecordBatchBuilder.batch(records), to: "t")
        }
        func offset(_ time: Int64) throws -> Int64 {
            let response: ListOffsetsResponse = try driver.answer(.listOffsets("t", at: time))
            return try #require(response.topics.first?.items.first).offset
        }
        #expect(try offset(-2) == 0)
        #expect(try offset(-1) == 6)
        #expect(try offset(0) == 0)
        #expect(try offset(105) == 1)
        #expect(try offset(111) == 2)
        #expect(try offset(310) == 5)
        #expect(try offset(311) == -1)
        _ = try driver.answer(.deleteRecords("t", before: 3), as: DeleteRecordsResponse.self)
        #expect(try offset(-2) == 3)
        #expect(try offset(0) == 3)
    }

    @Test func aPausedPartitionShowsNothingNew() throws {
        let driver = driver()
        _ = try driver.produce(driver.batch(["a"]), to: "t")
        driver.core.log("t", 0)?.isPaused = true
        #expect(try driver.fetch(.fetch("t", from: 0)).batches.isEmpty)
        driver.core.log("t", 0)?.isPaused = false
        #expect(try driver.fetch(.fetch("t", from: 0)).batches.count == 1)
    }
}
