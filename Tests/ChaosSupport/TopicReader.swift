internal import CRdkafka

/// What a client of Kafka could not do.
public struct ClientError: Error, CustomStringConvertible {
    public var description: String
}

/// Reads topics from their beginning, with librdkafka and nothing of ours.
@safe public final class TopicReader {
    private let client: OpaquePointer
    private let topics: [String]
    private let partitions: Int
    private var ended: Set<String> = []

    /// - Parameter committedOnly: whether records of open and aborted transactions are hidden.
    public init(
        brokers: String, topics: [String], partitions: Int, committedOnly: Bool = true
    ) throws {
        self.topics = topics
        self.partitions = partitions
        unsafe client = try makeClient(
            RD_KAFKA_CONSUMER,
            [
                "bootstrap.servers": brokers, "group.id": "chaos-reader",
                "enable.auto.commit": "false", "enable.auto.offset.store": "false",
                "enable.partition.eof": "true", "auto.offset.reset": "earliest",
                "isolation.level": committedOnly ? "read_committed" : "read_uncommitted",
                "fetch.wait.max.ms": "50", "reconnect.backoff.max.ms": "500",
            ])
        let list = unsafe rd_kafka_topic_partition_list_new(Int32(clamping: partitions))
        defer { unsafe rd_kafka_topic_partition_list_destroy(list) }
        for topic in topics {
            for partition in 0..<partitions {
                let element = unsafe rd_kafka_topic_partition_list_add(
                    list, topic, Int32(clamping: partition))
                unsafe element?.pointee.offset = Int64(RD_KAFKA_OFFSET_BEGINNING)
            }
        }
        unsafe rd_kafka_assign(client, list)
    }

    deinit {
        unsafe rd_kafka_consumer_close(client)
        unsafe rd_kafka_destroy(client)
    }

    /// The next record and its topic; nil if none came in time.
    public func poll(milliseconds: Int) -> (topic: String, record: LogRecord)? {
        let pointer = unsafe rd_kafka_consumer_poll(client, Int32(clamping: milliseconds))
        guard let message = unsafe pointer else { return nil }
        defer { unsafe rd_kafka_message_destroy(message) }
        let partition = unsafe Int(message.pointee.partition)
        // Errors without a topic are of the connection, which comes back.
        guard let handle = unsafe message.pointee.rkt else { return nil }
        let topic = unsafe String(cString: rd_kafka_topic_name(handle))
        if unsafe message.pointee.err == RD_KAFKA_RESP_ERR__PARTITION_EOF {
            ended.insert("\(topic)/\(partition)")
            return nil
        }
        guard unsafe message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        ended.remove("\(topic)/\(partition)")
        return unsafe (
            topic,
            LogRecord(
                partition: partition, offset: message.pointee.offset,
                key: bytes(message.pointee.key, message.pointee.key_len),
                value: bytes(message.pointee.payload, message.pointee.len),
                headers: headers(message))
        )
    }

    private func bytes(_ pointer: UnsafeMutableRawPointer?, _ count: Int) -> [UInt8]? {
        guard let pointer = unsafe pointer else { return nil }
        return unsafe Array(UnsafeRawBufferPointer(start: pointer, count: count))
    }

    private func headers(_ message: UnsafeMutablePointer<rd_kafka_message_t>) -> [String: String] {
        var list: OpaquePointer?
        guard unsafe rd_kafka_message_headers(message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR
        else { return [:] }
        var result: [String: String] = [:]
        let count = unsafe rd_kafka_header_cnt(list)
        for index in 0..<count {
            var name: UnsafePointer<CChar>?
            var value: UnsafeRawPointer?
            var size = 0
            unsafe rd_kafka_header_get_all(list, index, &name, &value, &size)
            guard let name = unsafe name else { continue }
            let bytes = unsafe UnsafeRawBufferPointer(start: value, count: size)
            result[unsafe String(cString: name)] = unsafe String(decoding: bytes, as: UTF8.self)
        }
        return result
    }

    /// Reads on to the present end of all partitions.
    /// - Throws: ``ClientError`` if nothing comes for 30 seconds before that.
    public func readToEnd(_ body: (String, LogRecord) -> Void) throws {
        var heard = ContinuousClock.now
        while ended.count < topics.count * partitions {
            if let (topic, record) = poll(milliseconds: 100) {
                body(topic, record)
                heard = .now
            } else if heard.duration(to: .now) > .seconds(30) {
                throw ClientError(description: "no end of \(topics) within 30 s of silence")
            }
        }
    }

    /// The end of each partition as this reader may see it: where the first open transaction
    /// begins, if only committed records are read.
    public func ends() throws -> [Int64] {
        try topics.flatMap { topic in
            try (0..<partitions).map { partition in
                var low: Int64 = 0
                var high: Int64 = 0
                let code = unsafe rd_kafka_query_watermark_offsets(
                    client, topic, Int32(clamping: partition), &low, &high, 10_000)
                try check(code, "the end of \(topic)")
                return high
            }
        }
    }
}

func check(_ code: rd_kafka_resp_err_t, _ what: String) throws(ClientError) {
    guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
    throw ClientError(description: "\(what): \(unsafe String(cString: rd_kafka_err2str(code)))")
}

func makeClient(
    _ type: rd_kafka_type_t, _ settings: [String: String]
) throws(ClientError) -> OpaquePointer {
    let configuration = unsafe rd_kafka_conf_new()
    for (name, value) in settings {
        _ = unsafe rd_kafka_conf_set(configuration, name, value, nil, 0)
    }
    // Lost connections are part of the plan, and not worth a line.
    unsafe rd_kafka_conf_set_log_cb(configuration) { _, _, _, _ in }
    guard let client = unsafe rd_kafka_new(type, configuration, nil, 0) else {
        unsafe rd_kafka_conf_destroy(configuration)
        throw ClientError(description: "no client for \(settings)")
    }
    return unsafe client
}
