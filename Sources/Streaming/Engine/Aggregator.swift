/// A query with `GROUP BY window(…)`: assigns records to panes, folds them, closes windows.
final class Aggregator {
    enum Outcome {
        /// In at least one window; so many of its pairs were late.
        case aggregated(latePairs: Int)
        /// All pairs were late.
        case late(latePairs: Int)
        case failed(RecordDefect)
    }

    let aggregation: Aggregation
    let outputMode: OutputMode
    let emitter: RowEmitter
    private let windowTime: ExpressionEvaluator
    private let groupKeys: [ExpressionEvaluator]
    private let calls: [CallEvaluator]
    private let wordsPerPane: Int
    private let errors: RowErrors

    private var inputs: [AggregateInput] = []
    private var times = ColumnVector(type: .timestamp)
    private var keyColumns: [ColumnVector] = []
    private let keyEncoding: RowEncoding
    private let keyBytes = ByteArena(capacity: 4096)
    private var keyStarts = Buffer<Int>(count: 0, filler: 0)
    private var keyLengths = Buffer<Int>(count: 0, filler: 0)
    private var keyHashes = Buffer<UInt64>(count: 0, filler: 0)
    /// By row: the number that the key has in its partition, for a stretch at a time.
    private var keyNumbers = Buffer<Int32>(count: 0, filler: -1)

    /// Windows that got records in this batch.
    private var touched: [WindowState] = []
    /// The windows of the current stretch of records.
    private var stretchWindows: [WindowState] = []
    /// Closed windows, ready to be opened anew; bounded so that a burst does not stay in memory.
    private var spare: [WindowState] = []
    private static let maximumSpareWindows = 4

    /// The evaluators of one aggregate call.
    private struct CallEvaluator {
        let accumulator: Accumulator
        let arguments: [ExpressionEvaluator]
        let filter: ExpressionEvaluator?
    }

    init(
        _ aggregation: Aggregation, plan: StreamPlan, options: EngineOptions, zones: ZoneCatalog,
        errors: RowErrors
    ) {
        self.aggregation = aggregation
        self.errors = errors
        outputMode = plan.outputMode
        windowTime = ExpressionEvaluator(aggregation.windowTime, zones: zones)
        groupKeys = aggregation.groupKeys.map { ExpressionEvaluator($0, zones: zones) }
        calls = aggregation.aggregates.map { call in
            CallEvaluator(
                accumulator: call.makeAccumulator(),
                arguments: call.arguments.map { ExpressionEvaluator($0, zones: zones) },
                filter: call.filter.map { ExpressionEvaluator($0, zones: zones) })
        }
        wordsPerPane = Accumulator.layOut(calls.map(\.accumulator))
        keyEncoding = RowEncoding(types: aggregation.groupKeys.map(\.type), normalizesZero: true)
        emitter = RowEmitter(
            aggregation, accumulators: calls.map(\.accumulator), keyEncoding: keyEncoding,
            rowsPerChunk: options.rowsPerChunk, zones: zones)
    }

    // MARK: A micro-batch, column by column

    /// Evaluates what records bring: window times, keys, operands. Failures are in `errors`.
    func evaluateInputs(_ batch: RecordBatch, rows: Selection) {
        times = windowTime.evaluate(batch.columns, rows: rows, errors: errors)
        keyColumns.removeAll(keepingCapacity: true)
        for key in groupKeys {
            keyColumns.append(key.evaluate(batch.columns, rows: rows, errors: errors))
        }
        if inputs.isEmpty { inputs = calls.map { AggregateInput($0.arguments, $0.filter) } }
        // In place: a batch costs no allocation.
        for position in calls.indices {
            let call = calls[position]
            for argument in call.arguments.indices {
                inputs[position].arguments[argument] = call.arguments[argument].evaluate(
                    batch.columns, rows: rows, errors: errors)
            }
            inputs[position].filter = call.filter?.evaluate(
                batch.columns, rows: rows, errors: errors)
        }
    }

    /// Encodes and hashes the grouping keys of `rows`.
    func prepareKeys(rows: Selection) {
        keyBytes.removeAll()
        guard rows.count > 0 else { return }
        let room = rows[rows.count - 1] + 1
        if room > keyStarts.count {
            keyStarts = Buffer(count: room * 2, filler: 0)
            keyLengths = Buffer(count: room * 2, filler: 0)
            keyHashes = Buffer(count: room * 2, filler: 0)
            keyNumbers = Buffer(count: room * 2, filler: -1)
        }
        keyEncoding.encode(
            keyColumns, rows: rows, to: keyBytes, starts: keyStarts, lengths: keyLengths)
        let (rowNumbers, starts, lengths, hashes) = (rows.rows, keyStarts, keyLengths, keyHashes)
        let bytes = keyBytes.storage
        for position in 0..<rows.count {
            let row = Int(rowNumbers[position])
            hashes[row] = KeyTable.hash(bytes, at: starts[row], count: lengths[row])
        }
    }

    /// Folds the records assigned since the last call.
    func fold() {
        for window in touched {
            for position in calls.indices {
                calls[position].accumulator.fold(window, inputs[position])
            }
            window.finishBatch()
        }
        touched.removeAll(keepingCapacity: true)
    }

    // MARK: Records in their partition's log

    /// Assigns the first records of `rows` that all go to the same windows, which are open, while
    /// none closes; returns the row after them. Nearly every record is in such a stretch.
    ///
    /// What a record alone may need, such as a new window, is left to the caller, who gives the
    /// next record to ``assign(_:_:offset:isReplay:)``.
    func assignStretch(
        _ rows: Range<Int>, _ batch: RecordBatch, _ verdicts: Buffer<RecordGate.Verdict>,
        _ eventTimes: Buffer<Int64>?, _ state: PartitionState
    ) -> Int {
        let first = rows.lowerBound
        guard verdicts[first] == .accepted, !state.isReplaying, !times.nulls[first],
            let slice = findStretchWindows(at: times.integers[first], state)
        else { return first }
        let closingTime = state.closingTime(
            windowSize: outputMode == .complete ? nil : aggregation.window.sizeMicroseconds)
        let (offsets, nulls, times) = (batch.offsets, times.nulls, times.integers)
        var maximum = Int64.min
        var nextOffset = state.nextOffset
        var row = first
        while row < rows.upperBound, offsets[row] >= nextOffset, verdicts[row] == .accepted,
            !nulls[row], slice.contains(times[row])
        {
            if let eventTimes {
                guard eventTimes[row] < closingTime else { break }
                maximum = max(maximum, eventTimes[row])
            }
            nextOffset = offsets[row] + 1
            row += 1
        }
        guard row > first else { return first }
        state.nextOffset = nextOffset
        if eventTimes != nil { _ = state.watermark.observe(maximum) }
        state.keys.intern(
            first..<row, keyBytes.storage, starts: keyStarts, lengths: keyLengths,
            hashes: keyHashes, into: keyNumbers)
        for window in stretchWindows {
            if window.assignedCount == 0 { touched.append(window) }
            window.assign(first..<row, keyNumbers: keyNumbers, keys: state.keys)
        }
        return row
    }

    /// Finds the windows that contain `time`; the times that have the same ones, nil unless all
    /// are open.
    private func findStretchWindows(at time: Int64, _ state: PartitionState) -> Range<Int64>? {
        let window = aggregation.window
        // Else the number of windows depends on the time within a slide.
        guard window.isTumbling || window.sizeMicroseconds % window.slideMicroseconds == 0,
            let lastStart = window.lastStart(containing: time),
            var start = window.firstStart(containing: time, lastStart: lastStart)
        else { return nil }
        stretchWindows.removeAll(keepingCapacity: true)
        while start <= lastStart {
            guard let target = state.open.find(start) else { return nil }
            stretchWindows.append(target)
            start += window.slideMicroseconds
        }
        // Within range: its end is, and a slide is at most a size.
        return lastStart..<lastStart + window.slideMicroseconds
    }

    /// Assigns record `row` to the panes of its windows.
    @inline(__always)
    func assign(
        _ row: Int, _ state: PartitionState, offset: Int64, isReplay: Bool
    ) -> Outcome {
        guard !times.nulls[row] else { return .failed(RecordDefect(.nullEventTime)) }
        let time = times.integers[row]
        let window = aggregation.window
        guard let lastStart = window.lastStart(containing: time),
            var start = window.firstStart(containing: time, lastStart: lastStart)
        else { return .failed(RecordDefect(RowError.datetimeOverflow)) }
        var latePairs = 0
        var pairs = 0
        var key = -1
        while true {
            if isOpen(start, state, isReplay: isReplay) {
                if key < 0 {
                    key = state.keys.intern(
                        keyBytes.storage, at: keyStarts[row], count: keyLengths[row],
                        hash: keyHashes[row])
                }
                let target = state.open.find(start) ?? openWindow(start, state, offset: offset)
                if target.assignedCount == 0 { touched.append(target) }
                target.assign(row: row, key: key, keys: state.keys, isReplay: isReplay)
                pairs += 1
            } else {
                latePairs += 1
            }
            if start == lastStart { break }
            start += window.slideMicroseconds
        }
        return pairs > 0 ? .aggregated(latePairs: latePairs) : .late(latePairs: latePairs)
    }

    /// Whether the window that begins at `start` still takes records.
    @inline(__always)
    private func isOpen(_ start: Int64, _ state: PartitionState, isReplay: Bool) -> Bool {
        if outputMode == .complete { return true }
        if start < state.closedBefore { return false }
        return isReplay
            || start + aggregation.window.sizeMicroseconds > state.watermark.value
    }

    private func openWindow(
        _ start: Int64, _ state: PartitionState, offset: Int64
    ) -> WindowState {
        let window =
            spare.popLast()
            ?? WindowState(wordsPerPane: wordsPerPane, tracksChanges: outputMode == .update)
        window.open(start: start, firstOffset: offset)
        state.open.insert(window)
        return window
    }

    /// Closes the windows that end at or before the watermark.
    func closeWindows(of state: PartitionState) {
        guard outputMode != .complete, let oldest = state.open.windows.first else { return }
        let size = aggregation.window.sizeMicroseconds
        guard oldest.start + size <= state.watermark.value else { return }
        close(before: aggregation.window.firstOpenStart(at: state.watermark.value), state)
    }

    /// Closes all windows: the end of a bounded source. They stay closed, and with them every
    /// window that begins before the last of them: what comes for them later is late.
    func closeAllWindows(of state: PartitionState) {
        guard let newest = state.open.windows.last else { return }
        // Within range: the window's end is, and a slide is at most a size.
        state.closedBefore = newest.start + aggregation.window.slideMicroseconds
        close(before: Int64.max, state)
    }

    private func close(before start: Int64, _ state: PartitionState) {
        for window in state.open.removeAll(before: start) {
            emitter.enqueue(
                window, keys: state.keys, onlyChanged: outputMode == .update, isClosing: true)
        }
    }

    // MARK: Results

    var hasPendingRows: Bool { emitter.hasPendingRows }

    /// Queues what update and complete mode emit for a micro-batch.
    func enqueueOpenWindows(of state: PartitionState) {
        guard outputMode != .append else { return }
        for window in state.open.windows {
            emitter.enqueue(
                window, keys: state.keys, onlyChanged: outputMode == .update, isClosing: false)
        }
    }

    func nextRows(_ counters: inout Counters) -> Bool {
        emitter.nextRows(&counters) { window, keys in
            window.releaseKeys(keys)
            keys.compactIfWorthwhile()
            if spare.count < Self.maximumSpareWindows { spare.append(window) }
        }
    }

    func forgetResults() { emitter.forget() }
}
