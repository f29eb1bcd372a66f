internal import Kafka
internal import Streaming

/// What a run tells of itself at one moment: plain values, made on the run's thread.
struct MetricsSnapshot: Sendable, Equatable {
    var counters = Counters()
    /// Records whose key differed from their key column.
    var mismatchedKeys = 0
    /// Deliveries that were made durable together with their progress.
    var commits = 0
    var partitions: [Partition] = []

    struct Partition: Sendable, Equatable {
        var number: Int
        /// Microseconds since 1970; 0 before the first record.
        var watermark: Int64
        /// Records in the log that are not processed yet; nil while the log's end is unknown.
        var lag: Int64?
        var openWindows: Int
        /// Bytes of state, room for growth included.
        var stateBytes: Int
        /// Reads again what was processed before a restart.
        var isReplaying: Bool
    }
}

/// Something that a scraper can ask how far the log goes.
protocol LogEndSource {
    /// The offset after the last record of a partition's log, as far as it is known without asking.
    func knownEnd(ofPartition partition: Int) -> Int64?
}

extension MetricsSnapshot {
    /// - Parameter source: knows the ends of the logs; nil for a source that has none.
    init(of runner: PipelineRunner, source: (any LogEndSource)?) {
        let engine = runner.engine
        counters = engine.counters
        mismatchedKeys = runner.mismatchedKeys
        commits = runner.commits
        for number in engine.partitionNumbers {
            guard let status = engine.status(of: number) else { continue }
            let next = engine.progress(of: number).nextOffset
            partitions.append(
                Partition(
                    number: number, watermark: status.watermark,
                    lag: source?.knownEnd(ofPartition: number).map { max(0, $0 - next) },
                    openWindows: status.openWindows, stateBytes: status.stateBytes,
                    isReplaying: engine.isReplaying(number)))
        }
    }
}

extension KafkaSource: LogEndSource {
    func knownEnd(ofPartition partition: Int) -> Int64? {
        consumer.knownEnd(of: TopicPartition(settings.topic, Int32(clamping: partition)))
    }
}
