internal import CommandLineSupport
internal import Kafka
internal import Streaming

/// What a Kafka source asks of the run that it belongs to when partitions come and go.
protocol PartitionOwner: AnyObject {
    /// Partitions are about to go: deliver and commit what is pending.
    func commitBeforeRevocation(_ source: KafkaSource)
    /// Partitions are about to come: get an earlier delivery's remains out of the way.
    func prepareForAssignment(_ source: KafkaSource)
    /// Partitions have gone without a commit: what is pending belongs to their next owner.
    func dropPending()
}

/// `USING kafka OPTIONS (subscribe '…')`: one topic as a member of a consumer group.
///
/// The committed offset and the text beside it say where to begin and what to replay; see
/// ``PartitionProgress``. Partition numbers of the engine are those of the topic.
final class KafkaSource: RecordSource {
    struct Settings {
        var topic: String
        var group: String
        var instanceID: String?
        /// Where a group without any commit begins.
        var startsAtLatest: Bool
        var queryHash: UInt64
        var acceptsQueryChange: Bool
        /// Stop at the end that each partition had when it was assigned.
        var stopsAtEnd: Bool
        /// Of no record for so long, a partition at its end is idle; zero: never.
        var idleTimeout: TimeSpan
        var maximumRecords: Int
        /// Partitions of the topic.
        var partitionCount: Int
    }

    /// What is kept of an assigned partition beside the engine's state.
    struct Assigned {
        /// What the group has committed; progress that equals it is not committed again.
        var committed: PartitionOffset
        /// Where a bounded run stops.
        var end: Int64
        var isAtEnd = false
        /// The offset after the last record read; 0 before the first.
        var readUpTo: Int64 = 0
        /// Monotonic time of the last record, in microseconds.
        var lastRecord: Int64
    }

    let settings: Settings
    let engine: QueryEngine
    let time: any TimeSource
    let consumer: Consumer
    weak var owner: (any PartitionOwner)?
    var assigned: [Int32: Assigned] = [:]
    private var wasAssigned = false
    /// Partitions that went while all of their progress was committed: the engine still has their
    /// state, in case they come back.
    private var kept: Set<Int32> = []
    /// Set by a handler, which cannot throw it: the run must stop.
    var refusal: ExitError?
    /// Set by a handler, which cannot do it: its partitions were not taken on.
    private var mustJoinAnew = false

    static let requestTimeout = 10_000
    private static let maximumBatchBytes = 4 << 20

    /// Joins the group; partitions come with the first polls.
    init(
        _ properties: KafkaProperties, settings: Settings, engine: QueryEngine,
        time: any TimeSource
    ) throws(KafkaError) {
        self.settings = settings
        self.engine = engine
        self.time = time
        consumer = try Consumer(
            properties, group: settings.group, instanceID: settings.instanceID,
            log: logKafka)
        try consumer.subscribe([settings.topic], handler: self)
    }

    func poll(into batch: RecordBatch, waitMilliseconds: Int) throws -> PollResult {
        let outcome = consumer.poll(
            into: batch, maximumRecords: settings.maximumRecords,
            maximumBytes: Self.maximumBatchBytes, timeoutMilliseconds: waitMilliseconds)
        try look(at: outcome)
        note(batch)
        return isFinished ? .ended : .open
    }

    private func look(at outcome: PollOutcome) throws(ExitError) {
        if let refusal { throw refusal }
        if let error = outcome.error { try handle(error) }
        if mustJoinAnew {
            mustJoinAnew = false
            Log.warning("the group's offsets could not be read in time: joining it anew")
            try joinAnew()
        }
    }

    private func handle(_ error: KafkaError) throws(ExitError) {
        if error.code == .fencedInstance {
            throw ExitError(
                .failure,
                """
                the group has another member in the place of this one: either another instance \
                runs with the same --instance-id, \(settings.instanceID ?? ""), then give each \
                its own; or this one was cut off for longer than its session, then start it \
                again (\(error.name))
                """)
        }
        if error.isFatal {
            throw ExitError(.failure, "the Kafka consumer cannot go on: \(error)")
        }
        switch error.code {
        case .autoOffsetReset, .offsetOutOfRange:
            throw ExitError(
                .refused,
                """
                \(error): records that are needed are no longer in the log of \
                \(settings.topic); to go on without them, move the group's offsets with \
                kafka-consumer-groups.sh --group \(settings.group) --topic \(settings.topic) \
                --reset-offsets --to-earliest --execute
                """)
        case .unknownTopicOrPartition:
            throw ExitError(.failure, "\(error): the topic has gone")
        default:
            Log.warning("Kafka: \(error)")
        }
    }

    /// Keeps track of where each partition is.
    private func note(_ batch: RecordBatch) {
        let now = time.uptime()
        forEachStretch(batch) { partition, rows in
            assigned[partition]?.readUpTo = batch.offsets[rows.upperBound - 1] + 1
            assigned[partition]?.lastRecord = now
            assigned[partition]?.isAtEnd = false
        }
        for end in consumer.ends {
            assigned[Int32(end.index)]?.isAtEnd = true
            // Only if nothing of the partition waits in the batch: the engine has not seen that
            // yet.
            if batch.count == 0 { engine.reachedEnd(of: end.index, at: end.offset) }
        }
    }

    /// Calls `body` with each stretch of records that are of one partition.
    private func forEachStretch(_ batch: RecordBatch, _ body: (Int32, Range<Int>) -> Void) {
        let partitions = batch.partitions
        var start = 0
        while start < batch.count {
            let partition = partitions[start]
            var end = start + 1
            while end < batch.count, partitions[end] == partition { end += 1 }
            body(partition, start..<end)
            start = end
        }
    }

    /// Whether a bounded run has read everything, what the engine has yet to process included.
    private var isFinished: Bool {
        guard settings.stopsAtEnd, wasAssigned else { return false }
        return assigned.allSatisfy { number, partition in
            let processed = engine.progress(of: Int(number)).nextOffset
            return max(processed, partition.readUpTo) >= partition.end
                || (partition.isAtEnd && processed >= partition.readUpTo)
        }
    }

    /// Partitions that have been idle long enough, with the microseconds since their last record.
    func idlePartitions() -> [(partition: Int, elapsed: Int64)] {
        guard settings.idleTimeout > .zero else { return [] }
        let now = time.uptime()
        return assigned.compactMap { number, partition in
            let elapsed = now - partition.lastRecord
            guard partition.isAtEnd, elapsed >= settings.idleTimeout.microseconds else {
                return nil
            }
            return (Int(number), elapsed)
        }.sorted { $0.partition < $1.partition }
    }

    /// Tells the group that this member is alive, while records have to wait.
    func keepAlive() throws {
        try look(at: consumer.serve())
    }

    /// What is to be committed for each partition that moved, and what is committed for it.
    ///
    /// A partition that replays has not moved.
    func changes() -> [(new: PartitionOffset, old: PartitionOffset)] {
        assigned.keys.sorted().compactMap { number in
            guard let old = assigned[number]?.committed, !engine.isReplaying(Int(number)) else {
                return nil
            }
            let new = progress(of: number)
            return new == old ? nil : (new, old)
        }
    }

    private func progress(of number: Int32) -> PartitionOffset {
        let progress = engine.progress(of: Int(number))
        return PartitionOffset(
            TopicPartition(settings.topic, number), offset: progress.nextOffset,
            metadata: progress.metadata(queryHash: settings.queryHash))
    }

    /// The group has taken these.
    func noteCommitted(_ offsets: [PartitionOffset]) {
        for offset in offsets { assigned[offset.partition.partition]?.committed = offset }
    }

    /// Who this member was when it got its partitions; nil without any.
    var groupMetadata: GroupMetadata? { consumer.groupMetadata }

    /// What the group has committed; waits for a transaction of an earlier owner.
    func committed(_ partitions: [TopicPartition]) throws(KafkaError) -> [PartitionOffset] {
        try consumer.committed(partitions, timeoutMilliseconds: Self.requestTimeout)
    }

    /// Commits offset and metadata of each partition that moved, outside of a transaction.
    func commit() throws {
        let offsets = changes().map(\.new)
        guard !offsets.isEmpty else { return }
        try commit(offsets)
        noteCommitted(offsets)
    }

    /// Drops all partitions and joins the group anew: their results are another member's to
    /// deliver, or have to be made again.
    func rejoin() throws {
        Log.warning(
            "results were not committed: joining the group anew, whose members make them again")
        try joinAnew()
    }

    private func joinAnew() throws(ExitError) {
        forgetPartitions()
        do throws(KafkaError) {
            try consumer.assign([])
            try consumer.subscribe([settings.topic], handler: self)
        } catch {
            // A consumer that is finished says only that of each call.
            if let fatal = consumer.fatalError { try handle(fatal) }
            throw ExitError(.failure, error.description)
        }
    }

    private func forgetPartitions() {
        drop(assigned.keys)
        assigned = [:]
        wasAssigned = false
    }

    private func drop(_ numbers: some Sequence<Int32>) {
        for number in numbers { engine.removePartition(Int(number)) }
    }

    private func commit(_ offsets: [PartitionOffset]) throws(ExitError) {
        let end = time.uptime() + TimeSpan.seconds(30).microseconds
        while true {
            do {
                return try consumer.commit(offsets, synchronously: true)
            } catch {
                if error.isMembershipLost {
                    // The next owner commits; it writes these results again.
                    return Log.warning("not committed, partitions are moving: \(error)")
                }
                guard error.isRetriable, time.uptime() < end else {
                    throw ExitError(.failure, "cannot commit: \(error)")
                }
                time.wait(.milliseconds(100))
            }
        }
    }

    func close() throws {
        do {
            try consumer.close()
        } catch {
            Log.warning("leaving the group: \(error)")
        }
    }
}

extension KafkaError {
    /// The group has moved on without this member.
    fileprivate var isMembershipLost: Bool {
        ["ILLEGAL_GENERATION", "UNKNOWN_MEMBER_ID", "REBALANCE_IN_PROGRESS"].contains(name)
    }
}

// MARK: Partitions come and go

extension KafkaSource: RebalanceHandler {
    func assigned(
        _ partitions: [TopicPartition], consumer: Consumer
    ) throws(KafkaError) -> [PartitionStart] {
        owner?.prepareForAssignment(self)
        wasAssigned = true
        assigned = [:]
        defer {
            drop(kept.filter { assigned[$0] == nil })
            kept = []
        }
        do throws(ExitError) {
            guard let starts = try restore(partitions, consumer: consumer) else {
                forgetPartitions()
                mustJoinAnew = !Shutdown.isRequested
                return []
            }
            Log.info(
                "partitions assigned",
                ["topic": settings.topic, "partitions": Self.list(partitions)])
            return starts
        } catch {
            refusal = error
            return []
        }
    }

    /// Takes the partitions on; nil if Kafka does not answer before the group would give this
    /// member up, or before a stop is requested.
    private func restore(
        _ partitions: [TopicPartition], consumer: Consumer
    ) throws(ExitError) -> [PartitionStart]? {
        let all = (0..<Int32(settings.partitionCount)).map { TopicPartition(settings.topic, $0) }
        let known = Set(partitions).union(all).sorted()
        // In three quarters of the time that the group waits.
        let end = time.uptime() + Int64(consumer.maximumPollIntervalMilliseconds) * 750
        let answer = try retrying(until: end) { timeout throws(KafkaError) in
            try consumer.committed(known, timeoutMilliseconds: timeout)
        }
        guard let committed = answer else { return nil }
        let groupIsNew = committed.allSatisfy { $0.offset == nil }
        var starts: [PartitionStart] = []
        for partition in partitions {
            let ends = try retrying(until: end) { timeout throws(KafkaError) in
                try consumer.queryWatermarks(partition, timeoutMilliseconds: timeout)
            }
            guard let (low, high) = ends else { return nil }
            let commit =
                committed.first { $0.partition == partition }
                ?? PartitionOffset(partition, offset: nil)
            let restore = PartitionRestore(
                partition: partition, commit: commit, low: low, high: high, settings: settings)
            let progress = try restore.progress(groupIsNew: groupIsNew)
            assigned[partition.partition] = Assigned(
                committed: commit, end: high, lastRecord: time.uptime())
            starts.append(take(partition, progress, commit))
        }
        return starts
    }

    /// Gives the partition to the engine, unless that has its state still.
    private func take(
        _ partition: TopicPartition, _ progress: PartitionProgress, _ commit: PartitionOffset
    ) -> PartitionStart {
        let number = Int(partition.partition)
        if kept.remove(partition.partition) != nil {
            if self.progress(of: partition.partition) == commit {
                return PartitionStart(partition, offset: progress.nextOffset, index: number)
            }
            engine.removePartition(number)
        }
        engine.addPartition(number, progress)
        if progress.replayOffset < progress.nextOffset {
            let records = progress.nextOffset - progress.replayOffset
            Log.info("replaying", ["partition": number, "records": records])
        }
        return PartitionStart(partition, offset: progress.replayOffset, index: number)
    }

    /// Calls `body` with the milliseconds that it may take until it succeeds; nil if it has not
    /// by `end` or when a stop is requested.
    private func retrying<Result>(
        until end: Int64, _ body: (_ timeout: Int) throws(KafkaError) -> Result
    ) throws(ExitError) -> Result? {
        while true {
            let left = Int(max(0, end - time.uptime()) / 1000)
            do throws(KafkaError) {
                return try body(min(left, Self.requestTimeout))
            } catch {
                guard error.isRetriable else { throw ExitError(.failure, error.description) }
                Log.debug("taking partitions on: \(error)")
                guard time.uptime() < end, !Shutdown.isRequested else { return nil }
                time.wait(.milliseconds(100))
            }
        }
    }

    func revoked(_ partitions: [TopicPartition], lost: Bool, consumer: Consumer) {
        if !lost { owner?.commitBeforeRevocation(self) }
        owner?.dropPending()
        for (number, partition) in assigned {
            if !engine.isReplaying(Int(number)), progress(of: number) == partition.committed {
                kept.insert(number)
            } else {
                engine.removePartition(Int(number))
            }
        }
        assigned = [:]
        Log.info(
            lost ? "partitions lost" : "partitions revoked",
            ["topic": settings.topic, "partitions": Self.list(partitions)])
    }

    private static func list(_ partitions: [TopicPartition]) -> String {
        partitions.sorted().map { String($0.partition) }.joined(separator: ",")
    }
}

/// librdkafka's log lines go to the program's log: errors at `info`, everything else at `debug`.
///
/// A connection that fails (`FAIL`) is tried again and again, and each try makes a line; what it
/// means for the run is told where it is waited for.
let logKafka: KafkaLogSink = { entry in
    let isError = entry.level <= .error && entry.facility != "FAIL"
    Log.write(isError ? .info : .debug, { "librdkafka: \(entry)" })
}
