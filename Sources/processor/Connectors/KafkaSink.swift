internal import CommandLineSupport
internal import Kafka
internal import Streaming

/// Rows, late records and dead letters as Kafka messages.
final class KafkaSink: Sink {
    private let properties: KafkaProperties
    private let topics: Topics
    private let source: String
    private var connection: Connection?
    /// `message.max.bytes` in place of the configured one, once a broker has refused that.
    private var learntLimit: Int?

    /// How long the brokers may take to acknowledge a delivery.
    private static let flushTimeoutMilliseconds = 120_000
    /// Room for headers in a message that is cut to the largest size.
    private static let headerBytes = 1024
    /// A broker that refuses messages of this size is not served.
    private static let smallestLimit = 4096
    private static let maximumReasonBytes = 256

    struct Topics {
        var rows: String
        var late: String
        var deadLetters: String
    }

    private struct Connection {
        let producer: Producer
        let rows: Producer.Topic
        let late: Producer.Topic
        let deadLetters: Producer.Topic
    }

    /// - Parameter source: the topic that late records and dead letters came from.
    init(_ properties: KafkaProperties, topics: Topics, source: String) throws(KafkaError) {
        self.properties = properties
        self.topics = topics
        self.source = source
        try makeProducer(smaller: false)
    }

    /// Replaces the producer, if there is one; with `smaller` by one whose messages and batches
    /// are at most half as large.
    func makeProducer(smaller: Bool) throws(KafkaError) {
        if smaller, let connection {
            learntLimit = connection.producer.maximumMessageBytes / 2
            Log.warning(
                "a broker refuses the size of a message or batch: trying smaller ones",
                ["bytes": learntLimit ?? 0])
        }
        // The old one is destroyed first: two would be fighting over a transactional.id.
        connection = nil
        var properties = properties
        if let learntLimit {
            properties["message.max.bytes"] = String(learntLimit)
            properties["batch.size"] = String(learntLimit)
        }
        let producer = try Producer(properties, log: logKafka)
        connection = Connection(
            producer: producer, rows: try producer.topic(topics.rows),
            late: try producer.topic(topics.late),
            deadLetters: try producer.topic(topics.deadLetters))
    }

    var canBeSmaller: Bool {
        (connection?.producer.maximumMessageBytes ?? 0) / 2 >= Self.smallestLimit
    }

    func producer() throws(KafkaError) -> Producer { try connected().producer }

    private func connected() throws(KafkaError) -> Connection {
        if connection == nil { try makeProducer(smaller: false) }
        guard let connection else { preconditionFailure("a producer was just made") }
        return connection
    }

    /// Without transactions: returns when all is acknowledged.
    func deliver(_ pending: PendingOutput) throws {
        while let failure = try attempt(pending) {
            guard failure.code == .messageTooLarge, canBeSmaller else {
                throw ExitError(.failure, "results were not delivered: \(failure)")
            }
            try makeProducer(smaller: true)
        }
    }

    /// Nil, or why a message was not delivered.
    private func attempt(_ pending: PendingOutput) throws(ExitError) -> KafkaError? {
        do throws(KafkaError) {
            let producer = try producer()
            _ = producer.takeFailure()
            try produce(pending)
            try producer.flush(timeoutMilliseconds: Self.flushTimeoutMilliseconds)
            return producer.takeFailure()
        } catch {
            throw ExitError(.failure, "results were not delivered: \(error)")
        }
    }

    /// Hands all that is pending to the client.
    func produce(_ pending: PendingOutput) throws(KafkaError) {
        let connection = try connected()
        for message in pending.messages { try produce(message, of: pending, connection) }
    }

    private func produce(
        _ message: PendingOutput.Message, of pending: PendingOutput, _ connection: Connection
    ) throws(KafkaError) {
        let size = max(0, message.keyLength) + max(0, message.valueLength)
        let limit = connection.producer.maximumMessageBytes - Self.headerBytes
        if message.kind == .row, size <= limit {
            return try send(
                message, of: pending, to: connection.rows, connection.producer, headers: nil)
        }
        let headers = headers(of: message, pending, isTruncated: size > limit)
        try send(
            message, of: pending,
            to: message.kind == .late ? connection.late : connection.deadLetters,
            connection.producer, headers: headers)
    }

    private func send(
        _ message: PendingOutput.Message, of pending: PendingOutput, to topic: Producer.Topic,
        _ producer: Producer, headers: consuming RecordHeaders?
    ) throws(KafkaError) {
        let limit = max(0, producer.maximumMessageBytes - Self.headerBytes)
        let hasKey = message.keyLength >= 0 && message.keyLength <= limit / 2
        let valueLimit = limit - (hasKey ? message.keyLength : 0)
        let valueLength = min(max(0, message.valueLength), valueLimit)
        // A noncopyable value cannot be captured and consumed; it travels in an optional.
        var headers = headers
        try pending.withKey(of: message) { key throws(KafkaError) in
            try pending.withValue(of: message) { value throws(KafkaError) in
                try producer.produce(
                    topic: topic, key: hasKey ? key : nil,
                    value: message.valueLength >= 0 ? value.extracting(0..<valueLength) : nil,
                    headers: headers.take())
            }
        }
    }

    private func headers(
        of message: PendingOutput.Message, _ pending: PendingOutput, isTruncated: Bool
    ) -> RecordHeaders {
        let headers = RecordHeaders()
        guard let origin = pending.origin(of: message) else {
            headers.add("reason", text: "row larger than the largest message")
            headers.add("truncated", text: "true")
            headers.add("length", text: String(message.valueLength))
            return headers
        }
        headers.add(
            "reason", text: String(origin.reason.description.prefix(Self.maximumReasonBytes)))
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

    func close() { connection = nil }
}
