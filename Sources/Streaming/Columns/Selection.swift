/// The rows of a batch that an operation applies to, in ascending order.
///
/// Conditional expressions evaluate a branch for the rows that need it only, as Spark does, so that
/// an error in a branch that is not taken does not arise.
public final class Selection {
    public private(set) var rows: Buffer<Int32>
    @inlinable public var count: Int { used }
    @usableFromInline var used = 0

    public init(capacity: Int = 0) {
        rows = Buffer(count: max(capacity, 16), filler: 0)
    }

    /// Empties the selection and makes room for `capacity` rows.
    public func reset(capacity: Int) {
        used = 0
        if capacity > rows.count {
            rows = Buffer(count: max(capacity, rows.count * 2), filler: 0)
        }
    }

    /// Selects rows `0 ..< count`.
    public func selectAll(_ count: Int) {
        reset(capacity: count)
        for row in 0..<count { rows[row] = Int32(truncatingIfNeeded: row) }
        used = count
    }

    @inlinable @inline(__always)
    public func append(_ row: Int) {
        rows[used] = Int32(truncatingIfNeeded: row)
        used += 1
    }

    /// The row at `position` of the selection.
    @inlinable @inline(__always)
    public subscript(position: Int) -> Int { Int(rows[position]) }
}
