internal import CRdkafka

/// Sends records to Kafka, idempotently unless told otherwise, and in transactions if a
/// `transactional.id` is set.
///
/// All calls on one thread. Nothing waits for an acknowledgement but
/// ``flush(timeoutMilliseconds:)`` and the transactional calls; what became of the records is
/// counted by ``poll()``.
public final class Producer {
    /// A topic to produce to, good for the producer that gave it.
    public struct Topic: Hashable, Sendable {
        let index: Int
    }

    /// What holds unless the caller's properties say otherwise.
    ///
    /// `partitioner=murmur2` puts a key where the Java client does; all null keys go to one
    /// partition, which is a fixed one for a given number of partitions.
    public static let defaults: KeyValuePairs<String, String> = [
        "client.id": "tidemark",
        "enable.idempotence": "true",
        "acks": "all",
        "compression.codec": "lz4",
        "linger.ms": "5",
        "partitioner": "murmur2",
        "queue.buffering.max.kbytes": "65536",
        "reconnect.backoff.max.ms": "1000",
        "log.connection.close": "false",
    ]

    /// How long ``produce(topic:partition:key:value:headers:timestamp:)`` waits for room in a full
    /// queue, in milliseconds.
    public var queueFullTimeoutMilliseconds = 60_000
    /// Polls spent waiting for room in a full queue: the broker is slower than the caller.
    public private(set) var backPressureWaits = 0
    /// The largest record, key, value and headers together, that the client accepts, in bytes
    /// (`message.max.bytes`). A topic's `max.message.bytes` may allow less.
    public let maximumMessageBytes: Int

    let client: ClientHandle
    private let context: ProducerContext
    /// Nil once the producer is going away; topics end before the client.
    private var topics: TopicTable?

    /// Makes a producer; it connects in the background, so an unreachable broker is no error here.
    ///
    /// Throws a ``KafkaError`` that names a wrong property.
    public init(
        _ properties: KafkaProperties, log: @escaping KafkaLogSink
    ) throws(KafkaError) {
        let context = ProducerContext(log: log)
        let configuration = try ConfigurationHandle(properties.withDefaults(Self.defaults))
        configuration.installDeliveryCallback()
        client = try configuration.makeClient(RD_KAFKA_PRODUCER, context: context)
        self.context = context
        topics = TopicTable()
        maximumMessageBytes = client.property("message.max.bytes").flatMap { Int($0) } ?? 1_000_000
    }

    deinit { topics = nil }

    /// The topic called `name`, which need not exist yet. Throws on an invalid name.
    public func topic(_ name: String) throws(KafkaError) -> Topic {
        guard let index = try topics?.index(of: name, client: client) else {
            preconditionFailure("the producer is gone")
        }
        return Topic(index: index)
    }

    /// Hands a record to the client, which copies it; nothing is sent before this returns.
    ///
    /// - Parameters:
    ///   - partition: nil lets the partitioner choose by the key.
    ///   - key: nil is a null key.
    ///   - value: nil is a null value (a tombstone).
    ///   - timestamp: milliseconds since 1970; nil is now.
    ///
    /// If the client's queue is full it polls until there is room: back pressure, counted in
    /// ``backPressureWaits``. Throws ``KafkaError/Code/queueFull`` after
    /// ``queueFullTimeoutMilliseconds``, ``KafkaError/Code/messageTooLarge`` for a record beyond
    /// ``maximumMessageBytes``, ``KafkaError/Code/unknownPartitionLocally``, or a fatal error.
    public func produce(
        topic: Topic, partition: Int32? = nil, key: Span<UInt8>?, value: Span<UInt8>?,
        headers: consuming RecordHeaders? = nil, timestamp: Int64? = nil
    ) throws(KafkaError) {
        var list: OpaquePointer?
        if let headers = consume headers {
            unsafe list = headers.pointer
            headers.handOver()
        }
        let code = unsafe enqueue(
            topic, partition ?? RD_KAFKA_PARTITION_UA, key, value, list, timestamp ?? 0)
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
        if let list = unsafe list { unsafe rd_kafka_headers_destroy(list) }
        throw refusal(code, topic)
    }

    /// Produces as often as it takes to find room; `headers` stay the caller's unless it succeeds.
    private func enqueue(
        _ topic: Topic, _ partition: Int32, _ key: Span<UInt8>?, _ value: Span<UInt8>?,
        _ headers: OpaquePointer?, _ timestamp: Int64
    ) -> rd_kafka_resp_err_t {
        guard let handle = unsafe topics?.pointer(topic.index) else {
            preconditionFailure("the producer is gone")
        }
        return unsafe withOptionalBytes(of: key) { key in
            unsafe withOptionalBytes(of: value) { value in
                var deadline: Deadline?
                while true {
                    let code = unsafe crdkafka_produce(
                        client.pointer, handle, partition, value.baseAddress, value.count,
                        key.baseAddress, key.count, timestamp, headers)
                    guard code == RD_KAFKA_RESP_ERR__QUEUE_FULL else { return code }
                    let limit = deadline ?? Deadline(milliseconds: queueFullTimeoutMilliseconds)
                    deadline = limit
                    guard limit.remainingMilliseconds > 0 else { return code }
                    backPressureWaits += 1
                    poll(timeoutMilliseconds: 20)
                }
            }
        }
    }

    private func refusal(_ code: rd_kafka_resp_err_t, _ topic: Topic) -> KafkaError {
        if code == RD_KAFKA_RESP_ERR__FATAL, let fatal = fatalError { return fatal }
        return KafkaError(code, operation: "produce to \(topics?.name(topic.index) ?? "")")
    }

    /// Counts the acknowledgements and failures that have come in, without waiting.
    public func poll() { poll(timeoutMilliseconds: 0) }

    /// Waits up to `timeoutMilliseconds` for an acknowledgement or failure and counts it.
    public func poll(timeoutMilliseconds: Int) {
        _ = unsafe rd_kafka_poll(client.pointer, Int32(clamping: timeoutMilliseconds))
    }

    /// Sends what is queued and waits until each record has been acknowledged or has failed.
    ///
    /// Throws ``KafkaError/Code/timedOut`` if that takes longer; the records stay queued then.
    public func flush(timeoutMilliseconds: Int) throws(KafkaError) {
        let code = unsafe rd_kafka_flush(client.pointer, Int32(clamping: timeoutMilliseconds))
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
        throw KafkaError(
            code, operation: "flush",
            text: "\(inFlight) records were not acknowledged in \(timeoutMilliseconds) ms")
    }

    /// Records handed over and neither acknowledged nor failed, those not yet counted included.
    public var inFlight: Int { Int(unsafe rd_kafka_outq_len(client.pointer)) }
    /// Records that the broker has acknowledged, as of the last poll or flush.
    public var acknowledged: Int { context.acknowledged }
    /// Records that were given up, as of the last poll or flush.
    public var failed: Int { context.failed }
    /// Why the first of the failed records failed.
    public var firstFailure: KafkaError? { context.firstFailure }

    /// Why the first record failed since the last call; nil if none did.
    public func takeFailure() -> KafkaError? { context.newFailure.take() }
    /// The last trouble of the client as a whole, such as all brokers being down; it may have
    /// passed.
    public var lastError: KafkaError? { context.lastError }
    /// The error after which this producer can do nothing more, if there was one.
    public var fatalError: KafkaError? { client.fatalError }
}

/// Lends the bytes of an optional span; nil gives a nil base address.
private func withOptionalBytes<Result>(
    of span: Span<UInt8>?, _ body: (UnsafeRawBufferPointer) -> Result
) -> Result {
    guard let span else { return unsafe body(UnsafeRawBufferPointer(start: nil, count: 0)) }
    return unsafe withBytes(of: span) { unsafe body($0) }
}
