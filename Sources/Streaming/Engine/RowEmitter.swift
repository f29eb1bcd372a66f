/// Turns panes into rows of the result, a chunk at a time.
///
/// Order: windows as they were queued; within a window by the grouping columns, ascending as Spark
/// sorts them.
final class RowEmitter {
    /// The output columns of the last chunk.
    private(set) var columns: [ColumnVector] = []
    /// The rows of ``columns`` that are results.
    private(set) var rows = Selection()
    /// The window, keys and aggregates of the last chunk.
    let aggregated: [ColumnVector]
    /// Rows of ``aggregated`` for which an expression failed.
    private(set) var failures: [QueryEngine.FailedRow] = []

    /// A window whose rows are due.
    private struct Job {
        let window: WindowState
        let keys: KeyTable
        let onlyChanged: Bool
        let isClosing: Bool
        /// Panes in the order of their keys; made when the job's turn comes.
        var panes: [Int32] = []
        var position = -1
    }

    private var jobs: [Job] = []
    private var firstJob = 0
    private let window: WindowSpecification
    private let accumulators: [Accumulator]
    private let keyEncoding: RowEncoding
    private let keyCount: Int
    private let rowsPerChunk: Int
    private let having: ExpressionEvaluator?
    private let output: [ExpressionEvaluator]
    private let errors = RowErrors()
    private var candidates = Selection()

    init(
        _ aggregation: Aggregation, accumulators: [Accumulator], keyEncoding: RowEncoding,
        rowsPerChunk: Int, zones: ZoneCatalog
    ) {
        window = aggregation.window
        self.accumulators = accumulators
        self.keyEncoding = keyEncoding
        self.rowsPerChunk = rowsPerChunk
        keyCount = aggregation.groupKeys.count
        aggregated = aggregation.aggregatedSchema.fields.map { ColumnVector(type: $0.type) }
        having = aggregation.having.map { ExpressionEvaluator($0, zones: zones) }
        output = aggregation.output.map { ExpressionEvaluator($0.expression, zones: zones) }
    }

    var hasPendingRows: Bool { firstJob < jobs.count }

    func enqueue(_ window: WindowState, keys: KeyTable, onlyChanged: Bool, isClosing: Bool) {
        jobs.append(
            Job(window: window, keys: keys, onlyChanged: onlyChanged, isClosing: isClosing))
    }

    func forget() {
        jobs.removeAll()
        firstJob = 0
    }

    /// Fills the next chunk; false if there are no rows left. `release` takes back closed windows.
    func nextRows(
        _ counters: inout Counters, release: (WindowState, KeyTable) -> Void
    ) -> Bool {
        while hasPendingRows {
            fillChunk(release)
            evaluateOutput(&counters)
            if rows.count > 0 || !failures.isEmpty { return true }
        }
        return false
    }

    private func fillChunk(_ release: (WindowState, KeyTable) -> Void) {
        for column in aggregated { column.reset(rows: rowsPerChunk) }
        errors.reset(rows: rowsPerChunk)
        candidates.reset(capacity: rowsPerChunk)
        var row = 0
        while hasPendingRows, row < rowsPerChunk {
            if jobs[firstJob].position < 0 { begin(&jobs[firstJob]) }
            let job = jobs[firstJob]
            let end = min(job.panes.count, job.position + rowsPerChunk - row)
            for position in job.position..<end {
                write(Int(job.panes[position]), of: job, row: row)
                candidates.append(row)
                row += 1
            }
            jobs[firstJob].position = end
            guard end == job.panes.count else { continue }
            if job.onlyChanged { job.window.clearChanges() }
            if job.isClosing { release(job.window, job.keys) }
            firstJob += 1
        }
        if !hasPendingRows { forget() }
    }

    /// Sorts the panes of a job by their keys.
    private func begin(_ job: inout Job) {
        let window = job.window
        let keys = job.keys
        let panes = job.onlyChanged ? window.changed : (0..<window.count).map { Int32($0) }
        var order = panes.map { pane in
            (prefix: keys.orderedPrefix(Int(window.keyOfPane[Int(pane)])), pane: pane)
        }
        order.sort { left, right in
            if left.prefix != right.prefix { return left.prefix < right.prefix }
            let mine = keys.locate(Int(window.keyOfPane[Int(left.pane)]))
            let theirs = keys.locate(Int(window.keyOfPane[Int(right.pane)]))
            return compareBytes(
                mine.bytes, at: mine.start, count: mine.length,
                theirs.bytes, at: theirs.start, count: theirs.length) < 0
        }
        job.panes = order.map(\.pane)
        job.position = 0
    }

    private func write(_ pane: Int, of job: Job, row: Int) {
        let bounds = aggregated[0]
        bounds.nulls[row] = false
        bounds.children[0].set(row, integer: job.window.start)
        bounds.children[1].set(row, integer: job.window.start + window.sizeMicroseconds)
        let key = job.keys.locate(Int(job.window.keyOfPane[pane]))
        keyEncoding.decode(
            key.bytes, at: key.start, count: key.length, into: keyColumns, row: row)
        for (accumulator, column) in zip(accumulators, aggregateColumns) {
            accumulator.finish(job.window, pane: pane, into: column, row: row, errors: errors)
        }
    }

    private lazy var keyColumns = Array(aggregated[1..<1 + keyCount])
    private lazy var aggregateColumns = Array(aggregated[(1 + keyCount)...])

    /// Applies HAVING and makes the output columns of the chunk.
    private func evaluateOutput(_ counters: inout Counters) {
        columns.removeAll(keepingCapacity: true)
        if let having {
            let condition = having.evaluate(aggregated, rows: candidates, errors: errors)
            rows.reset(capacity: rowsPerChunk)
            for position in 0..<candidates.count {
                let row = candidates[position]
                let isTrue = !condition.nulls[row] && condition.integers[row] != 0
                if isTrue || errors[row] != nil { rows.append(row) }
            }
            swap(&rows, &candidates)
        }
        for evaluator in output {
            columns.append(evaluator.evaluate(aggregated, rows: candidates, errors: errors))
        }
        failures.removeAll(keepingCapacity: true)
        rows.reset(capacity: rowsPerChunk)
        for position in 0..<candidates.count {
            let row = candidates[position]
            if let error = errors[row] {
                failures.append(QueryEngine.FailedRow(row: row, error: error))
            } else {
                rows.append(row)
            }
        }
        counters.rows += rows.count
        counters.failedRows += failures.count
    }
}
