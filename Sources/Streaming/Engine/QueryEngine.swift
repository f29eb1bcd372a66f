/// Runs a plan over the records of any number of partitions. Pure: no I/O, no clock, no thread.
///
/// The caller adds a partition with its progress, hands in micro-batches, takes the outcomes and
/// commits the progress:
///
///     engine.process(batch)
///     for late in engine.late { … }                // rows of `batch`
///     for letter in engine.deadLetters { … }
///     while engine.nextRows() { … engine.results … }
///
/// Every decision depends on nothing but a partition's log up to the record: not on how it is cut
/// into batches, nor on other partitions.
public final class QueryEngine {
    public let plan: StreamPlan
    public internal(set) var counters = Counters()
    /// Late records of the last batch, in log order.
    public internal(set) var late: [LateRecord] = []
    /// Invalid records of the last batch, in log order.
    public internal(set) var deadLetters: [DeadLetter] = []

    /// A record all of whose windows had closed.
    public struct LateRecord: Hashable, Sendable {
        /// Row of the batch.
        public var row: Int
        /// The watermark that it missed, in microseconds.
        public var watermark: Int64
    }

    /// A record that is not valid.
    public struct DeadLetter: Hashable, Sendable {
        /// Row of the batch.
        public var row: Int
        public var defect: RecordDefect
    }

    var partitions: [PartitionState?] = []
    let errors = RowErrors()
    let gate: RecordGate
    let delayMicroseconds: Int64
    private let watermarkColumn: Int?
    let aggregator: Aggregator?
    let projector: Projector?

    /// - Parameter zones: the rules of named time zones, for text read as TIMESTAMP.
    public init(plan: StreamPlan, options: EngineOptions = EngineOptions(), zones: ZoneCatalog) {
        self.plan = plan
        delayMicroseconds = plan.watermark?.delayMicroseconds ?? 0
        watermarkColumn = plan.watermark?.column
        gate = RecordGate(plan: plan, options: options, zones: zones, errors: errors)
        switch plan.operation {
        case .projection(let columns):
            projector = Projector(columns, zones: zones)
            aggregator = nil
        case .aggregation(let aggregation):
            projector = nil
            aggregator = Aggregator(
                aggregation, plan: plan, options: options, zones: zones, errors: errors)
        }
    }

    /// Takes on partition `number`, by which records and calls refer to it.
    public func addPartition(_ number: Int, _ progress: PartitionProgress) {
        while partitions.count <= number { partitions.append(nil) }
        precondition(partitions[number] == nil, "a partition is added once")
        partitions[number] = PartitionState(
            restoring: progress, delayMicroseconds: delayMicroseconds)
    }

    /// Drops a partition and its state. Its results must have been taken.
    public func removePartition(_ partition: Int) {
        partitions[partition] = nil
        aggregator?.forgetResults()
    }

    /// Processes the decoded records of `batch`. The results of the batch before must have been
    /// taken, else they are lost: a bug of the caller.
    public func process(_ batch: RecordBatch) {
        precondition(aggregator?.hasPendingRows != true, "take the results of a batch first")
        late.removeAll(keepingCapacity: true)
        deadLetters.removeAll(keepingCapacity: true)
        gate.judge(batch)
        errors.reset(rows: batch.count)
        aggregator?.evaluateInputs(batch, rows: gate.accepted)
        projector?.evaluate(batch, rows: gate.accepted, errors: errors)
        gate.rejectFailures(batch)
        projector?.begin()
        aggregator?.prepareKeys(rows: gate.accepted)
        var row = 0
        while row < batch.count {
            let partition = batch.partitions[row]
            var end = row + 1
            while end < batch.count, batch.partitions[end] == partition { end += 1 }
            processRun(batch, row..<end, partition: Int(partition))
            row = end
        }
        aggregator?.fold()
    }

    /// The records `rows`, all of one partition.
    private func processRun(_ batch: RecordBatch, _ rows: Range<Int>, partition: Int) {
        guard let state = partitions[partition] else {
            preconditionFailure("a record of a partition that was not added")
        }
        let eventTimes = watermarkColumn.map { batch.columns[$0].integers }
        var sawEventTime = false
        var row = rows.lowerBound
        while row < rows.upperBound {
            if let aggregator {
                let end = aggregator.assignStretch(
                    row..<rows.upperBound, batch, gate.verdicts, eventTimes, state)
                counters.read += end - row
                counters.aggregated += end - row
                if end > row, eventTimes != nil { sawEventTime = true }
                row = end
                guard row < rows.upperBound else { break }
            }
            if process(row, batch, eventTimes, state) { sawEventTime = true }
            row += 1
        }
        if sawEventTime { state.idleBase = state.watermark.maximumEventTime }
    }

    /// One record, whatever it is; true if the watermark took note of its event time.
    private func process(
        _ row: Int, _ batch: RecordBatch, _ eventTimes: Buffer<Int64>?, _ state: PartitionState
    ) -> Bool {
        let offset = batch.offsets[row]
        // A record that was processed already: the client delivered it twice.
        guard offset >= state.nextOffset else { return false }
        state.nextOffset = offset + 1
        let isReplay = offset < state.liveOffset
        if isReplay { counters.replayed += 1 } else { counters.read += 1 }
        switch gate.verdicts[row] {
        case .accepted:
            if let aggregator {
                aggregate(row, batch, state, aggregator, offset: offset, isReplay: isReplay)
            } else if !isReplay {
                counters.aggregated += 1
                counters.rows += 1
                projector?.accept(row)
            }
        case .filteredBeforeWatermark:
            if !isReplay { counters.filtered += 1 }
            return false
        case .filteredAfterWatermark:
            if !isReplay { counters.filtered += 1 }
        case .dead:
            if !isReplay { noteDeadLetter(row, batch.defects[row]) }
            return false
        }
        // The record may have become a dead letter in between.
        guard let eventTimes, !isReplay, batch.defects[row].kind == .none else { return false }
        if state.watermark.observe(eventTimes[row]) { aggregator?.closeWindows(of: state) }
        return true
    }

    @inline(__always)
    private func aggregate(
        _ row: Int, _ batch: RecordBatch, _ state: PartitionState, _ aggregator: Aggregator,
        offset: Int64, isReplay: Bool
    ) {
        let outcome = aggregator.assign(row, state, offset: offset, isReplay: isReplay)
        if case .failed(let defect) = outcome { batch.defects[row] = defect }
        guard !isReplay else { return }
        switch outcome {
        case .aggregated(let latePairs):
            counters.aggregated += 1
            counters.latePairs += latePairs
        case .late(let latePairs):
            counters.late += 1
            counters.latePairs += latePairs
            late.append(LateRecord(row: row, watermark: state.watermark.value))
        case .failed(let defect):
            noteDeadLetter(row, defect)
        }
    }

    private func noteDeadLetter(_ row: Int, _ defect: RecordDefect) {
        counters.deadLetters += 1
        deadLetters.append(DeadLetter(row: row, defect: defect))
    }
}
