/// Runs an ``Expression`` over the columns of a batch.
///
/// The expression is compiled once to nodes that each keep the column they write to; so evaluating
/// costs no allocation once the columns have the size of the largest batch. Every node runs as a
/// loop over whole columns: what is decided by type or function is decided once a batch.
public final class ExpressionEvaluator {
    public let expression: Expression
    private let root: ExpressionNode
    private let context: EvaluationContext

    /// - Parameter zones: the rules of named time zones, for text read as TIMESTAMP.
    public init(_ expression: Expression, zones: ZoneCatalog) {
        self.expression = expression
        root = ExpressionCompiler.compileRoot(expression)
        context = EvaluationContext(zones: zones)
    }

    /// Evaluates rows `rows` of `columns`; the values of other rows are unspecified.
    ///
    /// A row that fails gets its ``RowError`` in `errors` (the first one stays) and a null value.
    /// The result is valid until the next call; it may be a column of the input.
    public func evaluate(
        _ columns: [ColumnVector], rows: Selection, errors: RowErrors
    ) -> ColumnVector {
        context.columns = columns
        context.errors = errors
        let result = root.evaluate(context, rows)
        // A null is what most errors leave behind, but some functions make a value of it.
        if root.canFail, errors.count > 0 {
            for position in 0..<rows.count where errors.hasError(rows[position]) {
                result.setNull(rows[position])
            }
        }
        return result
    }
}
