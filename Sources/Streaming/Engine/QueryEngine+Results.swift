extension QueryEngine {
    /// A row of the result that an expression failed to make.
    public struct FailedRow: Hashable, Sendable {
        /// Row of ``QueryEngine/aggregatedColumns``.
        public var row: Int
        public var error: RowError
    }

    /// Rows of the result that are due, a chunk at a time; false if there are none left.
    ///
    /// The chunk is in ``results`` and ``resultRows``, what failed in ``failedRows``; both are
    /// valid until the next call to the engine.
    public func nextRows() -> Bool {
        if let projector { return projector.take() }
        return aggregator?.nextRows(&counters) ?? false
    }

    /// The output columns of the chunk.
    public var results: [ColumnVector] {
        projector?.columns ?? aggregator?.emitter.columns ?? []
    }

    /// Which rows of ``results`` are rows of the result, in order.
    public var resultRows: Selection {
        projector?.rows ?? aggregator?.emitter.rows ?? Selection()
    }

    /// Rows of the chunk for which an expression over finished aggregates failed.
    public var failedRows: [FailedRow] { aggregator?.emitter.failures ?? [] }

    /// The windows, keys and aggregates of the chunk: see ``Aggregation/aggregatedSchema``.
    public var aggregatedColumns: [ColumnVector] { aggregator?.emitter.aggregated ?? [] }

    /// What ``aggregatedColumns`` are; empty for a query without GROUP BY.
    public var aggregatedSchema: Schema {
        guard case .aggregation(let aggregation) = plan.operation else { return Schema([]) }
        return aggregation.aggregatedSchema
    }

    /// The partitions taken on and not dropped.
    public var partitionNumbers: [Int] { partitions.indices.filter { partitions[$0] != nil } }

    /// Makes the rows due that update and complete mode emit for a micro-batch: the changed ones,
    /// respectively all. Does nothing in append mode.
    public func emitOpenWindows() {
        for state in partitions {
            if let state { aggregator?.enqueueOpenWindows(of: state) }
        }
    }

    /// Closes every window of `partition`: the end of a bounded source that shall not be held open.
    /// The progress says so: after a restart, too, later records of these windows are late.
    public func closeAllWindows(of partition: Int) {
        guard let state = partitions[partition], plan.outputMode != .complete else { return }
        aggregator?.closeAllWindows(of: state)
    }

    /// Lets event time advance on an idle partition: `elapsedMicroseconds` since its last record.
    ///
    /// The maximum event time becomes that of the last record plus the time elapsed, but goes no
    /// further than closing the last window needs. True if it moved: then the progress is to be
    /// committed.
    public func advanceIdle(_ partition: Int, elapsedMicroseconds: Int64) -> Bool {
        guard let state = partitions[partition], let aggregator, let base = state.idleBase,
            !state.isReplaying, let newest = state.open.windows.last
        else { return false }
        let end = newest.start + aggregator.aggregation.window.sizeMicroseconds
        // The watermark is cut to milliseconds, so it may need one more to reach the end.
        let latest = end.addingReportingOverflow(delayMicroseconds + 999)
        let target = base.addingReportingOverflow(elapsedMicroseconds)
        guard !latest.overflow, !target.overflow else { return false }
        let before = state.watermark.maximumEventTime
        if state.watermark.observe(min(target.partialValue, latest.partialValue)) {
            aggregator.closeWindows(of: state)
        }
        return state.watermark.maximumEventTime != before
    }

    /// Tells that the log of `partition` has no record below `offset` that was not processed.
    public func reachedEnd(of partition: Int, at offset: Int64) {
        guard let state = partitions[partition], offset > state.nextOffset else { return }
        state.nextOffset = offset
    }

    /// What to commit for `partition`. While it replays, what was committed already.
    public func progress(of partition: Int) -> PartitionProgress {
        guard let state = partitions[partition] else {
            preconditionFailure("the progress of a partition that was not added")
        }
        let window = aggregator?.aggregation.window
        return state.progress(window: plan.outputMode == .complete ? nil : window)
    }

    /// Whether `partition` still reads again what was processed before a restart.
    public func isReplaying(_ partition: Int) -> Bool {
        partitions[partition]?.isReplaying ?? false
    }

    /// What an observer may want to know of a partition.
    public struct PartitionStatus: Hashable, Sendable {
        /// Microseconds; 0 before the first record.
        public var watermark: Int64
        public var maximumEventTime: Int64?
        public var openWindows: Int
        public var openPanes: Int
        public var keys: Int
        /// Bytes of open windows and their keys, room for growth included.
        public var stateBytes: Int
    }

    public func status(of partition: Int) -> PartitionStatus? {
        guard let state = partitions[partition] else { return nil }
        return PartitionStatus(
            watermark: state.watermark.value, maximumEventTime: state.watermark.maximumEventTime,
            openWindows: state.open.windows.count,
            openPanes: state.open.windows.reduce(0) { $0 + $1.count }, keys: state.keys.count,
            stateBytes: state.open.windows.reduce(state.keys.memoryBytes) { $0 + $1.memoryBytes })
    }
}
