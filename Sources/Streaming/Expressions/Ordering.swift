/// The order of values that Spark's ascending sort, `min`, `max` and comparisons use.
public enum Ordering {
    /// Negative, 0 or positive as row `leftRow` of `left` is before, equal to or after row
    /// `rightRow` of `right`, a column of the same type.
    ///
    /// Nulls come first; STRINGs are ordered by bytes; NaN is the largest number and equal to
    /// itself; -0.0 equals 0.0; STRUCTs are compared field by field, in order.
    public static func compare(
        _ left: ColumnVector, _ leftRow: Int, _ right: ColumnVector, _ rightRow: Int
    ) -> Int {
        switch (left.nulls[leftRow], right.nulls[rightRow]) {
        case (true, true): return 0
        case (true, false): return -1
        case (false, true): return 1
        case (false, false): break
        }
        switch left.type.physicalType {
        case .integer: return compare(left.integers[leftRow], right.integers[rightRow])
        case .double: return compare(left.doubles[leftRow], right.doubles[rightRow])
        case .decimal: return compare(left.decimals[leftRow], right.decimals[rightRow])
        case .string: return compareBytes(left, leftRow, right, rightRow)
        case .structure:
            for index in left.children.indices {
                let order = compare(
                    left.children[index], leftRow, right.children[index], rightRow)
                if order != 0 { return order }
            }
            return 0
        }
    }

    @inlinable @inline(__always)
    public static func compare<Value: Comparable>(_ left: Value, _ right: Value) -> Int {
        left < right ? -1 : left == right ? 0 : 1
    }

    /// NaN is the largest and equal to itself; -0.0 equals 0.0.
    @inlinable @inline(__always)
    public static func compare(_ left: Double, _ right: Double) -> Int {
        if left < right { return -1 }
        if left > right { return 1 }
        if left == right { return 0 }
        return (left.isNaN ? 1 : 0) - (right.isNaN ? 1 : 0)
    }

    /// The order of two STRINGs that are not null.
    public static func compareBytes(
        _ left: ColumnVector, _ leftRow: Int, _ right: ColumnVector, _ rightRow: Int
    ) -> Int {
        left.withBytes(leftRow) { first in
            right.withBytes(rightRow) { compare(first, $0) }
        }
    }

    /// By bytes, unsigned; a prefix comes first.
    public static func compare(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Int {
        let common = min(left.count, right.count)
        for index in 0..<common where left[index] != right[index] {
            return left[index] < right[index] ? -1 : 1
        }
        return left.count - right.count
    }

    /// Whether two STRINGs that are not null have the same bytes.
    @inline(__always)
    static func equalBytes(
        _ left: ColumnVector, _ leftRow: Int, _ right: ColumnVector, _ rightRow: Int
    ) -> Bool {
        left.lengths[leftRow] == right.lengths[rightRow]
            && compareBytes(left, leftRow, right, rightRow) == 0
    }
}
