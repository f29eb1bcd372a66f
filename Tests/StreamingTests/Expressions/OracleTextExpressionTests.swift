import Testing

@testable import Streaming

/// As ``OracleExpressionTests``: text, casts and times.
@Suite struct OracleTextExpressionTests {
    typealias B = Build

    @Test func textFunctionsCountCodePoints() throws {
        let toTheEnd = B.int(Int64(Int32.max))
        let n = B.cast(B.n, .string)
        try OracleTable.check([
            ("concat(entity, '-', s)", B.call(.concat, B.entity, B.text("-"), B.s)),
            ("concat(entity, n)", B.call(.concat, B.entity, n)),
            ("concat()", Expression(.call(.concat, []), type: .string)),
            (
                "concat(temp, ok, d)",
                B.call(
                    .concat, B.cast(B.temp, .string), B.cast(B.ok, .string), B.cast(B.d, .string))
            ),
            (
                "concat_ws('-', entity, NULL, s)",
                B.call(.concatWs, B.text("-"), B.entity, B.null(.string), B.s)
            ),
            (
                "concat_ws(NULL, 'a', 'b')",
                B.call(.concatWs, B.null(.string), B.text("a"), B.text("b"))
            ),
            ("concat_ws(s, 'a', 'b')", B.call(.concatWs, B.s, B.text("a"), B.text("b"))),
            ("lower(entity)", B.call(.lower, B.entity)), ("ucase(s)", B.call(.upper, B.s)),
            ("initcap(entity)", B.call(.initcap, B.entity)),
            ("upper('straße')", B.call(.upper, B.text("straße"))),
            ("lower('İ')", B.call(.lower, B.text("İ"))), ("upper(a.b)", B.call(.upper, B.ab)),
            ("trim(s)", B.call(.trim, B.s)), ("ltrim(entity)", B.call(.trimLeading, B.entity)),
            ("trim('\\t x \\n')", B.call(.trim, B.text("\t x \n"))),
            ("trim(BOTH 'x' FROM 'xxaxx')", B.call(.trim, B.text("xxaxx"), B.text("x"))),
            ("trim('s', entity)", B.call(.trim, B.entity, B.text("s"))),
            ("length(s)", B.call(.length, B.s, as: .int)),
            ("character_length(entity)", B.call(.length, B.entity, as: .int)),
            ("substring(entity, 1, 3)", B.call(.substring, B.entity, B.int(1), B.int(3))),
            ("substring(entity, 0, 3)", B.call(.substring, B.entity, B.int(0), B.int(3))),
            ("substring(entity, 2)", B.call(.substring, B.entity, B.int(2), toTheEnd)),
            ("substring(entity, -3)", B.call(.substring, B.entity, B.int(-3), toTheEnd)),
            ("substring(entity, 100)", B.call(.substring, B.entity, B.int(100), toTheEnd)),
            (
                "substring('日本🎉x', 3, 1)",
                B.call(.substring, B.text("日本🎉x"), B.int(3), B.int(1))
            ),
            ("left(entity, 3)", B.call(.left, B.entity, B.int(3))),
            ("right(entity, 2)", B.call(.right, B.entity, B.int(2))),
            ("instr(entity, 's')", B.call(.position, B.entity, B.text("s"), as: .int)),
            ("reverse(entity)", B.call(.reverse, B.entity)),
            ("repeat(s, -1)", B.call(.repeatText, B.s, B.int(-1))),
            ("lpad(entity, 5, '*')", B.call(.padLeft, B.entity, B.int(5), B.text("*"))),
            (
                "translate(entity, 'abc', 'x')",
                B.call(.translate, B.entity, B.text("abc"), B.text("x"))
            ),
            ("contains(entity, '-')", B.test(.contains, B.entity, B.text("-"))),
            ("endswith(entity, '1')", B.test(.endsWith, B.entity, B.text("1"))),
        ])
    }

    @Test func likeMatchesTheWholeText() throws {
        func like(
            _ value: Expression, _ pattern: String, _ escape: Unicode.Scalar = "\\",
            ignoreCase: Bool = false
        ) -> Expression {
            B.test(.like(escape: escape, ignoreCase: ignoreCase), value, B.text(pattern))
        }
        try OracleTable.check([
            ("entity LIKE 'sensor%'", like(B.entity, "sensor%")),
            ("entity LIKE 'sensor-_'", like(B.entity, "sensor-_")),
            ("entity LIKE '%'", like(B.entity, "%")), ("entity LIKE ''", like(B.entity, "")),
            ("entity LIKE '%-1'", like(B.entity, "%-1")),
            ("entity LIKE '%1%'", like(B.entity, "%1%")),
            ("entity ILIKE 'SENSOR%'", like(B.entity, "SENSOR%", ignoreCase: true)),
            ("entity LIKE '100\\%%'", like(B.entity, "100\\%%")),
            ("entity LIKE '100\\%\\_%'", like(B.entity, "100\\%\\_%")),
            ("entity LIKE '%!'  ESCAPE '!'", like(B.entity, "%!", "!")),
            ("entity LIKE '%\\\\%'", like(B.entity, "%\\%")),
            ("entity LIKE '日本 _'", like(B.entity, "日本 _")),
            ("entity LIKE '%ü%'", like(B.entity, "%ü%")),
            ("entity LIKE '.*'", like(B.entity, ".*")),
            ("entity LIKE s", B.test(.like(escape: "\\", ignoreCase: false), B.entity, B.s)),
            ("temp LIKE '2%'", like(B.cast(B.temp, .string), "2%")),
        ])
    }

    @Test func castsFollowAnsiRules() throws {
        let decimal52 = B.decimalType(5, 2)
        try OracleTable.check([
            ("int(temp)", B.cast(B.temp, .int)), ("int(humidity)", B.cast(B.humidity, .int)),
            ("int(f)", B.cast(B.f, .int)), ("int(s)", B.cast(B.s, .int)),
            ("int(time)", B.cast(B.time, .int)), ("bigint(temp)", B.cast(B.temp, .bigint)),
            ("int(2147483647.9D)", B.cast(B.double(2147483647.9), .int)),
            ("bigint(time)", B.cast(B.time, .bigint)), ("bigint(ok)", B.cast(B.ok, .bigint)),
            ("double(s)", B.cast(B.s, .double)), ("double(n)", B.cast(B.n, .double)),
            ("double(f)", B.cast(B.f, .double)), ("double(ok)", B.cast(B.ok, .double)),
            ("double(1.005)", B.cast(B.decimal(1005, 4, 3), .double)),
            ("float(temp)", B.cast(B.temp, .float)), ("float(big)", B.cast(B.big, .float)),
            ("float(humidity)", B.cast(B.humidity, .float)), ("float(s)", B.cast(B.s, .float)),
            ("float(0.1)", B.cast(B.decimal(1, 1, 1), .float)),
            ("tinyint(big)", B.cast(B.big, .tinyint)),
            ("cast(n AS SMALLINT)", B.cast(B.n, .smallint)),
            ("cast(s AS BIGINT)", B.cast(B.s, .bigint)),
            ("int(2.9)", B.cast(B.decimal(29, 2, 1), .int)),
            ("cast(temp AS DECIMAL(5,1))", B.cast(B.temp, B.decimalType(5, 1))),
            ("cast(temp AS DECIMAL(10,2))", B.cast(B.temp, B.decimalType(10, 2))),
            ("decimal(temp)", B.cast(B.temp, B.decimalType(10, 0))),
            ("try_cast(s AS DECIMAL(5,2))", B.cast(B.s, decimal52, isTry: true)),
            ("try_cast(s AS INT)", B.cast(B.s, .int, isTry: true)),
            ("try_cast(s AS DATE)", B.cast(B.s, .date, isTry: true)),
            ("try_cast(f AS INT)", B.cast(B.f, .int, isTry: true)),
            ("try_cast(big AS INT)", B.cast(B.big, .int, isTry: true)),
            ("try_cast(big AS TIMESTAMP)", B.cast(B.big, .timestamp, isTry: true)),
            ("try_cast(1 / 0 AS INT)", B.cast(B.failing, .int, isTry: true)),
            ("boolean(n)", B.cast(B.n, .boolean)), ("boolean(temp)", B.cast(B.temp, .boolean)),
            ("boolean(s)", B.cast(B.s, .boolean)), ("timestamp(s)", B.cast(B.s, .timestamp)),
            ("timestamp(n)", B.cast(B.n, .timestamp)),
            ("timestamp(temp)", B.cast(B.temp, .timestamp)),
            ("timestamp(f)", B.cast(B.f, .timestamp)),
            ("timestamp(1.5)", B.cast(B.decimal(15, 2, 1), .timestamp)),
            ("date(time)", B.cast(B.time, .date)), ("date(s)", B.cast(B.s, .date)),
            ("string(n)", B.cast(B.n, .string)), ("string(f)", B.cast(B.f, .string)),
            ("string(double(f))", B.cast(B.cast(B.f, .double), .string)),
            ("string(humidity)", B.cast(B.humidity, .string)),
            ("string(time)", B.cast(B.time, .string)), ("string(d)", B.cast(B.d, .string)),
            ("string(a)", B.cast(B.a, .string)), ("string(NULL)", B.cast(B.null(), .string)),
            ("string(1.0)", B.cast(B.decimal(10, 2, 1), .string)),
        ])
    }

    @Test func timesAreInUTC() throws {
        let minute = WindowSpecification(sizeMicroseconds: 60_000_000)
        let window = B.call(.tumblingWindow(minute), B.time, as: Aggregation.windowType)
        let midnight = B.cast(B.text("2024-01-01"), .date)
        try OracleTable.check([
            ("year(time)", B.call(.year, B.time, as: .int)),
            ("day(d)", B.call(.day, B.d, as: .int)),
            ("hour(time)", B.call(.hour, B.time, as: .int)),
            ("second(time)", B.call(.second, B.time, as: .int)),
            ("dayofweek(d)", B.call(.dayOfWeek, B.d, as: .int)),
            ("quarter(d)", B.call(.quarter, B.d, as: .int)),
            ("d + 1", B.call(.addDays, B.d, B.int(1))),
            ("d - 1", B.call(.addDays, B.d, B.int(-1))),
            (
                "date_sub(d, n)",
                B.call(.addDays, B.d, B.call(.negate, B.cast(B.n, .bigint)))
            ),
            ("datediff(d, '2024-01-01')", B.call(.dateDifference, B.d, midnight, as: .int)),
            ("last_day(d)", B.call(.lastDay, B.d)),
            ("date_trunc('HOUR', time)", B.call(.truncateTimestamp(.hour), B.time)),
            ("trunc(d, 'MM')", B.call(.truncateDate(.month), B.d)),
            ("unix_seconds(time)", B.call(.unixSeconds, B.time, as: .bigint)),
            ("unix_millis(time)", B.call(.unixMillis, B.time, as: .bigint)),
            (
                "timestamp_seconds(n)",
                B.call(.timestampSeconds, B.cast(B.n, .bigint), as: .timestamp)
            ),
            ("timestamp_millis(big)", B.call(.timestampMillis, B.big, as: .timestamp)),
            (
                "time + INTERVAL 1 DAY",
                B.call(.addMicroseconds, B.time, B.int(86_400_000_000, .bigint))
            ),
            ("window(time, '1 minute')", window),
            ("window(time, '1 minute').start", Expression(.field(window, 0), type: .timestamp)),
        ])
    }

    @Test func structuresKeepNullFields() throws {
        func structure(_ fields: (String, Expression)...) -> Expression {
            Expression(
                .structure(fields.map(\.1)),
                type: .structure(fields.map { StructField(name: $0.0, type: $0.1.type) }))
        }
        let pair = structure(("n", B.n), ("temp", B.temp))
        try OracleTable.check([
            ("a", B.a), ("a.b", B.ab), ("a.c", B.ac), ("struct(n, temp)", pair),
            ("struct(n, temp).n", Expression(.field(pair, 0), type: .int)),
            (
                "a.c IS NULL AND a IS NOT NULL",
                B.and(B.test(.isNull, B.ac), B.test(.isNotNull, B.a))
            ),
        ])
    }
}
