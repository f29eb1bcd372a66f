import Testing

@testable import EmbeddedBroker

@Suite struct TopicTests {
    private func create(
        _ name: String, partitions: Int32 = 1, factor: Int16 = 1,
        settings: [(String, String?)] = [], validates: Bool = false
    ) -> TestRequest {
        TestRequest(api: .createTopics, version: 4) { writer in
            writer.array([name]) { writer, name in
                writer.string(name)
                writer.integer(partitions)
                writer.integer(factor)
                writer.array([Int]()) { _, _ in }
                writer.array(settings) { writer, setting in
                    writer.string(setting.0)
                    writer.nullableString(setting.1)
                }
            }
            writer.integer(Int32(1000))
            writer.boolean(validates)
        }
    }

    private func code(_ driver: CoreDriver, _ request: TestRequest) throws -> ErrorCode {
        let response: TopicErrorsResponse = try driver.answer(request)
        return try #require(response.topics.first).error
    }

    @Test func topicsAreCreatedOnceAndAsTheyMayBe() throws {
        let driver = CoreDriver()
        #expect(try code(driver, create("t", validates: true)) == .none)
        #expect(driver.core.topics.isEmpty)
        let settings: [(String, String?)] = [
            ("message.timestamp.type", "LogAppendTime"), ("retention.ms", "60000"),
            ("retention.bytes", nil), ("cleanup.policy", "compact"),
        ]
        #expect(try code(driver, create("t", partitions: 3, settings: settings)) == .none)
        let topic = try #require(driver.core.topics["t"])
        #expect(topic.partitions.count == 3 && topic.configuration.timestampType == .logAppendTime)
        #expect(topic.configuration.retentionTime == .seconds(60))
        #expect(try code(driver, create("t")) == .topicAlreadyExists)
        #expect(try code(driver, create("u", partitions: 0)) == .invalidPartitions)
        #expect(try code(driver, create("u", partitions: .max)) == .invalidPartitions)
        #expect(try code(driver, create("u", factor: 3)) == .invalidReplicationFactor)
        #expect(try code(driver, create("u", settings: [("x", "y")])) == .invalidConfig)
        #expect(try code(driver, create("u", settings: [("retention.ms", "-2")])) == .invalidConfig)
        for name in ["", ".", "..", "a b", "ü", String(repeating: "a", count: 250)] {
            #expect(try code(driver, create(name)) == .invalidTopic)
        }
        #expect(try code(driver, create("default", partitions: -1, factor: -1)) == .none)
    }

    @Test func settingsAreShownAsSet() throws {
        let driver = CoreDriver()
        _ = try code(driver, create("t", settings: [("cleanup.policy", "compact")]))
        let request = TestRequest(api: .describeConfigs, version: 1) { writer in
            writer.array([(Int8(2), "t"), (2, "missing"), (4, "1")]) { writer, resource in
                writer.integer(resource.0)
                writer.string(resource.1)
                writer.nullableArray([String]?.none) { $0.string($1) }
            }
            writer.boolean(false)
        }
        let response: DescribeConfigsResponse = try driver.answer(request)
        let policy = response.results[0].settings.first { $0.name == "cleanup.policy" }
        #expect(policy?.value == "compact" && policy?.isDefault == false)
        #expect(response.results[1].error == .unknownTopicOrPartition)
        #expect(response.results[2].settings.contains { $0.name == "num.partitions" })
    }

    @Test func askingForATopicCreatesItIfThatIsOn() throws {
        func ask(_ creates: Bool, _ allowed: Bool, _ name: String = "t") throws
            -> MetadataResponse.Topic
        {
            var configuration = BrokerConfiguration()
            configuration.createsTopics = creates
            configuration.topicDefaults.partitions = 5
            let driver = CoreDriver(configuration)
            let response: MetadataResponse = try driver.answer(
                .metadata([name], creates: allowed))
            return try #require(response.topics.first)
        }
        #expect(try ask(true, true).partitions == 5)
        #expect(try ask(true, false).error == .unknownTopicOrPartition)
        #expect(try ask(false, true).error == .unknownTopicOrPartition)
        #expect(try ask(true, true, "a b").error == .invalidTopic)
        #expect(try ask(false, true, "a b").error == .invalidTopic)
    }

    @Test func aDeletedTopicTakesItsOffsetsAlong() throws {
        let driver = CoreDriver()
        _ = try code(driver, create("t"))
        _ = try driver.produce(driver.batch(["a"]), to: "t")
        _ = try driver.code(.commit(1, of: "t", group: "g"))
        let waiting = try driver.send(.fetch("t", from: 1, wait: 1000))
        let delete = TestRequest(api: .deleteTopics, version: 3) { writer in
            writer.array(["t"]) { $0.string($1) }
            writer.integer(Int32(0))
        }
        #expect(try code(driver, delete) == .none)
        #expect(try code(driver, delete) == .unknownTopicOrPartition)
        #expect(driver.core.storedBytes == 0)
        #expect(driver.core.groups.groups["g"]?.offsets.isEmpty == true)
        let response: FetchResponse = try #require(try driver.response(waiting))
        #expect(response.topics.first?.items.first?.slice.error == .unknownTopicOrPartition)
    }
}
