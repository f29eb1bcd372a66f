internal import CommandLineSupport
internal import Kafka
internal import StreamSQL
internal import Streaming

/// Checks, before a run touches anything, that the brokers, topics and keys are as it needs them.
struct KafkaSetup {
    let properties: KafkaProperties
    private let metadata: Metadata
    private let wait: TimeSpan
    private let time: any TimeSource

    /// - Throws: ``ExitError``: wrong properties, or ``ExitStatus/unreachable`` if no broker
    ///   answers within `wait`.
    init(_ options: KafkaOptions, time: any TimeSource) throws(ExitError) {
        properties = options.clientProperties()
        wait = options.wait
        self.time = time
        do throws(KafkaError) {
            // What its connections go through at the start is told in one sentence below.
            metadata = try Metadata(properties) { line in Log.debug("librdkafka: \(line)") }
        } catch {
            throw ExitError(.usage, error.description)
        }
        try waitForBroker()
    }

    private func waitForBroker() throws(ExitError) {
        let end = time.uptime() + wait.microseconds
        var isTold = false
        // In short steps, so that a signal is heard.
        while true {
            let left = max(0, end - time.uptime()) / 1000
            do throws(KafkaError) {
                return try metadata.waitForBroker(timeoutMilliseconds: Int(min(left, 500)))
            } catch {
                if Shutdown.isRequested { throw ExitError(.success, "stopped") }
                guard error.isRetriable else { throw ExitError(.usage, error.description) }
                guard left > 500 else {
                    throw ExitError(
                        .unreachable,
                        "no Kafka broker answered at \(properties.brokers) within \(wait): "
                            + error.text)
                }
                if !isTold {
                    Log.info("waiting for Kafka at \(properties.brokers)", ["reason": error.text])
                }
                isTold = true
            }
        }
    }

    /// The partitions of the topic to read; waits for it to appear.
    func sourcePartitions(of topic: String) throws(ExitError) -> Int {
        let end = time.uptime() + wait.microseconds
        var isTold = false
        while true {
            if let count = try partitions(of: topic) { return count }
            if Shutdown.isRequested { throw ExitError(.success, "stopped") }
            guard time.uptime() < end else {
                throw ExitError(
                    .unreachable,
                    "topic \(topic) does not exist (waited \(wait)); \(creation(of: topic))")
            }
            if !isTold { Log.info("waiting for topic \(topic)") }
            isTold = true
            time.wait(.milliseconds(200))
        }
    }

    /// Makes sure that the topics to write to exist.
    /// - Parameter partitions: how many a topic gets if it is to be created.
    func checkSinkTopics(
        _ topics: [String], creates: Bool, partitions: Int
    ) throws(ExitError) {
        var missing: [String] = []
        for topic in topics where try self.partitions(of: topic) == nil { missing.append(topic) }
        guard !missing.isEmpty else { return }
        guard creates else {
            throw ExitError(
                .usage,
                """
                output topic \(missing.joined(separator: ", ")) does not exist: --create-topics \
                creates what is missing, or \(missing.map(creation).joined(separator: "; "))
                """)
        }
        for topic in missing {
            do throws(KafkaError) {
                try metadata.create(
                    NewTopic(topic, partitions: partitions), timeoutMilliseconds: 30_000)
                Log.info("topic created", ["topic": topic, "partitions": partitions])
            } catch {
                guard error.code != .topicAlreadyExists else { continue }
                throw ExitError(.failure, error.description)
            }
        }
    }

    private func creation(of topic: String) -> String {
        "kafka-topics.sh --bootstrap-server … --create --topic \(topic) --partitions 6"
    }

    /// Nil if there is no such topic.
    private func partitions(of topic: String) throws(ExitError) -> Int? {
        let end = time.uptime() + wait.microseconds
        while true {
            do throws(KafkaError) {
                return try metadata.partitions(of: topic, timeoutMilliseconds: 5_000)
            } catch {
                if error.code == .unknownTopicOrPartition { return nil }
                if Shutdown.isRequested { throw ExitError(.success, "stopped") }
                guard error.isRetriable, time.uptime() < end else {
                    throw ExitError(
                        error.isRetriable ? .unreachable : .failure, error.description)
                }
                time.wait(.milliseconds(200))
            }
        }
    }

    /// A row is final only if a key lives in one partition.
    static func checkKeys(
        _ pipeline: Pipeline, partitions: Int, allowsPartialRows: Bool
    ) throws(ExitError) {
        guard case .aggregation = pipeline.plan.operation, partitions > 1, !allowsPartialRows,
            !pipeline.groupsByKeyColumn
        else { return }
        let topic = pipeline.source.options["subscribe"] ?? pipeline.source.name
        let reason =
            pipeline.source.options["key"].map {
                "the GROUP BY does not contain the key column \($0) unchanged"
            } ?? "the table names no key column (OPTIONS key '…')"
        throw ExitError(
            .usage,
            """
            topic \(topic) has \(partitions) partitions and \(reason), so that the rows of a group \
            could come from several partitions, each partial. Key the input by a column of the \
            GROUP BY, use a topic with one partition, or accept it with --allow-partial-rows
            """)
    }
}

extension KafkaOptions {
    /// The properties that every client of the run gets.
    func clientProperties() -> KafkaProperties {
        var result = KafkaProperties(brokers: brokers)
        for property in properties { result[property.name] = property.value }
        return result
    }
}
