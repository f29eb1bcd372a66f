/// `year`, `hour`, … of a TIMESTAMP or DATE, and `last_day`, `unix_seconds`, ….
final class TimePartNode: FunctionNode {
    private let function: ScalarFunction

    init(_ function: ScalarFunction, operand: ExpressionNode, type: DataType) {
        self.function = function
        super.init(type: type, operands: [operand], canFail: false)
    }

    override func evaluate(_ context: EvaluationContext, _ rows: Selection) -> ColumnVector {
        evaluateOperands(context, rows)
        resetOutput(for: rows)
        switch function {
        case .year: mapDays(rows) { Int64(GregorianCalendar.date(ofDays: $0).year) }
        case .quarter:
            mapDays(rows) { Int64((GregorianCalendar.date(ofDays: $0).month + 2) / 3) }
        case .month: mapDays(rows) { Int64(GregorianCalendar.date(ofDays: $0).month) }
        case .day: mapDays(rows) { Int64(GregorianCalendar.date(ofDays: $0).day) }
        case .dayOfWeek: mapDays(rows) { Int64(GregorianCalendar.dayOfWeek(ofDays: $0) + 1) }
        case .dayOfYear: mapDays(rows) { Int64(GregorianCalendar.dayOfYear(ofDays: $0)) }
        case .lastDay: mapDays(rows) { GregorianCalendar.lastDayOfMonth(ofDays: $0) }
        case .hour: mapTimeOfDay(rows) { $0 / 3_600_000_000 }
        case .minute: mapTimeOfDay(rows) { $0 / 60_000_000 % 60 }
        case .second: mapTimeOfDay(rows) { $0 / 1_000_000 % 60 }
        case .unixSeconds: map(rows) { GregorianCalendar.floorDivide($0, 1_000_000) }
        case .unixMillis: map(rows) { GregorianCalendar.floorDivide($0, 1000) }
        case .unixMicros: map(rows) { $0 }
        default: preconditionFailure("\(function) is not a part of a time")
        }
        return output
    }

    @inline(__always)
    private func map(_ rows: Selection, _ transform: (Int64) -> Int64) {
        Kernels.map(
            IntegerLane.self, to: IntegerLane.self, values[0], into: output, rows, nil
        ) { value throws(RowError) in transform(value) }
    }

    @inline(__always)
    private func mapDays(_ rows: Selection, _ transform: (Int64) -> Int64) {
        if operands[0].type == .timestamp {
            map(rows) { transform(GregorianCalendar.split(microseconds: $0).days) }
        } else {
            map(rows, transform)
        }
    }

    @inline(__always)
    private func mapTimeOfDay(_ rows: Selection, _ transform: (Int64) -> Int64) {
        if operands[0].type == .timestamp {
            map(rows) { transform(GregorianCalendar.split(microseconds: $0).timeOfDay) }
        } else {
            map(rows) { _ in 0 }
        }
    }
}

/// Arithmetic with times: days and microseconds added, epoch numbers read, times cut to a unit.
final class TimeArithmeticNode: FunctionNode {
    private let function: ScalarFunction

    init(_ function: ScalarFunction, operands: [ExpressionNode], type: DataType) {
        self.function = function
        let canFail: Bool
        switch function {
        case .addDays, .dateDifference, .timestampMicros: canFail = false
        default: canFail = true
        }
        super.init(type: type, operands: operands, canFail: canFail)
    }

    override func evaluate(_ context: EvaluationContext, _ rows: Selection) -> ColumnVector {
        evaluateOperands(context, rows)
        resetOutput(for: rows)
        let errors = context.errors
        switch function {
        // As Java's int arithmetic, which DATE is made of: it wraps.
        case .addDays:
            zip(rows, errors) { days, added throws(RowError) in
                Int64(Int32(truncatingIfNeeded: days &+ added))
            }
        case .dateDifference:
            zip(rows, errors) { end, start throws(RowError) in
                Int64(Int32(truncatingIfNeeded: end &- start))
            }
        case .addMicroseconds:
            zip(rows, errors) { time, added throws(RowError) in
                try Self.checked(time.addingReportingOverflow(added))
            }
        case .timestampSeconds: scale(rows, errors, by: 1_000_000)
        case .timestampMillis: scale(rows, errors, by: 1000)
        case .timestampMicros: scale(rows, errors, by: 1)
        case .truncateTimestamp(let unit):
            map(rows, errors) { value throws(RowError) in
                try TimeTruncation.timestamp(value, to: unit)
            }
        case .truncateDate(let unit):
            map(rows, errors) { value throws(RowError) in TimeTruncation.date(value, to: unit) }
        default: preconditionFailure("\(function) is not arithmetic with times")
        }
        return output
    }

    private func scale(_ rows: Selection, _ errors: RowErrors, by factor: Int64) {
        map(rows, errors) { value throws(RowError) in
            try Self.checked(value.multipliedReportingOverflow(by: factor))
        }
    }

    @inline(__always)
    private static func checked(
        _ result: (partialValue: Int64, overflow: Bool)
    ) throws(RowError) -> Int64 {
        guard !result.overflow else { throw .datetimeOverflow }
        return result.partialValue
    }

    @inline(__always)
    private func map(
        _ rows: Selection, _ errors: RowErrors, _ transform: (Int64) throws(RowError) -> Int64
    ) {
        Kernels.map(
            IntegerLane.self, to: IntegerLane.self, values[0], into: output, rows, errors,
            transform)
    }

    @inline(__always)
    private func zip(
        _ rows: Selection, _ errors: RowErrors,
        _ combine: (Int64, Int64) throws(RowError) -> Int64
    ) {
        Kernels.zip(
            IntegerLane.self, IntegerLane.self, to: IntegerLane.self, values[0], values[1],
            into: output, rows, errors, combine)
    }
}

/// Times cut to a unit, in UTC.
enum TimeTruncation {
    /// ``RowError/datetimeOverflow`` if the unit begins before the range of TIMESTAMP.
    @inline(__always)
    static func timestamp(_ value: Int64, to unit: TimeUnit) throws(RowError) -> Int64 {
        let length: Int64
        switch unit {
        case .microsecond: return value
        case .millisecond: length = 1000
        case .second: length = 1_000_000
        case .minute: length = 60_000_000
        case .hour: length = 3_600_000_000
        case .day, .week, .month, .quarter, .year: length = GregorianCalendar.microsecondsPerDay
        }
        var start = GregorianCalendar.floorDivide(value, length)
        if length == GregorianCalendar.microsecondsPerDay { start = date(start, to: unit) }
        let (result, overflows) = start.multipliedReportingOverflow(by: length)
        guard !overflows else { throw .datetimeOverflow }
        return result
    }

    /// The first day of the unit that `days` is in; weeks begin on Monday.
    static func date(_ days: Int64, to unit: TimeUnit) -> Int64 {
        switch unit {
        case .week:
            return days - Int64((GregorianCalendar.dayOfWeek(ofDays: days) + 6) % 7)
        case .month, .quarter, .year:
            let date = GregorianCalendar.date(ofDays: days)
            let month =
                switch unit {
                case .month: date.month
                case .quarter: (date.month - 1) / 3 * 3 + 1
                default: 1
                }
            return GregorianCalendar.days(year: date.year, month: month, day: 1)
        default: return days
        }
    }
}

/// `window(t, …)`, tumbling: the window that a time is in. A null time gives a null window.
final class TumblingWindowNode: FunctionNode {
    private let window: WindowSpecification

    init(_ window: WindowSpecification, operand: ExpressionNode, type: DataType) {
        self.window = window
        super.init(type: type, operands: [operand], canFail: true)
    }

    override func evaluate(_ context: EvaluationContext, _ rows: Selection) -> ColumnVector {
        evaluateOperands(context, rows)
        resetOutput(for: rows)
        let times = values[0]
        let starts = output.children[0]
        let ends = output.children[1]
        let size = window.sizeMicroseconds
        let offset = window.offsetMicroseconds
        let output = output
        Kernels.forEach(
            into: output, rows, context.errors, isNull: { times.nulls[$0] }
        ) { row throws(RowError) in
            let time = times.integers[row]
            let (shifted, overflows) = time.subtractingReportingOverflow(offset)
            let remainder = GregorianCalendar.floorRemainder(shifted, size)
            let (start, underflows) = time.subtractingReportingOverflow(remainder)
            let (end, exceeds) = start.addingReportingOverflow(size)
            guard !overflows, !underflows, !exceeds else { throw .datetimeOverflow }
            output.nulls[row] = false
            starts.set(row, integer: start)
            ends.set(row, integer: end)
        }
        return output
    }
}
