internal import CommandLineSupport
internal import Kafka
internal import Streaming

/// Rows, late records and dead letters as Kafka messages, acknowledged by the brokers.
final class KafkaSink: Sink {
    private let producer: Producer
    private let rows: Producer.Topic
    private let late: Producer.Topic
    private let deadLetters: Producer.Topic
    private let source: String
    /// How long the brokers may take to acknowledge a delivery.
    private static let flushTimeoutMilliseconds = 120_000
    /// Room for headers in a message that is cut to the largest size.
    private static let headerBytes = 1024

    struct Topics {
        var rows: String
        var late: String
        var deadLetters: String
    }

    /// - Parameter source: the topic that late records and dead letters came from.
    init(_ properties: KafkaProperties, topics: Topics, source: String) throws(KafkaError) {
        producer = try Producer(properties, log: logKafka)
        rows = try producer.topic(topics.rows)
        late = try producer.topic(topics.late)
        deadLetters = try producer.topic(topics.deadLetters)
        self.source = source
    }

    func deliver(_ pending: PendingOutput) throws {
        let failedBefore = producer.failed
        do throws(KafkaError) {
            for message in pending.messages { try produce(message, of: pending) }
            try producer.flush(timeoutMilliseconds: Self.flushTimeoutMilliseconds)
        } catch {
            throw ExitError(.failure, "results were not delivered: \(error)")
        }
        if producer.failed > failedBefore {
            let reason = producer.firstFailure?.description ?? "unknown"
            throw ExitError(
                .failure,
                "\(producer.failed - failedBefore) results were not delivered: \(reason)")
        }
    }

    private func produce(
        _ message: PendingOutput.Message, of pending: PendingOutput
    ) throws(KafkaError) {
        let size = max(0, message.keyLength) + max(0, message.valueLength)
        let limit = producer.maximumMessageBytes - Self.headerBytes
        if message.kind == .row, size <= limit {
            return try send(message, of: pending, to: rows, headers: nil, valueLimit: .max)
        }
        let valueLimit = max(0, limit - max(0, message.keyLength))
        let headers = headers(of: message, pending, isTruncated: size > limit)
        let topic = message.kind == .late ? late : deadLetters
        try send(message, of: pending, to: topic, headers: headers, valueLimit: valueLimit)
    }

    private func send(
        _ message: PendingOutput.Message, of pending: PendingOutput, to topic: Producer.Topic,
        headers: consuming RecordHeaders?, valueLimit: Int
    ) throws(KafkaError) {
        let storage = pending.bytes.storage
        let hasKey = message.keyLength >= 0 && message.keyLength <= producer.maximumMessageBytes / 2
        let keyRange = message.keyStart..<message.keyStart + (hasKey ? message.keyLength : 0)
        let valueLength = min(max(0, message.valueLength), valueLimit)
        let valueRange = message.valueStart..<message.valueStart + valueLength
        // A noncopyable value cannot be captured and consumed; it travels in an optional.
        var headers = headers
        try storage.withSpan(keyRange) { key throws(KafkaError) in
            try storage.withSpan(valueRange) { value throws(KafkaError) in
                try producer.produce(
                    topic: topic, key: hasKey ? key : nil,
                    value: message.valueLength >= 0 ? value : nil, headers: headers.take())
            }
        }
    }

    private func headers(
        of message: PendingOutput.Message, _ pending: PendingOutput, isTruncated: Bool
    ) -> RecordHeaders {
        let headers = RecordHeaders()
        guard message.origin >= 0 else {
            headers.add("reason", text: "row larger than the largest message")
            headers.add("truncated", text: "true")
            headers.add("length", text: String(message.valueLength))
            return headers
        }
        let origin = pending.origins[message.origin]
        headers.add("reason", text: origin.reason.description)
        headers.add("topic", text: source)
        if origin.offset >= 0 {
            headers.add("partition", text: String(origin.partition))
            headers.add("offset", text: String(origin.offset))
        }
        if origin.timestamp != RecordBatch.noTimestamp {
            headers.add("timestamp", text: String(origin.timestamp))
        }
        if case .late(let watermark) = origin.reason {
            headers.add("watermark", text: Log.utcText(microseconds: watermark))
        }
        if isTruncated {
            headers.add("truncated", text: "true")
            headers.add("length", text: String(message.valueLength))
        }
        return headers
    }

    func close() {}
}
