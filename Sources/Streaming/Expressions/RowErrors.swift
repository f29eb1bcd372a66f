/// The first error of each row of a batch, if any.
public final class RowErrors {
    private var codes = Buffer<UInt8>(count: 0, filler: 0)
    /// How many of ``codes`` may be other than 0.
    private var used = 0
    /// Rows that have an error.
    public private(set) var count = 0

    public init() {}

    /// Clears the errors and makes room for `rows` rows.
    public func reset(rows: Int) {
        if count > 0 {
            for row in 0..<used { codes[row] = 0 }
            count = 0
        }
        if rows > codes.count {
            codes = Buffer(count: max(rows, codes.count * 2), filler: 0)
        }
        used = rows
    }

    /// Notes `error` for `row`, unless it has one already.
    public func note(_ error: RowError, row: Int) {
        precondition(row < used)
        guard codes[row] == 0 else { return }
        codes[row] = error.rawValue
        count += 1
    }

    func hasError(_ row: Int) -> Bool { codes[row] != 0 }

    public subscript(row: Int) -> RowError? { RowError(rawValue: codes[row]) }
}
