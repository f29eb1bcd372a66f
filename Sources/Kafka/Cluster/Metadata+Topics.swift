internal import CRdkafka

/// A topic to create.
public struct NewTopic: Sendable {
    public var name: String
    /// At least 1, or -1 for the broker's default (Kafka 2.4 and later).
    public var partitions: Int
    /// Replicas of each partition, or -1 for the broker's default.
    public var replication: Int
    /// Topic settings such as `retention.ms`.
    public var configuration: [(name: String, value: String)]

    public init(
        _ name: String, partitions: Int, replication: Int = -1,
        configuration: [(name: String, value: String)] = []
    ) {
        self.name = name
        self.partitions = partitions
        self.replication = replication
        self.configuration = configuration
    }
}

extension Metadata {
    /// Creates a topic and waits until the cluster knows it.
    ///
    /// Throws ``KafkaError/Code/topicAlreadyExists`` if there is one of that name,
    /// ``KafkaError/Code/unsupportedFeature`` if the controller does not know the request, and
    /// ``KafkaError/Code/timedOut`` if no broker is the controller, as in a ``MockCluster``.
    public func create(_ topic: NewTopic, timeoutMilliseconds: Int) throws(KafkaError) {
        let operation = "create topic \(topic.name)"
        let request = try NewTopicHandle(topic, operation)
        let options = unsafe rd_kafka_AdminOptions_new(
            client.pointer, RD_KAFKA_ADMIN_OP_CREATETOPICS)
        defer { unsafe rd_kafka_AdminOptions_destroy(options) }
        let timeout = Int32(clamping: max(timeoutMilliseconds, 1))
        _ = unsafe rd_kafka_AdminOptions_set_request_timeout(options, timeout, nil, 0)
        _ = unsafe rd_kafka_AdminOptions_set_operation_timeout(options, timeout, nil, 0)
        let answers = QueueHandle(client: client)
        var pointer: OpaquePointer? = unsafe request.pointer
        unsafe rd_kafka_CreateTopics(client.pointer, &pointer, 1, options, answers.pointer)
        // librdkafka answers by itself when the request times out; the margin is for that answer.
        let patience = Int32(clamping: Int(timeout) + 1000)
        guard let event = unsafe rd_kafka_queue_poll(answers.pointer, patience) else {
            throw KafkaError(.timedOut, operation: operation)
        }
        defer { unsafe rd_kafka_event_destroy(event) }
        if let error = unsafe Self.error(of: event, operation) { throw error }
    }

    private static func error(of event: OpaquePointer, _ operation: String) -> KafkaError? {
        let code = unsafe rd_kafka_event_error(event)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            let text = unsafe rd_kafka_event_error_string(event).map { unsafe String(cString: $0) }
            return KafkaError(code, operation: operation, text: text ?? "")
        }
        var count = 0
        let topics = unsafe rd_kafka_CreateTopics_result_topics(
            rd_kafka_event_CreateTopics_result(event), &count)
        guard count > 0, let topic = unsafe topics?[0] else { return nil }
        let answer = unsafe rd_kafka_topic_result_error(topic)
        guard answer != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        let text = unsafe rd_kafka_topic_result_error_string(topic).map {
            unsafe String(cString: $0)
        }
        return KafkaError(answer, operation: operation, text: text ?? "")
    }
}

/// Owns an `rd_kafka_NewTopic_t`.
@safe private struct NewTopicHandle: ~Copyable {
    let pointer: OpaquePointer

    init(_ topic: NewTopic, _ operation: String) throws(KafkaError) {
        guard topic.partitions > 0 || topic.partitions == -1 else {
            throw KafkaError(
                .invalidArgument, operation: operation, text: "\(topic.partitions) partitions")
        }
        var pointer: OpaquePointer?
        let reason = unsafe ConfigurationHandle.withErrorText { text, size in
            unsafe pointer = rd_kafka_NewTopic_new(
                topic.name, Int32(clamping: topic.partitions), Int32(clamping: topic.replication),
                text, size)
        }
        guard let pointer = unsafe pointer else {
            throw KafkaError(.invalidArgument, operation: operation, text: reason)
        }
        for (name, value) in topic.configuration {
            let code = unsafe rd_kafka_NewTopic_set_config(pointer, name, value)
            guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
                unsafe rd_kafka_NewTopic_destroy(pointer)
                throw KafkaError(code, operation: "\(operation): setting \(name)")
            }
        }
        unsafe self.pointer = pointer
    }

    deinit { unsafe rd_kafka_NewTopic_destroy(pointer) }
}
