/// A query without GROUP BY: each accepted record gives one row.
final class Projector {
    private let evaluators: [ExpressionEvaluator]
    /// The output columns; values at the rows of the batch.
    private(set) var columns: [ColumnVector]
    /// The rows of the batch that give a row.
    let rows = Selection()
    private var capacity = 0
    private var isTaken = true

    init(_ output: [OutputColumn], zones: ZoneCatalog) {
        evaluators = output.map { ExpressionEvaluator($0.expression, zones: zones) }
        columns = []
    }

    func evaluate(_ batch: RecordBatch, rows: Selection, errors: RowErrors) {
        columns.removeAll(keepingCapacity: true)
        for evaluator in evaluators {
            columns.append(evaluator.evaluate(batch.columns, rows: rows, errors: errors))
        }
        capacity = batch.count
    }

    func begin() {
        rows.reset(capacity: capacity)
        isTaken = false
    }

    func accept(_ row: Int) { rows.append(row) }

    /// True once for each batch that gave rows.
    func take() -> Bool {
        guard !isTaken, rows.count > 0 else { return false }
        isTaken = true
        return true
    }
}
