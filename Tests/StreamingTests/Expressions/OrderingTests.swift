import Testing

@testable import Streaming

@Suite struct OrderingTests {
    /// Every pair of rows must be ordered as their positions are.
    private func expectAscending(_ column: ColumnVector, _ count: Int) {
        for left in 0..<count {
            for right in 0..<count {
                let order = Ordering.compare(column, left, column, right)
                #expect(order.signum() == (left - right).signum(), "rows \(left) and \(right)")
            }
        }
    }

    @Test func nullsComeFirstAndNaNLast() {
        let column = ColumnVector(type: .double, capacity: 6)
        column.setNull(0)
        let values = [-Double.infinity, -1, 0, .infinity, .nan]
        for (row, value) in values.enumerated() { column.set(row + 1, double: value) }
        expectAscending(column, 6)
    }

    @Test func zerosAndNaNsAreEqual() {
        #expect(Ordering.compare(-0.0, 0.0) == 0)
        #expect(Ordering.compare(Double.nan, -Double.nan) == 0)
    }

    @Test func textIsOrderedByUnsignedBytes() {
        let column = ColumnVector(type: .string, capacity: 7)
        column.setNull(0)
        for (row, text) in ["", "A", "a", "ab", "é", "🎉"].enumerated() {
            let start = column.arena.count
            column.arena.append(text)
            column.set(row + 1, arenaFrom: start)
        }
        expectAscending(column, 7)
    }

    @Test func structuresAreOrderedFieldByField() {
        let fields = [
            StructField(name: "x", type: .int), StructField(name: "y", type: .double),
        ]
        let column = ColumnVector(type: .structure(fields), capacity: 5)
        column.setNull(0)
        for row in 1..<5 { column.nulls[row] = false }
        column.children[0].setNull(1)
        column.children[1].set(1, double: .nan)
        for (row, (x, y)) in [(1, nil), (1, 2), (2, -3)].enumerated() {
            column.children[0].set(row + 2, integer: Int64(x))
            if let y {
                column.children[1].set(row + 2, double: Double(y))
            } else {
                column.children[1].setNull(row + 2)
            }
        }
        expectAscending(column, 5)
    }
}
