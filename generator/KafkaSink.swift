internal import CommandLineSupport
internal import Kafka

/// A topic of Kafka, keyed by entity: idempotent, all replicas, and a key goes to the partition
/// where the Java client would put it.
final class KafkaSink: ReadingSink {
    private let properties: KafkaProperties
    private let topicName: String
    private let producer: Producer
    private let topic: Producer.Topic
    private let patience: TimeSpan
    private var handedOver = 0
    private var warnedOfFailure = false

    /// Messages after which acknowledgements are counted, so that the client can drop its own.
    private static let pollInterval = 512

    /// - Parameters:
    ///   - properties: any of librdkafka's; they win over our own choices.
    ///   - patience: how long to wait for the topic, and at the end for acknowledgements.
    init(
        brokers: String, topic: String, properties: [KeyValueOption], patience: TimeSpan
    ) throws(ExitError) {
        var settings = KafkaProperties(brokers: brokers)
        for property in properties { settings[property.name] = property.value }
        self.properties = settings
        self.patience = patience
        topicName = topic
        do {
            producer = try Producer(settings, log: logClient)
            // Short, because a stop by a signal is noticed in between.
            producer.queueFullTimeoutMilliseconds = 200
            self.topic = try producer.topic(topic)
        } catch {
            throw ExitError(.usage, error.description)
        }
    }

    var name: String { "\(properties.brokers) \(topicName)" }
    var inFlight: Int { producer.inFlight }
    var acknowledged: Int? { producer.acknowledged }

    /// Returns when the brokers answer and the topic is there.
    func waitUntilReachable() throws(ExitError) {
        let metadata: Metadata
        do { metadata = try Metadata(properties, log: logClient) } catch {
            throw ExitError(.usage, error.description)
        }
        let clock = SystemTime()
        let end = clock.uptime().addingReportingOverflow(patience.microseconds).partialValue
        var hasWarned = false
        var answer: KafkaError?
        while true {
            let trouble: KafkaError
            do {
                // In short steps, so that a signal ends the wait.
                let left = min(max((end - clock.uptime()) / 1000, 1), 500)
                _ = try metadata.partitions(of: topicName, timeoutMilliseconds: Int(left))
                return
            } catch {
                // A try cut short by the end of the wait does not hide what the brokers said.
                if error.code != .timedOut { answer = error }
                trouble = answer ?? error
            }
            if Shutdown.isRequested { throw ExitError(.success, "") }
            let isMissing = trouble.code == .unknownTopicOrPartition
            if clock.uptime() >= end {
                throw ExitError(
                    .unreachable,
                    isMissing ? missingTopic : "no broker within \(patience): \(trouble)")
            }
            if !hasWarned {
                hasWarned = true
                Log.info(
                    isMissing ? "waiting for the topic" : "waiting for the brokers",
                    ["topic": topicName, "brokers": properties.brokers, "at_most": patience])
            }
            Shutdown.wait(upTo: .milliseconds(100))
        }
    }

    private var missingTopic: String {
        """
        topic \(topicName) does not exist on \(properties.brokers): create it, for example with
        kafka-topics.sh --bootstrap-server \(properties.brokers) --create --topic \(topicName)
        """
    }

    func send(key: Span<UInt8>, message: Span<UInt8>) throws {
        while true {
            do {
                try producer.produce(topic: topic, key: key, value: message)
                break
            } catch  where error.code == .queueFull {
                // The brokers are slower than we are: wait for them as long as it takes, since the
                // client itself gives up a message that stays undelivered.
                if Shutdown.isRequested { return }
            }
        }
        handedOver += 1
        if handedOver % Self.pollInterval == 0 { countAcknowledgements() }
    }

    func endIteration() { countAcknowledgements() }

    func wait(_ span: TimeSpan, time: some TimeSource) {
        producer.poll()
        time.wait(span)
        countAcknowledgements()
    }

    private func countAcknowledgements() {
        producer.poll()
        guard producer.failed > 0, !warnedOfFailure else { return }
        warnedOfFailure = true
        Log.warning(
            "a message could not be delivered",
            ["reason": producer.firstFailure?.description ?? "unknown"])
    }

    /// Waits for all acknowledgements; throws unless every message that was handed over arrived.
    func finish() throws {
        do { try producer.flush(timeoutMilliseconds: Int(max(patience.milliseconds, 1000))) } catch
        {
            Log.warning(error.description)
        }
        let undelivered = handedOver - producer.acknowledged
        guard undelivered > 0 else { return }
        let trouble = producer.firstFailure ?? producer.lastError
        throw ExitError(
            .failure,
            "\(undelivered) of \(handedOver) messages were not delivered"
                + (trouble.map { ": \($0)" } ?? ""))
    }
}

/// Passes librdkafka's log on. Trouble with connections is its normal way of waiting for a broker,
/// so only what needs attention is shown by default.
private func logClient(_ entry: KafkaLogEntry) {
    Log.write(entry.level <= .critical ? .error : .debug, { entry.description })
}
