/// Decides, for the records of a micro-batch, what a record alone decides: whether it is valid and
/// whether `WHERE` takes it. Whether it is late depends on the records before it, and comes later.
final class RecordGate {
    /// What is known of a record before its place in the log is looked at.
    enum Verdict: UInt8, BitwiseCopyable {
        case accepted
        /// Rejected by a condition on other columns than the event time: the watermark ignores it.
        case filteredBeforeWatermark
        /// Rejected by a condition on the event time: the watermark takes note of it.
        case filteredAfterWatermark
        /// Its defect is in the batch.
        case dead
    }

    private(set) var verdicts = Buffer<Verdict>(count: 0, filler: .accepted)
    /// The rows that are accepted, unless an input expression fails.
    private(set) var accepted = Selection()
    private var candidates = Selection()
    private let errors: RowErrors
    private let eventTimeColumn: Int?
    private let maximumFutureSkewMilliseconds: Int64?
    private let before: ExpressionEvaluator?
    private let after: ExpressionEvaluator?

    init(plan: StreamPlan, options: EngineOptions, zones: ZoneCatalog, errors: RowErrors) {
        self.errors = errors
        eventTimeColumn = plan.watermark?.column
        maximumFutureSkewMilliseconds = options.maximumFutureSkewMilliseconds
        before = plan.filterBeforeWatermark.map { ExpressionEvaluator($0, zones: zones) }
        after = plan.filterAfterWatermark.map { ExpressionEvaluator($0, zones: zones) }
    }

    /// Fills ``verdicts`` and ``accepted`` for `batch`.
    func judge(_ batch: RecordBatch) {
        if verdicts.count < batch.count {
            verdicts = Buffer(count: max(batch.count, verdicts.count * 2), filler: .accepted)
        }
        accepted.reset(capacity: batch.count)
        if let eventTimeColumn {
            validate(batch, eventTimes: batch.columns[eventTimeColumn])
        }
        let (verdicts, defects) = (verdicts, batch.defects)
        for row in 0..<batch.count {
            if defects[row].kind == .none {
                verdicts[row] = .accepted
                accepted.append(row)
            } else {
                verdicts[row] = .dead
            }
        }
        if let before { narrow(batch, by: before, rejected: .filteredBeforeWatermark) }
        if let after { narrow(batch, by: after, rejected: .filteredAfterWatermark) }
    }

    private func validate(_ batch: RecordBatch, eventTimes: ColumnVector) {
        let (defects, nulls, times) = (batch.defects, eventTimes.nulls, eventTimes.integers)
        for row in 0..<batch.count where nulls[row] && defects[row].kind == .none {
            defects[row] = RecordDefect(.nullEventTime)
        }
        guard let skew = maximumFutureSkewMilliseconds else { return }
        let timestamps = batch.timestamps
        for row in 0..<batch.count
        where defects[row].kind == .none && timestamps[row] != RecordBatch.noTimestamp {
            // Compared in milliseconds: their range holds every sum of the two.
            let latest = timestamps[row].addingReportingOverflow(skew)
            if !latest.overflow, times[row] / 1000 > latest.partialValue {
                defects[row] = RecordDefect(.futureEventTime)
            }
        }
    }

    /// Keeps of the accepted rows those for which `filter` is true.
    private func narrow(
        _ batch: RecordBatch, by filter: ExpressionEvaluator, rejected: Verdict
    ) {
        errors.reset(rows: batch.count)
        let condition = filter.evaluate(batch.columns, rows: accepted, errors: errors)
        swap(&accepted, &candidates)
        accepted.reset(capacity: batch.count)
        for position in 0..<candidates.count {
            let row = candidates[position]
            if let error = errors[row] {
                reject(row, batch, error)
            } else if condition.nulls[row] || condition.integers[row] == 0 {
                verdicts[row] = rejected
            } else {
                accepted.append(row)
            }
        }
    }

    private func reject(_ row: Int, _ batch: RecordBatch, _ error: RowError) {
        batch.defects[row] = RecordDefect(error)
        verdicts[row] = .dead
    }

    /// Makes dead letters of the accepted rows for which an input expression failed.
    func rejectFailures(_ batch: RecordBatch) {
        guard errors.count > 0 else { return }
        swap(&accepted, &candidates)
        accepted.reset(capacity: batch.count)
        for position in 0..<candidates.count {
            let row = candidates[position]
            if let error = errors[row] { reject(row, batch, error) } else { accepted.append(row) }
        }
    }
}
