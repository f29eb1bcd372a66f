/// Casts to DATE, TIMESTAMP and STRING.
extension CastNode {
    func convertToDate(
        _ column: ColumnVector, _ source: DataType, _ output: ColumnVector, _ rows: Selection,
        _ errors: RowErrors?
    ) {
        if source == .string {
            return parse(column, output, rows, errors) { row in
                column.withBytes(row) { TextParser.date($0) }
            }
        }
        Kernels.map(
            IntegerLane.self, to: IntegerLane.self, column, into: output, rows, nil
        ) { value throws(RowError) in
            GregorianCalendar.floorDivide(value, GregorianCalendar.microsecondsPerDay)
        }
    }

    func convertToTimestamp(
        _ column: ColumnVector, _ source: DataType, _ output: ColumnVector,
        _ context: EvaluationContext, _ rows: Selection, _ errors: RowErrors?
    ) {
        switch source {
        case .string:
            parse(column, output, rows, errors) { row in
                column.withBytes(row) { context.parser.timestamp($0) }
            }
        case .date:
            Kernels.map(
                IntegerLane.self, to: IntegerLane.self, column, into: output, rows, errors
            ) { value throws(RowError) in
                let (result, overflows) = value.multipliedReportingOverflow(
                    by: GregorianCalendar.microsecondsPerDay)
                guard !overflows else { throw .datetimeOverflow }
                return result
            }
        case .float, .double:
            Kernels.map(
                DoubleLane.self, to: IntegerLane.self, column, into: output, rows, errors
            ) { value throws(RowError) in
                guard value.isFinite else { throw .castInvalidInput }
                return try Conversion.integral(value * 1e6, within: Int64.min...Int64.max)
            }
        case .decimal(_, let scale):
            Kernels.map(
                DecimalLane.self, to: IntegerLane.self, column, into: output, rows, errors
            ) { value throws(RowError) in
                try Conversion.microseconds(value, scale: scale)
            }
        default:
            // Whole seconds; beyond the range Spark takes its end, silently.
            Kernels.map(
                IntegerLane.self, to: IntegerLane.self, column, into: output, rows, nil
            ) { value throws(RowError) in
                let (result, overflows) = value.multipliedReportingOverflow(
                    by: GregorianCalendar.microsecondsPerSecond)
                return overflows ? (value < 0 ? Int64.min : Int64.max) : result
            }
        }
    }

    // MARK: Text

    /// For text that becomes an integer, a BOOLEAN, a DATE or a TIMESTAMP.
    @inline(__always)
    func parse(
        _ column: ColumnVector, _ output: ColumnVector, _ rows: Selection, _ errors: RowErrors?,
        _ read: (Int) -> Int64?
    ) {
        let nulls = column.nulls
        Kernels.forEach(
            into: output, rows, errors, isNull: { nulls[$0] }
        ) { row throws(RowError) in
            guard let value = read(row) else { throw .castInvalidInput }
            output.set(row, integer: value)
        }
    }

    func convertToText(
        _ column: ColumnVector, _ source: DataType, _ output: ColumnVector, _ rows: Selection
    ) {
        let arena = output.arena
        let integers = source.physicalType == .integer ? column.integers : nil
        var last: Int?
        for position in 0..<rows.count {
            let row = rows[position]
            guard !column.nulls[row] else {
                output.setNull(row)
                continue
            }
            if let integers, let last, integers[row] == integers[last] {
                // The rows of a window follow one another: they share the text of its bounds.
                output.nulls[row] = false
                output.starts[row] = output.starts[last]
                output.lengths[row] = output.lengths[last]
                continue
            }
            last = row
            let start = arena.count
            Conversion.appendText(of: column, source, row, to: arena)
            output.set(row, arenaFrom: start)
        }
    }
}
