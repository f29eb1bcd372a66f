internal import CommandLineSupport
internal import Kafka
internal import Streaming

/// Decides where a partition begins, from what its group committed and what its log still has.
///
/// Pure: each refusal names the numbers and the command that goes on.
struct PartitionRestore {
    let partition: TopicPartition
    /// What the group committed; nil or without an offset: nothing.
    let commit: PartitionOffset?
    /// Offsets of the log's first record and of the next to be written.
    let low: Int64
    let high: Int64
    let settings: KafkaSource.Settings

    /// - Throws: ``ExitError`` with ``ExitStatus/refused`` where going on could lose or repeat.
    func progress(groupIsNew: Bool) throws(ExitError) -> PartitionProgress {
        guard let commit, let offset = commit.offset else {
            // A partition that was added later is read from its beginning: nobody has seen it.
            let startsAtLatest = groupIsNew && settings.startsAtLatest
            return .start(at: startsAtLatest ? high : low)
        }
        if commit.metadata.isEmpty {
            // An operator has moved the offset: a clean start is what that asks for.
            try check(offset, replay: offset)
            Log.info("starting clean at an offset without metadata", ["partition": "\(partition)"])
            return .start(at: offset)
        }
        let progress: PartitionProgress
        do {
            progress = try PartitionProgress(
                nextOffset: offset, metadata: commit.metadata, queryHash: settings.queryHash,
                acceptsQueryChange: settings.acceptsQueryChange)
        } catch {
            throw refusal(error)
        }
        try check(offset, replay: progress.replayOffset)
        return progress
    }

    private func check(_ offset: Int64, replay: Int64) throws(ExitError) {
        if replay < low {
            throw ExitError(
                .refused,
                """
                \(partition): open windows need the log from offset \(replay) on, but it begins at \
                \(low): \(low - replay) records are gone (retention?). To go on from \(low) \
                without them: \(reset("--to-offset \(low)"))
                """)
        }
        if offset > high {
            throw ExitError(
                .refused,
                """
                \(partition): the group committed offset \(offset), but the log ends at \(high): \
                was the topic made anew? To start over: \(reset("--to-earliest"))
                """)
        }
    }

    private func refusal(_ error: PartitionProgress.MetadataError) -> ExitError {
        switch error {
        case .foreign(let text):
            ExitError(
                .refused,
                """
                \(partition): the metadata committed for group \(settings.group) is not \
                Tidemark's: "\(text.prefix(80))". Use another --group, or start clean: \
                \(reset("--to-current"))
                """)
        case .otherQuery(let committed, let current):
            ExitError(
                .refused,
                """
                \(partition): group \(settings.group) belongs to a query whose windows have other \
                members (\(committed), now \(current)): schema, window, watermark, WHERE or output \
                mode has changed. --accept-query-change goes on; the first windows may be partial. \
                Or use another --group.
                """)
        }
    }

    private func reset(_ how: String) -> String {
        """
        kafka-consumer-groups.sh --bootstrap-server … --group \(settings.group) \
        --topic \(partition.topic):\(partition.partition) --reset-offsets \(how) --execute
        """
    }
}
