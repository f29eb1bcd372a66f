internal import Streaming

extension FunctionCatalog {
    static let timeFunctions: Group = [
        ("year", part(.year)), ("quarter", part(.quarter)), ("month", part(.month)),
        ("day dayofmonth", part(.day)), ("dayofweek", part(.dayOfWeek)),
        ("dayofyear", part(.dayOfYear)),
        ("hour", clock(.hour)), ("minute", clock(.minute)), ("second", clock(.second)),
        ("extract", FunctionDefinition(.exactly(2), extract)),
        (
            "date_add",
            FunctionDefinition(.exactly(2)) { (call) throws(Fault) in
                try call.shiftedByDays(backwards: false)
            }
        ),
        (
            "date_sub",
            FunctionDefinition(.exactly(2)) { (call) throws(Fault) in
                try call.shiftedByDays(backwards: true)
            }
        ),
        ("datediff date_diff", .plain(.dateDifference, [.date, .date], .int)),
        ("last_day", .plain(.lastDay, [.date], .date)),
        ("unix_seconds", .plain(.unixSeconds, [.timestamp], .bigint)),
        ("unix_millis", .plain(.unixMillis, [.timestamp], .bigint)),
        ("unix_micros", .plain(.unixMicros, [.timestamp], .bigint)),
        ("timestamp_seconds", fromNumber(.timestampSeconds)),
        ("timestamp_millis", fromNumber(.timestampMillis)),
        ("timestamp_micros", fromNumber(.timestampMicros)),
        ("to_date", reading(.date)),
        ("to_timestamp", reading(.timestamp)),
        (
            "date_trunc",
            FunctionDefinition(.exactly(2)) { (call) throws(Fault) in
                let time = try call.operand(1, as: .timestamp)
                return try truncation(call, unit: 0, time, units: allUnits) {
                    .truncateTimestamp($0)
                }
            }
        ),
        (
            "trunc",
            FunctionDefinition(.exactly(2)) { (call) throws(Fault) in
                let date = try call.operand(0, as: .date)
                return try truncation(call, unit: 1, date, units: dateUnits) { .truncateDate($0) }
            }
        ),
    ]

    private static func part(_ function: ScalarFunction) -> FunctionDefinition {
        FunctionDefinition(.exactly(1)) { (call) throws(Fault) in
            call.result(.call(function, [try call.dateOrTimestamp(0)]), .int)
        }
    }

    private static func clock(_ function: ScalarFunction) -> FunctionDefinition {
        .plain(function, [.timestamp], .int)
    }

    private static func fromNumber(_ function: ScalarFunction) -> FunctionDefinition {
        FunctionDefinition(.exactly(1)) { (call) throws(Fault) in
            let value = try call.number(0)
            guard value.type.isIntegral || call.arguments[0].isNullConstant else {
                throw Fault.unsupported(
                    "`\(call.name)` of a fraction", hint: "Use timestamp(x), which reads seconds.",
                    at: call.range)
            }
            return call.result(.call(function, [Conversion.cast(value, to: .bigint)]), .timestamp)
        }
    }

    /// A cast by another name, of one argument.
    private static func reading(_ type: DataType) -> FunctionDefinition {
        FunctionDefinition(.between(1, 2)) { (call) throws(Fault) in
            guard call.arguments.count == 1 else {
                throw Fault.unsupported(
                    "`\(call.name)` with a format",
                    hint: "Without a format it reads '2024-05-01 10:00:00'.", at: call.range)
            }
            let analyzer = ExpressionAnalyzer(schema: Schema([]), qualifier: nil)
            let value = try analyzer.convert(call.arguments[0], to: type, at: call.range)
            return call.result(value.kind, type)
        }
    }

    private static func extract(_ call: FunctionCall) throws(Fault) -> Analyzed {
        let functions = [
            "year": "year", "years": "year", "yr": "year", "quarter": "quarter",
            "month": "month", "months": "month", "mon": "month", "day": "day", "days": "day",
            "d": "day", "dayofweek": "dayofweek", "dow": "dayofweek", "doy": "dayofyear",
            "hour": "hour", "hours": "hour", "hr": "hour", "minute": "minute",
            "minutes": "minute", "min": "minute",
        ]
        let unit = call.arguments[0].constantText?.lowercased() ?? ""
        guard let name = functions[unit], let definition = definitions[name] else {
            throw Fault.unsupported(
                "extract(\(unit.uppercased()) FROM …)",
                hint: unit == "second" ? "Use second(x), which gives whole seconds." : nil,
                at: call.range)
        }
        var part = call
        part.arguments.removeFirst()
        return try definition.build(part)
    }

    // MARK: Truncation

    private static let dateUnits: [String: TimeUnit] = [
        "YEAR": .year, "YYYY": .year, "YY": .year, "QUARTER": .quarter, "MONTH": .month,
        "MON": .month, "MM": .month, "WEEK": .week,
    ]

    private static let allUnits: [String: TimeUnit] = dateUnits.merging([
        "DAY": .day, "DD": .day, "HOUR": .hour, "MINUTE": .minute, "SECOND": .second,
        "MILLISECOND": .millisecond, "MICROSECOND": .microsecond,
    ]) { first, _ in first }

    /// A unit that Spark does not know gives null.
    private static func truncation(
        _ call: FunctionCall, unit index: Int, _ value: Expression, units: [String: TimeUnit],
        _ function: (TimeUnit) -> ScalarFunction
    ) throws(Fault) -> Analyzed {
        let argument = call.arguments[index]
        if argument.isNullConstant { return call.result(.literal(.null), value.type) }
        guard let name = argument.constantText else {
            throw Fault.unsupported(
                "`\(call.name)` by a unit that is not constant", hint: "Write 'HOUR' or the like.",
                at: argument.range)
        }
        guard let unit = units[name.uppercased()] else {
            return call.result(.literal(.null), value.type)
        }
        return call.result(.call(function(unit), [value]), value.type)
    }
}
