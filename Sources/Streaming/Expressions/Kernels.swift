/// The physical form that a loop reads or writes, known when it is compiled.
protocol Lane {
    associatedtype Element: BitwiseCopyable
    static func elements(of column: ColumnVector) -> Buffer<Element>
}

enum IntegerLane: Lane {
    @inline(__always)
    static func elements(of column: ColumnVector) -> Buffer<Int64> { column.integers }
}

enum DoubleLane: Lane {
    @inline(__always)
    static func elements(of column: ColumnVector) -> Buffer<Double> { column.doubles }
}

enum DecimalLane: Lane {
    @inline(__always)
    static func elements(of column: ColumnVector) -> Buffer<Int128> { column.decimals }
}

/// Loops over selected rows of whole columns, one for each combination of lanes.
///
/// A null operand gives a null row. An error gives a null row, and is noted unless `errors` is nil.
enum Kernels {
    @inline(__always)
    static func map<Source: Lane, Target: Lane>(
        _: Source.Type, to _: Target.Type, _ source: ColumnVector, into output: ColumnVector,
        _ rows: Selection, _ errors: RowErrors?,
        _ transform: (Source.Element) throws(RowError) -> Target.Element
    ) {
        let sourceNulls = source.nulls
        let elements = Source.elements(of: source)
        let nulls = output.nulls
        let results = Target.elements(of: output)
        let indices = rows.rows
        for position in 0..<rows.count {
            let row = Int(indices[position])
            guard !sourceNulls[row] else {
                nulls[row] = true
                continue
            }
            do throws(RowError) {
                results[row] = try transform(elements[row])
                nulls[row] = false
            } catch {
                nulls[row] = true
                errors?.note(error, row: row)
            }
        }
    }

    /// `first` is looked at before `second`, which counts where evaluation of the second operand
    /// was narrowed by the first.
    @inline(__always)
    static func zip<First: Lane, Second: Lane, Target: Lane>(
        _: First.Type, _: Second.Type, to _: Target.Type, _ first: ColumnVector,
        _ second: ColumnVector, into output: ColumnVector, _ rows: Selection, _ errors: RowErrors?,
        _ combine: (First.Element, Second.Element) throws(RowError) -> Target.Element
    ) {
        let firstNulls = first.nulls
        let secondNulls = second.nulls
        let firstElements = First.elements(of: first)
        let secondElements = Second.elements(of: second)
        let nulls = output.nulls
        let results = Target.elements(of: output)
        let indices = rows.rows
        for position in 0..<rows.count {
            let row = Int(indices[position])
            guard !firstNulls[row], !secondNulls[row] else {
                nulls[row] = true
                continue
            }
            do throws(RowError) {
                results[row] = try combine(firstElements[row], secondElements[row])
                nulls[row] = false
            } catch {
                nulls[row] = true
                errors?.note(error, row: row)
            }
        }
    }

    /// Calls `body`, which writes the result, for each row where `isNull` is false; the others
    /// become null.
    @inline(__always)
    static func forEach(
        into output: ColumnVector, _ rows: Selection, _ errors: RowErrors?,
        isNull: (Int) -> Bool, _ body: (Int) throws(RowError) -> Void
    ) {
        let indices = rows.rows
        for position in 0..<rows.count {
            let row = Int(indices[position])
            guard !isNull(row) else {
                output.setNull(row)
                continue
            }
            do throws(RowError) {
                try body(row)
            } catch {
                output.setNull(row)
                errors?.note(error, row: row)
            }
        }
    }
}

extension Bool {
    /// As a BOOLEAN is stored.
    @inline(__always)
    var stored: Int64 { self ? 1 : 0 }
}
