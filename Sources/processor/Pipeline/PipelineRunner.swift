internal import CommandLineSupport
internal import JSON
internal import Streaming

/// The loop of a run: poll, decode, process, collect, deliver, commit. One thread.
final class PipelineRunner {
    let engine: QueryEngine
    /// Delivered and committed as one.
    let pending = PendingOutput()
    /// Told of each delivery; not retained.
    weak var observer: (any DeliveryObserver)?
    private let delivery: any Delivery
    /// Parts of what the next commit is for are delivered: it must be the next thing to happen.
    private var hasDeliveredParts = false
    /// A delivery could not be finished: until it is, nothing else goes on.
    private var isPutOff = false
    private let writer: any RowWriter
    private let decoder: JSONDecoder
    private let batch: RecordBatch
    private let keyWriter: KeyWriter?
    private let keyCheck: KeyCheck?
    private let failedRowEncoder: JSONEncoder
    private let time: any TimeSource
    private var policy: CommitPolicy
    private let emitsOnTrigger: Bool
    /// The counters at the last commit: progress is what has changed since.
    private var committedCounters = Counters()
    private var hasIdleProgress = false
    /// What went wrong where nothing could be thrown: it ends the run.
    private var failure: (any Error)?

    struct Options {
        /// When to commit.
        var policy: CommitPolicy
        /// Update and complete mode emit at each commit; otherwise when the source ends. Append
        /// mode emits when windows close, whatever is said here.
        var emitsOnTrigger: Bool
        /// At the end of a bounded source: close the windows that are open still.
        var closesAtEnd: Bool
    }

    private let closesAtEnd: Bool
    /// Commits so far.
    private(set) var commits = 0

    init(
        engine: QueryEngine, delivery: any Delivery, writer: any RowWriter, keyColumn: Int?,
        sourceKeyColumn: Int?, zones: ZoneCatalog, time: any TimeSource, options: Options
    ) {
        self.engine = engine
        self.delivery = delivery
        self.writer = writer
        self.time = time
        policy = options.policy
        emitsOnTrigger = options.emitsOnTrigger && engine.plan.outputMode != .append
        closesAtEnd = options.closesAtEnd
        decoder = JSONDecoder(schema: engine.plan.inputSchema, zones: zones)
        batch = RecordBatch(schema: engine.plan.inputSchema)
        keyWriter = keyColumn.map(KeyWriter.init)
        keyCheck = sourceKeyColumn.map(KeyCheck.init)
        failedRowEncoder = JSONEncoder(fields: engine.aggregatedSchema)
    }

    /// Records whose key differed from their key column.
    var mismatchedKeys: Int { keyCheck?.mismatches ?? 0 }

    /// Runs until the source ends or a stop is requested; then delivers, commits and closes.
    ///
    /// - Parameter isStopped: asked between two micro-batches.
    func run(_ source: any RecordSource, isStopped: () -> Bool) throws {
        try delivery.settle()
        while true {
            let result = try pump(source, isStopped)
            if result == .ended { try finish() }
            switch try commit(source) {
            case .delivered: break
            case .putOff where !isStopped(), .lost where !isStopped(): continue
            case .putOff:
                throw ExitError(
                    .failure,
                    "the last results could not be delivered; the next start makes them again")
            case .lost: break
            }
            try source.close()
            if let failure { throw failure }
            return try delivery.close()
        }
    }

    /// Runs until the source ends, or there is nothing but to stop.
    private func pump(
        _ source: any RecordSource, _ isStopped: () -> Bool
    ) throws -> PollResult {
        while !isStopped() {
            if isPutOff {
                try source.keepAlive()
                if let failure { throw failure }
                try commit(source)
                continue
            }
            let result = try source.poll(into: batch, waitMilliseconds: Self.maximumWait)
            if let failure { throw failure }
            try processBatch()
            for idle in source.idlePartitions() {
                try advanceIdle(idle.partition, elapsedMicroseconds: idle.elapsed)
            }
            if result == .ended { return result }
            try delivery.settle()
            if isCommitDue { try commit(source) }
        }
        return .open
    }

    /// How long a poll may wait, so that commits and signals are not kept waiting.
    private static let maximumWait = 100

    private var isCommitDue: Bool {
        let hasChanges =
            emitsOnTrigger && engine.counters.aggregated != committedCounters.aggregated
        return hasDeliveredParts
            || policy.isDue(
                uptime: time.uptime(),
                pendingMessages: pending.messages.count + (hasChanges ? 1 : 0),
                hasProgress: hasIdleProgress || engine.counters.read != committedCounters.read)
    }

    /// Decodes and processes the batch and collects what came of it.
    private func processBatch() throws {
        guard batch.count > 0 else { return }
        decoder.decode(batch)
        keyCheck?.check(batch)
        engine.process(batch)
        for record in engine.late {
            pending.add(
                .late, batch, row: record.row, reason: .late(watermark: record.watermark),
                partition: batch.partitions[record.row])
        }
        for letter in engine.deadLetters {
            pending.add(
                .deadLetter, batch, row: letter.row, reason: .defect(letter.defect),
                partition: batch.partitions[letter.row])
        }
        try collectRows()
        batch.removeAll()
    }

    private func collectRows() throws {
        while engine.nextRows() {
            let columns = engine.results
            let rows = engine.resultRows
            for position in 0..<rows.count {
                let row = rows[position]
                pending.addRow {
                    keyWriter?.write(columns, row: row, to: $0) ?? false
                } value: {
                    writer.write(columns, row: row, to: $0)
                }
            }
            for failure in engine.failedRows {
                pending.addFailedRow(error: failure.error) {
                    failedRowEncoder.encode(engine.aggregatedColumns, row: failure.row, to: $0)
                }
            }
            if pending.byteCount >= delivery.partBytes { try deliverPart() }
        }
    }

    /// Delivers what is pending ahead of the commit that it belongs to, so that memory does not
    /// grow with the number of rows.
    private func deliverPart() throws {
        guard try delivery.deliverPart(pending) else { return }
        hasDeliveredParts = true
        try observer?.delivered(pending)
        pending.removeAll()
    }

    /// Lets idle partitions advance; each with the microseconds since its last record.
    private func advanceIdle(_ partition: Int, elapsedMicroseconds: Int64) throws {
        guard engine.advanceIdle(partition, elapsedMicroseconds: elapsedMicroseconds) else {
            return
        }
        hasIdleProgress = true
        try collectRows()
    }

    /// The end of a bounded source.
    private func finish() throws {
        if closesAtEnd {
            for partition in engine.partitionNumbers { engine.closeAllWindows(of: partition) }
        }
        if !emitsOnTrigger { engine.emitOpenWindows() }
        try collectRows()
    }

    /// Delivers what is pending and makes the progress durable.
    @discardableResult
    private func commit(
        _ source: any RecordSource, isLeaving: Bool = false
    ) throws -> DeliveryResult {
        if emitsOnTrigger, !isPutOff {
            engine.emitOpenWindows()
            try collectRows()
        }
        let result = try delivery.deliver(pending, isLeaving: isLeaving)
        isPutOff = result == .putOff
        hasDeliveredParts = false
        switch result {
        case .putOff:
            Log.warning("results are not delivered yet: the brokers do not answer")
            return result
        case .lost:
            dropPending()
            if !isLeaving { try source.rejoin() }
        case .delivered:
            if !pending.isEmpty { try observer?.delivered(pending) }
            pending.removeAll()
            commits += 1
        }
        committedCounters = engine.counters
        hasIdleProgress = false
        policy.committed(uptime: time.uptime())
        return result
    }
}

extension PipelineRunner: PartitionOwner {
    func commitBeforeRevocation(_ source: KafkaSource) {
        do { try commit(source, isLeaving: true) } catch { failure = error }
    }

    func prepareForAssignment(_ source: KafkaSource) {
        do { try delivery.settle() } catch { failure = error }
    }

    func dropPending() {
        delivery.abandon()
        isPutOff = false
        hasDeliveredParts = false
        pending.removeAll()
        batch.removeAll()
    }
}
