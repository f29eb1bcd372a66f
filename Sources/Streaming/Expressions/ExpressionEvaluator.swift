/// Runs an ``Expression`` over the columns of a batch.
public final class ExpressionEvaluator {
    public let expression: Expression

    /// - Parameter zones: the rules of named time zones, for text read as TIMESTAMP.
    public init(_ expression: Expression, zones: ZoneCatalog) {
        self.expression = expression
    }

    /// Evaluates rows `rows` of `columns`; the values of other rows are unspecified.
    ///
    /// A row that fails gets its ``RowError`` in `errors` (the first one stays) and a null value.
    /// The result is valid until the next call; it may be a column of the input.
    public func evaluate(
        _ columns: [ColumnVector], rows: Selection, errors: RowErrors
    ) -> ColumnVector {
        fatalError("to be written")
    }
}

/// The first error of each row of a batch, if any.
public final class RowErrors {
    private var codes = Buffer<UInt8>(count: 0, filler: 0)
    /// Rows that have an error.
    public private(set) var count = 0

    public init() {}

    /// Clears the errors and makes room for `rows` rows.
    public func reset(rows: Int) {
        if rows > codes.count {
            codes = Buffer(count: max(rows, codes.count * 2), filler: 0)
        } else if count > 0 {
            for row in 0..<codes.count { codes[row] = 0 }
        }
        count = 0
    }

    /// Notes `error` for `row`, unless it has one already.
    public func note(_ error: RowError, row: Int) {
        guard codes[row] == 0 else { return }
        codes[row] = error.rawValue
        count += 1
    }

    public subscript(row: Int) -> RowError? { RowError(rawValue: codes[row]) }
}
