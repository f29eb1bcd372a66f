extension BrokerCore {
    /// Whether Kafka takes this as the name of a topic.
    static func isValidTopicName(_ name: String) -> Bool {
        (1...249).contains(name.utf8.count) && name != "." && name != ".."
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
                    UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    /// - Parameter validatesOnly: say whether it would work, and leave it.
    func createTopic(
        _ name: String, _ configuration: TopicConfiguration, validatesOnly: Bool = false
    ) -> ErrorCode {
        guard Self.isValidTopicName(name) else { return .invalidTopic }
        guard topics[name] == nil else { return .topicAlreadyExists }
        guard (1...TopicConfiguration.maximumPartitions).contains(configuration.partitions) else {
            return .invalidPartitions
        }
        if !validatesOnly { topics[name] = Topic(name: name, configuration) }
        return .none
    }

    func deleteTopic(_ name: String) -> ErrorCode {
        guard let topic = topics.removeValue(forKey: name) else { return .unknownTopicOrPartition }
        for (index, log) in topic.partitions.enumerated() {
            storedBytes -= log.byteCount
            changed.insert(BrokerPartition(name, index))
        }
        groups.forget(name)
        return .none
    }

    func grow(_ name: String, to count: Int, validatesOnly: Bool = false) -> ErrorCode {
        guard let topic = topics[name] else { return .unknownTopicOrPartition }
        let isMore = topic.partitions.count < count
        guard isMore, count <= TopicConfiguration.maximumPartitions else {
            return .invalidPartitions
        }
        if !validatesOnly { topic.grow(to: count) }
        return .none
    }
}

extension MetadataRequest {
    func perform(in broker: BrokerCore, _ context: RequestContext) -> Outcome {
        let names = topics ?? broker.topics.keys.sorted()
        return .reply(
            MetadataResponse(
                broker: context.endpoint, clusterID: broker.clusterID,
                topics: names.map { topic($0, in: broker) }))
    }

    private func topic(_ name: String, in broker: BrokerCore) -> MetadataResponse.Topic {
        if broker.topics[name] == nil {
            guard broker.configuration.createsTopics, allowsCreation else {
                let isValid = BrokerCore.isValidTopicName(name)
                return .init(
                    error: isValid ? .unknownTopicOrPartition : .invalidTopic, name: name,
                    partitions: 0)
            }
            let code = broker.createTopic(name, broker.configuration.topicDefaults)
            guard code == .none else { return .init(error: code, name: name, partitions: 0) }
        }
        return .init(name: name, partitions: broker.topics[name]?.partitions.count ?? 0)
    }
}

extension CreateTopicsRequest {
    func perform(in broker: BrokerCore, _ context: RequestContext) -> Outcome {
        let names = Dictionary(grouping: topics, by: \.name)
        let results = topics.map { topic -> TopicErrorsResponse.Topic in
            if names[topic.name]?.count != 1 {
                return .init(
                    name: topic.name, error: .invalidRequest, message: "named more than once")
            }
            return create(topic, in: broker)
        }
        return .reply(TopicErrorsResponse(topics: results, throttleSince: 2, messageSince: 1))
    }

    private func create(_ topic: Topic, in broker: BrokerCore) -> TopicErrorsResponse.Topic {
        func refusal(_ code: ErrorCode, _ message: String) -> TopicErrorsResponse.Topic {
            .init(name: topic.name, error: code, message: message)
        }
        guard topic.hasAssignments || topic.replicationFactor == 1 || topic.replicationFactor == -1
        else {
            return refusal(.invalidReplicationFactor, "there is one broker: replication factor 1")
        }
        var configuration = broker.configuration.topicDefaults
        if topic.partitions != -1 { configuration.partitions = Int(topic.partitions) }
        for setting in topic.settings {
            guard let value = setting.value else { continue }
            if let problem = configuration.set(setting.name, to: value) {
                return refusal(.invalidConfig, problem)
            }
        }
        let code = broker.createTopic(topic.name, configuration, validatesOnly: validatesOnly)
        let message: String? =
            switch code {
            case .none: nil
            case .topicAlreadyExists: "topic '\(topic.name)' already exists"
            case .invalidPartitions:
                "the number of partitions goes from 1 to \(TopicConfiguration.maximumPartitions)"
            default: "'\(topic.name)' is not a name for a topic"
            }
        return .init(name: topic.name, error: code, message: message)
    }
}

extension DeleteTopicsRequest {
    func perform(in broker: BrokerCore, _ context: RequestContext) -> Outcome {
        .reply(
            TopicErrorsResponse(
                topics: names.map { .init(name: $0, error: broker.deleteTopic($0)) },
                throttleSince: 1, messageSince: .max))
    }
}

extension CreatePartitionsRequest {
    func perform(in broker: BrokerCore, _ context: RequestContext) -> Outcome {
        .reply(
            TopicErrorsResponse(
                topics: topics.map { topic in
                    let code = broker.grow(
                        topic.name, to: Int(topic.count), validatesOnly: validatesOnly)
                    return .init(name: topic.name, error: code)
                }, throttleSince: 0, messageSince: 0))
    }
}

extension DeleteRecordsRequest {
    func perform(in broker: BrokerCore, _ context: RequestContext) -> Outcome {
        let results = topics.map { topic in
            topic.map { partition -> DeleteRecordsResponse.Partition in
                guard let log = broker.log(topic.topic, partition.index) else {
                    return .init(index: partition.index, error: .unknownTopicOrPartition)
                }
                let offset = partition.offset == -1 ? log.endOffset : partition.offset
                guard (0...log.endOffset).contains(offset) else {
                    return .init(index: partition.index, error: .offsetOutOfRange)
                }
                broker.deleteRecords(before: offset, in: log)
                broker.changed.insert(BrokerPartition(topic.topic, partition.index))
                return .init(
                    index: partition.index, lowWatermark: log.logStartOffset, error: .none)
            }
        }
        return .reply(DeleteRecordsResponse(topics: results))
    }
}

extension DescribeConfigsRequest {
    func perform(in broker: BrokerCore, _ context: RequestContext) -> Outcome {
        .reply(DescribeConfigsResponse(results: resources.map { describe($0, in: broker) }))
    }

    private func describe(
        _ resource: Resource, in broker: BrokerCore
    ) -> DescribeConfigsResponse.Result {
        let settings: [DescribeConfigsResponse.Setting]
        switch resource.type {
        case 2:
            guard let topic = broker.topics[resource.name] else {
                return .init(
                    error: .unknownTopicOrPartition, message: "no such topic", resource: resource)
            }
            settings = topic.configuration.settings
        case 4:
            let configuration = broker.configuration
            settings = [
                ("auto.create.topics.enable", "\(configuration.createsTopics)"),
                (
                    "group.initial.rebalance.delay.ms",
                    "\(configuration.initialRebalanceDelay.milliseconds)"
                ),
                ("num.partitions", "\(configuration.topicDefaults.partitions)"),
                (
                    "transaction.max.timeout.ms",
                    "\(configuration.maximumTransactionTimeout.milliseconds)"
                ),
            ].map { .init(name: $0, value: $1, isDefault: true) }
        default:
            return .init(
                error: .invalidRequest, message: "topics (2) and the broker (4) have settings",
                resource: resource)
        }
        return .init(
            resource: resource,
            settings: settings.filter { resource.keys?.contains($0.name) ?? true })
    }
}
