import Testing

@testable import EmbeddedBroker

@Suite struct RetentionTests {
    private static let value = String(repeating: "x", count: 100)

    private func driver(_ topic: TopicConfiguration, memory: Int = 1 << 30) -> CoreDriver {
        var configuration = BrokerConfiguration()
        configuration.memoryLimit = memory
        let driver = CoreDriver(configuration)
        _ = driver.core.createTopic("t", topic)
        return driver
    }

    private func append(_ driver: CoreDriver, _ count: Int = 1) throws -> ErrorCode {
        var last = ErrorCode.none
        for _ in 0..<count { last = try driver.produce(driver.batch([Self.value]), to: "t").error }
        return last
    }

    @Test func theOldestGoWhenAPartitionIsFull() throws {
        let driver = driver(TopicConfiguration(retentionBytes: 1000))
        #expect(try append(driver, 20) == .none)
        let log = try #require(driver.core.log("t", 0))
        #expect(log.byteCount <= 1000 && log.logStartOffset > 0 && log.endOffset == 20)
        #expect(driver.core.storedBytes == log.byteCount)
        #expect(
            driver.warnings == [.recordsDeleted(BrokerPartition("t", 0), start: 1)],
            "told once")
    }

    @Test func whatAGroupStillNeedsHoldsProducersOff() throws {
        let driver = driver(TopicConfiguration(retentionBytes: 1000))
        #expect(try append(driver, 4) == .none)
        #expect(try driver.code(.commit(2, of: "t", group: "slow")) == .none)
        #expect(try driver.code(.commit(4, of: "t", group: "fast")) == .none)
        var accepted = 4
        while try append(driver) == .none { accepted += 1 }
        #expect(try append(driver) == .notEnoughReplicas)
        let log = try #require(driver.core.log("t", 0))
        #expect(log.logStartOffset == 2 && log.endOffset == Int64(accepted))
        let held = driver.warnings.filter { if case .retentionHeld = $0 { true } else { false } }
        #expect(
            held == [
                .retentionHeld(
                    BrokerPartition("t", 0), group: "slow", committedOffset: 2,
                    bytes: log.byteCount)
            ])
        // The group goes on, and so does the producer.
        #expect(try driver.code(.commit(5, of: "t", group: "slow")) == .none)
        #expect(try driver.code(.commit(5, of: "t", group: "fast")) == .none)
        #expect(try append(driver) == .none)
        #expect(log.logStartOffset == 3)
    }

    @Test func anOpenTransactionIsKept() throws {
        let driver = driver(TopicConfiguration(retentionBytes: 1000))
        let producer = try driver.initProducer("x")
        _ = try driver.code(.addPartition("t", 0, to: "x", producer))
        let batch = driver.batch(["a"], producer, sequence: 0, isTransactional: true)
        #expect(try driver.produce(batch, to: "t").error == .none)
        #expect(try append(driver, 20) == .notEnoughReplicas)
        #expect(try driver.code(.end("x", producer, commits: false)) == .none)
        #expect(try append(driver, 20) == .none)
    }

    @Test func ageIsLookedAtNowAndThen() throws {
        let driver = driver(TopicConfiguration(retentionTime: .seconds(60)))
        #expect(try append(driver) == .none)
        driver.advance(30_000)
        #expect(try append(driver) == .none)
        #expect(try driver.code(.commit(1, of: "t", group: "g")) == .none)
        driver.advance(31_500)
        #expect(driver.core.log("t", 0)?.logStartOffset == 1)
        driver.advance(100_000)
        #expect(driver.core.log("t", 0)?.logStartOffset == 1, "the group needs it")
        #expect(try driver.code(.commit(2, of: "t", group: "g")) == .none)
        driver.advance(1000)
        #expect(driver.core.log("t", 0)?.byteCount == 0)
        #expect(driver.core.nextTimer == nil, "an empty log needs no watch")
    }

    @Test func memoryHasALimit() throws {
        let driver = driver(TopicConfiguration(), memory: 1000)
        #expect(try append(driver, 20) == .notEnoughReplicas)
        #expect(driver.core.storedBytes <= 1000)
        #expect(driver.warnings.count == 1)
        _ = try driver.answer(.deleteRecords("t", before: -1), as: DeleteRecordsResponse.self)
        #expect(try append(driver) == .none)
    }
}
