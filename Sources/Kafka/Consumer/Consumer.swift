internal import CRdkafka
public import Streaming

/// A member of a consumer group that reads records into batches.
///
/// All calls on one thread; librdkafka fetches ahead on its own. Records come through a queue apart
/// from the group's events: so a rebalance never happens in the middle of a read, which is what
/// makes librdkafka's batch call safe, and the batch call costs half of `rd_kafka_consumer_poll`.
public final class Consumer {
    /// What holds unless the caller's properties say otherwise.
    ///
    /// Offsets are neither stored nor committed by the library, and an offset that is not in the
    /// log is an error. `range` is the only family of assignors here: cooperative ones are refused.
    public static let defaults: KeyValuePairs<String, String> = [
        "client.id": "tidemark",
        "enable.auto.commit": "false",
        "enable.auto.offset.store": "false",
        "auto.offset.reset": "error",
        "isolation.level": "read_committed",
        "partition.assignment.strategy": "range",
        "session.timeout.ms": "10000",
        "heartbeat.interval.ms": "3000",
        "max.poll.interval.ms": "60000",
        "fetch.wait.max.ms": "100",
        "enable.partition.eof": "true",
        "queued.max.messages.kbytes": "16384",
        "reconnect.backoff.max.ms": "1000",
        "log.connection.close": "false",
    ]

    /// Messages taken from the library at a time.
    static let chunk = 1000
    /// How long a wait for records goes on before the group's events are looked at again.
    static let eventIntervalMilliseconds = 50

    let client: ClientHandle
    let context: ConsumerContext
    let group: String
    var reader: RecordReader
    weak var handler: (any RebalanceHandler)?
    var rebalances = 0
    /// An error from a callback, for the next outcome.
    var pendingError: KafkaError?
    /// How long the group waits for this member's next poll (`max.poll.interval.ms`).
    public let maximumPollIntervalMilliseconds: Int
    /// Who this member was at the last assignment; nil without one.
    public internal(set) var groupMetadata: GroupMetadata?
    /// The partitions whose end the last poll reached. Emptied by each poll.
    public var ends: [PartitionEnd] { reader.ends }

    /// Makes a member of `group`; it connects in the background, so an unreachable broker is no
    /// error here.
    ///
    /// - Parameter instanceID: turns static membership on (`group.instance.id`): a restart within
    ///   the session timeout gets its partitions back without a rebalance.
    ///
    /// Throws a ``KafkaError`` that names a wrong property.
    public init(
        _ properties: KafkaProperties, group: String, instanceID: String? = nil,
        log: @escaping KafkaLogSink
    ) throws(KafkaError) {
        var properties = properties.withDefaults(Self.defaults)
        properties["group.id"] = group
        if let instanceID { properties["group.instance.id"] = instanceID }
        FetchWakeUp.addProperties(to: &properties)
        if properties["partition.assignment.strategy"]?.contains("cooperative") == true {
            throw KafkaError(
                .invalidArgument, operation: "property partition.assignment.strategy",
                text: "cooperative assignors are not supported")
        }
        let context = ConsumerContext(log: log)
        let configuration = try ConfigurationHandle(properties)
        configuration.installRebalanceCallback()
        client = try configuration.makeClient(RD_KAFKA_CONSUMER, context: context)
        self.context = context
        self.group = group
        maximumPollIntervalMilliseconds =
            client.property("max.poll.interval.ms").flatMap { Int($0) } ?? 300_000
        reader = RecordReader(
            client: client, chunk: Self.chunk, wakeUp: FetchWakeUp(properties))
        context.consumer = self
        // One queue for the group's events and the client's.
        _ = unsafe rd_kafka_poll_set_consumer(client.pointer)
    }

    /// Leaves the group if ``close()`` has not; then no handler is called.
    deinit { leave() }

    /// Joins the group for `topics`; partitions come to `handler`, which is not retained, in a
    /// later poll.
    public func subscribe(
        _ topics: [String], handler: any RebalanceHandler
    ) throws(KafkaError) {
        self.handler = handler
        let list = PartitionList(topics: topics)
        try KafkaError.check(
            unsafe rd_kafka_subscribe(client.pointer, list.pointer),
            "subscribe to \(topics.joined(separator: ", "))")
    }

    /// Serves the group's events, handlers included, and takes no record; so the group sees that
    /// this member is alive.
    public func serve() -> PollOutcome {
        var outcome = PollOutcome()
        serveEvents(&outcome)
        return outcome
    }

    /// Adds records to `batch`: waits up to `timeoutMilliseconds` for the first one, then takes
    /// what is there, until the batch has got `maximumRecords` more or `maximumBytes` more, the
    /// last record included.
    ///
    /// Handlers are called first, and then the poll returns without records. Call it at least every
    /// `max.poll.interval.ms`. Offsets of a partition rise, with gaps. Records of partitions
    /// without a ``PartitionStart`` are skipped.
    public func poll(
        into batch: RecordBatch, maximumRecords: Int, maximumBytes: Int, timeoutMilliseconds: Int
    ) -> PollOutcome {
        reader.ends.removeAll(keepingCapacity: true)
        var outcome = PollOutcome()
        let deadline = Deadline(milliseconds: timeoutMilliseconds)
        let byteLimit = batch.bytes.count.addingReportingOverflow(max(maximumBytes, 1))
        let limits = RecordReader.Limits(
            records: maximumRecords, bytes: byteLimit.overflow ? .max : byteLimit.partialValue)
        while true {
            serveEvents(&outcome)
            if outcome.rebalanced || outcome.error != nil { return outcome }
            reader.read(into: batch, limits, client: client, &outcome)
            if outcome.records > 0 || outcome.error != nil || !reader.ends.isEmpty {
                return outcome
            }
            let left = deadline.remainingMilliseconds
            if left == 0 || maximumRecords <= 0 { return outcome }
            guard !reader.queue.isReleased else {
                outcome.error = KafkaError(.state, text: "the consumer is closed")
                return outcome
            }
            reader.wait(timeoutMilliseconds: min(left, Self.eventIntervalMilliseconds))
        }
    }

    /// Serves the group's and the client's events, handlers included, without waiting.
    private func serveEvents(_ outcome: inout PollOutcome) {
        let before = rebalances
        while let message = unsafe rd_kafka_consumer_poll(client.pointer, 0) {
            // Records go to the other queue; what comes here is about the group or a subscription.
            let code = unsafe message.pointee.err
            if code != RD_KAFKA_RESP_ERR_NO_ERROR, code != RD_KAFKA_RESP_ERR__PARTITION_EOF,
                outcome.error == nil
            {
                outcome.error = unsafe KafkaError(of: message)
            }
            unsafe rd_kafka_message_destroy(message)
        }
        if outcome.error?.code == .fatal, let fatal = fatalError { outcome.error = fatal }
        outcome.rebalanced = rebalances != before
        if let error = pendingError {
            outcome.error = error
            pendingError = nil
        }
    }

    /// The last trouble of the client as a whole, such as all brokers being down; it may have
    /// passed.
    public var lastError: KafkaError? { context.lastError }
    /// The error after which this consumer can do nothing more, if there was one.
    public var fatalError: KafkaError? { client.fatalError }
}
