internal import CRdkafka

/// Asks a cluster about its brokers and topics, and creates topics. All calls on one thread; each
/// blocks up to its timeout.
public final class Metadata {
    static let defaults: KeyValuePairs<String, String> = [
        "client.id": "tidemark",
        // Asking about a topic must not bring it into being.
        "allow.auto.create.topics": "false",
        "reconnect.backoff.max.ms": "500",
        "log.connection.close": "false",
    ]

    let client: ClientHandle
    private let brokers: String

    /// Throws a ``KafkaError`` that names a wrong property. Connects in the background.
    public init(
        _ properties: KafkaProperties, log: @escaping KafkaLogSink
    ) throws(KafkaError) {
        let properties = properties.withDefaults(Self.defaults)
        brokers = properties.brokers
        let configuration = try ConfigurationHandle(properties)
        // A consumer without a group: a producer's metadata requests may create topics.
        client = try configuration.makeClient(
            RD_KAFKA_CONSUMER, context: ClientContext(log: log))
    }

    /// Returns as soon as a broker has answered; throws an error that names the brokers and the last
    /// trouble with them if none has in `timeoutMilliseconds`.
    public func waitForBroker(timeoutMilliseconds: Int) throws(KafkaError) {
        let deadline = Deadline(milliseconds: timeoutMilliseconds)
        while true {
            let left = deadline.remainingMilliseconds
            // Brokers only: no topic is known to this client yet.
            let code = unsafe fetch(nil, all: false, timeoutMilliseconds: max(left, 1)) { _ in }
            if code == RD_KAFKA_RESP_ERR_NO_ERROR { return }
            // It fails at once when a connection breaks, so wait a little in any case; this serves
            // the error callback as well.
            _ = unsafe rd_kafka_poll(client.pointer, Int32(clamping: min(left, 20)))
            if deadline.remainingMilliseconds == 0 {
                throw unreachable(code, "no broker answered in \(timeoutMilliseconds) ms")
            }
        }
    }

    /// All topics that the client may see, by name, each with its number of partitions.
    public func topics(
        timeoutMilliseconds: Int
    ) throws(KafkaError) -> [(name: String, partitions: Int)] {
        var result: [(name: String, partitions: Int)] = []
        let code = unsafe fetch(nil, all: true, timeoutMilliseconds: timeoutMilliseconds) {
            metadata in
            for index in 0..<Int(unsafe metadata.topic_cnt) {
                let topic = unsafe metadata.topics[index]
                unsafe result.append((String(cString: topic.topic), Int(topic.partition_cnt)))
            }
        }
        try check(code, "list the topics")
        return result.sorted { $0.name < $1.name }
    }

    /// The number of partitions of `topic`.
    ///
    /// Throws ``KafkaError/Code/unknownTopicOrPartition`` if there is no such topic, another code
    /// that is retriable and names the brokers if none of them answered, or the broker's own, such
    /// as a missing permission.
    public func partitions(
        of topic: String, timeoutMilliseconds: Int
    ) throws(KafkaError) -> Int {
        guard let handle = unsafe rd_kafka_topic_new(client.pointer, topic, nil) else {
            throw KafkaError(rd_kafka_last_error(), operation: "look up topic \(topic)")
        }
        defer { unsafe rd_kafka_topic_destroy(handle) }
        let deadline = Deadline(milliseconds: timeoutMilliseconds)
        while true {
            var count = 0
            var answer = RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART
            let code = unsafe fetch(
                handle, all: false, timeoutMilliseconds: max(deadline.remainingMilliseconds, 1)
            ) { metadata in
                guard unsafe metadata.topic_cnt > 0 else { return }
                unsafe answer = metadata.topics[0].err
                unsafe count = Int(metadata.topics[0].partition_cnt)
            }
            try check(code, "look up topic \(topic)")
            if answer == RD_KAFKA_RESP_ERR_NO_ERROR, count > 0 { return count }
            // A topic that is just being created has no leaders for a moment.
            if answer == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE
                || count == 0 && answer.rawValue == 0,
                deadline.remainingMilliseconds > 0
            {
                _ = unsafe rd_kafka_poll(client.pointer, 50)
                continue
            }
            throw KafkaError(answer, operation: "look up topic \(topic)")
        }
    }

    /// Fetches metadata, lends it to `body` and frees it.
    private func fetch(
        _ topic: OpaquePointer?, all: Bool, timeoutMilliseconds: Int,
        _ body: (rd_kafka_metadata) -> Void
    ) -> rd_kafka_resp_err_t {
        var pointer: UnsafePointer<rd_kafka_metadata>?
        let code = unsafe rd_kafka_metadata(
            client.pointer, all ? 1 : 0, topic, &pointer, Int32(clamping: timeoutMilliseconds))
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR, let pointer = unsafe pointer else { return code }
        unsafe body(pointer.pointee)
        unsafe rd_kafka_metadata_destroy(pointer)
        return code
    }

    private func check(_ code: rd_kafka_resp_err_t, _ operation: String) throws(KafkaError) {
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
        _ = unsafe rd_kafka_poll(client.pointer, 0)
        throw unreachable(code, operation)
    }

    private func unreachable(_ code: rd_kafka_resp_err_t, _ operation: String) -> KafkaError {
        let trouble = client.context.lastError?.text ?? KafkaError.Code(code).text
        return KafkaError(code, operation: "\(brokers): \(operation)", text: trouble)
    }
}
