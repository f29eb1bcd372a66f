import Testing

@testable import Streaming

/// Expressions as analysis makes them, with what Spark recorded for the SQL text beside them.
@Suite struct OracleExpressionTests {
    typealias B = Build

    @Test func arithmeticOfIntegersOverflowsAsInSpark() throws {
        let nBig = B.cast(B.n, .bigint)
        try OracleTable.check([
            ("n + 1", B.call(.add, B.n, B.int(1))),
            ("n - 1", B.call(.subtract, B.n, B.int(1))),
            ("n * n", B.call(.multiply, B.n, B.n)),
            ("big + 1", B.call(.add, B.big, B.int(1, .bigint))),
            ("big * 2", B.call(.multiply, B.big, B.int(2, .bigint))),
            ("n + big", B.call(.add, nBig, B.big)),
            ("n % 3", B.call(.remainder, B.n, B.int(3))),
            ("10 % n", B.call(.remainder, B.int(10), B.n)),
            ("mod(-7, n)", B.call(.remainder, B.int(-7), B.n)),
            ("n div 2", B.call(.integerDivide, nBig, B.int(2, .bigint))),
            ("n div 0", B.call(.integerDivide, nBig, B.int(0, .bigint))),
            ("n div -1", B.call(.integerDivide, nBig, B.int(-1, .bigint))),
            ("-n", B.call(.negate, B.n)),
            ("- n % 3", B.call(.remainder, B.call(.negate, B.n), B.int(3))),
            ("abs(n)", B.call(.absolute, B.n)),
            ("abs(big)", B.call(.absolute, B.big)),
            ("try_add(n, 1)", B.call(.tryAdd, B.n, B.int(1))),
            ("try_subtract(big, 1)", B.call(.trySubtract, B.big, B.int(1, .bigint))),
            ("n + s", B.call(.add, nBig, B.cast(B.s, .bigint))),
        ])
    }

    @Test func arithmeticOfDoublesFollowsJava() throws {
        let f = B.cast(B.f, .double)
        let n = B.cast(B.n, .double)
        try OracleTable.check([
            ("f + f", B.call(.add, B.f, B.f)),
            ("f * 2", B.call(.multiply, f, B.double(2))),
            ("big + f", B.call(.add, B.cast(B.big, .double), f)),
            ("temp - humidity", B.call(.subtract, B.temp, B.humidity)),
            ("temp * humidity", B.call(.multiply, B.temp, B.humidity)),
            ("temp / 2", B.call(.divide, B.temp, B.double(2))),
            ("temp / 0", B.call(.divide, B.temp, B.double(0))),
            ("10 / n", B.call(.divide, B.double(10), n)),
            ("humidity / temp", B.call(.divide, B.humidity, B.temp)),
            ("temp % 3", B.call(.remainder, B.temp, B.double(3))),
            ("temp % 0.7D", B.call(.remainder, B.temp, B.double(0.7))),
            ("-temp", B.call(.negate, B.temp)),
            ("- f", B.call(.negate, B.f)),
            ("abs(f)", B.call(.absolute, B.f)),
            ("try_divide(temp, n)", B.call(.tryDivide, B.temp, n)),
            ("temp * '2'", B.call(.multiply, B.temp, B.cast(B.text("2"), .double))),
        ])
    }

    @Test func decimalsHaveTheirResultTypesDigits() throws {
        let n = B.cast(B.n, B.decimalType(10, 0))
        let big = B.cast(B.big, B.decimalType(20, 0))
        let oneAndAHalf = B.decimal(15, 2, 1)
        let long = B.decimal(123_456_789_012_345_678_905, 21, 1)
        try OracleTable.check([
            ("n + 1.5", B.call(.add, n, oneAndAHalf, as: B.decimalType(12, 1))),
            ("big + 1.5", B.call(.add, big, oneAndAHalf, as: B.decimalType(22, 1))),
            ("n % 2.5", B.call(.remainder, n, B.decimal(25, 2, 1), as: B.decimalType(2, 1))),
            (
                "1.0 / 3.0",
                B.call(.divide, B.decimal(10, 2, 1), B.decimal(30, 2, 1), as: B.decimalType(8, 6))
            ),
            (
                "10.0 / 0",
                B.call(.divide, B.decimal(100, 3, 1), B.decimal(0, 1, 0), as: B.decimalType(8, 6))
            ),
            ("1.5 * n", B.call(.multiply, oneAndAHalf, n, as: B.decimalType(13, 1))),
            ("1.5 / n", B.call(.divide, oneAndAHalf, n, as: B.decimalType(13, 12))),
            ("big * 1.5", B.call(.multiply, big, oneAndAHalf, as: B.decimalType(23, 1))),
            (
                "12345678901234567890.5 * 12345678901234567890.5",
                B.call(.multiply, long, long, as: B.decimalType(38, 2))
            ),
            (
                "cast(1 AS DECIMAL(38,10)) / 3",
                B.call(
                    .divide, B.cast(B.int(1), B.decimalType(38, 10)), B.decimal(3, 1, 0),
                    as: B.decimalType(38, 10))
            ),
            (
                "99999999999999999999.9 + 0.01",
                B.call(
                    .add, B.decimal(999_999_999_999_999_999_999, 21, 1), B.decimal(1, 2, 2),
                    as: B.decimalType(23, 2))
            ),
            (
                "1.5 div 1",
                B.call(.integerDivide, oneAndAHalf, B.decimal(1, 1, 0), as: .bigint)
            ),
            (
                "7.5 % 2",
                B.call(.remainder, B.decimal(75, 2, 1), B.decimal(2, 1, 0), as: B.decimalType(2, 1))
            ),
            ("1.5 = 1.50", B.test(.equal, oneAndAHalf, B.decimal(150, 3, 2))),
            ("floor(-1.5)", B.call(.floor, B.decimal(-15, 2, 1), as: B.decimalType(2, 0))),
            ("abs(-2.5)", B.call(.absolute, B.decimal(-25, 2, 1))),
            (
                "greatest(1.5, 1000)",
                B.call(
                    .greatest, B.cast(oneAndAHalf, B.decimalType(11, 1)),
                    B.cast(B.int(1000), B.decimalType(11, 1)))
            ),
            (
                "coalesce(n, 1.5)",
                B.coalesce(
                    B.cast(B.n, B.decimalType(11, 1)), B.cast(oneAndAHalf, B.decimalType(11, 1)))
            ),
        ])
    }

    @Test func comparisonsPutNaNAboveEverythingAndSkipTheRightSideOfANull() throws {
        let nan = B.double(.nan)
        try OracleTable.check([
            ("temp > 20", B.test(.greaterThan, B.temp, B.double(20))),
            ("temp >= 21.5", B.test(.greaterOrEqual, B.temp, B.double(21.5))),
            ("temp = temp", B.test(.equal, B.temp, B.temp)),
            ("temp <> humidity", B.test(.not, B.test(.equal, B.temp, B.humidity))),
            ("temp = -0.0D", B.test(.equal, B.temp, B.double(-0.0))),
            ("temp = double('NaN')", B.test(.equal, B.temp, nan)),
            ("temp > double('Infinity')", B.test(.greaterThan, B.temp, B.double(.infinity))),
            ("f = 0.1", B.test(.equal, B.cast(B.f, .double), B.double(0.1))),
            ("n = 5", B.test(.equal, B.n, B.int(5))),
            ("n > big", B.test(.greaterThan, B.cast(B.n, .bigint), B.big)),
            ("s = 42", B.test(.equal, B.cast(B.s, .bigint), B.int(42, .bigint))),
            ("temp = s", B.test(.equal, B.temp, B.cast(B.s, .double))),
            ("a.b = a.c", B.test(.equal, B.cast(B.ab, .double), B.ac)),
            ("s = true", B.test(.equal, B.cast(B.s, .boolean), B.yes)),
            ("s < entity", B.test(.lessThan, B.s, B.entity)),
            ("entity < 'b'", B.test(.lessThan, B.entity, B.text("b"))),
            ("s > 'a'", B.test(.greaterThan, B.s, B.text("a"))),
            ("entity = 'sensor-1 '", B.test(.equal, B.entity, B.text("sensor-1 "))),
            ("d > time", B.test(.greaterThan, B.cast(B.d, .timestamp), B.time)),
            ("temp <=> humidity", B.test(.equalNullSafe, B.temp, B.humidity)),
            ("s <=> ''", B.test(.equalNullSafe, B.s, B.text(""))),
            ("a.b <=> NULL", B.test(.equalNullSafe, B.ab, B.null(.string))),
            ("n = NULL", B.test(.equal, B.n, B.null(.int))),
            (
                "temp BETWEEN humidity AND double('NaN')",
                B.and(
                    B.test(.greaterOrEqual, B.temp, B.humidity), B.test(.lessOrEqual, B.temp, nan))
            ),
            ("n IN (1, 5, 100)", B.isIn(B.n, B.int(1), B.int(5), B.int(100))),
            ("n IN (1, NULL)", B.isIn(B.n, B.int(1), B.null(.int))),
            ("n NOT IN (1, NULL)", B.test(.not, B.isIn(B.n, B.int(1), B.null(.int)))),
            ("s IN (42, 7)", B.isIn(B.cast(B.s, .bigint), B.int(42, .bigint), B.int(7, .bigint))),
            ("temp IN (-0.0D)", B.isIn(B.temp, B.double(-0.0))),
            ("a.b IN ('x', 'Y')", B.isIn(B.ab, B.text("x"), B.text("Y"))),
            (
                "n IN (1, 10 / 0)",
                B.isIn(
                    B.cast(B.n, .double), B.double(1), B.call(.divide, B.double(10), B.double(0)))
            ),
        ])
    }

    @Test func logicEvaluatesOnlyWhatItNeeds() throws {
        let fails = B.test(.greaterThan, B.failing, B.double(1))
        let notZero = B.test(.not, B.test(.equal, B.n, B.int(0)))
        let tenth = B.test(
            .greaterThan, B.call(.divide, B.double(10), B.cast(B.n, .double)), B.double(1))
        try OracleTable.check([
            ("ok AND true", B.and(B.ok, B.yes)), ("ok AND false", B.and(B.ok, B.no)),
            ("ok OR true", B.or(B.ok, B.yes)), ("ok OR NULL", B.or(B.ok, B.null(.boolean))),
            ("NOT ok", B.test(.not, B.ok)),
            ("n <> 0 AND 10 / n > 1", B.and(notZero, tenth)),
            ("10 / n > 1 AND n <> 0", B.and(tenth, notZero)),
            ("false AND 1 / 0 > 1", B.and(B.no, fails)),
            ("true OR 1 / 0 > 1", B.or(B.yes, fails)),
            ("1 / 0 > 1 OR true", B.or(fails, B.yes)),
            ("NULL AND 1 / 0 > 1", B.and(B.null(.boolean), fails)),
            ("ok AND s", B.and(B.ok, B.cast(B.s, .boolean))),
            ("coalesce(n, 1 / 0)", B.coalesce(B.cast(B.n, .double), B.failing)),
            ("coalesce(n, s)", B.coalesce(B.cast(B.n, .bigint), B.cast(B.s, .bigint))),
            ("coalesce(time, d)", B.coalesce(B.time, B.cast(B.d, .timestamp))),
            ("coalesce(temp, 'x')", B.coalesce(B.temp, B.cast(B.text("x"), .double))),
            (
                "CASE WHEN temp > 20 THEN 'hot' WHEN temp > 0 THEN 'mild' ELSE 'cold' END",
                B.when(
                    (B.test(.greaterThan, B.temp, B.double(20)), B.text("hot")),
                    (B.test(.greaterThan, B.temp, B.double(0)), B.text("mild")),
                    otherwise: B.text("cold"))
            ),
            (
                "CASE WHEN temp > 20 THEN 'hot' END",
                B.when((B.test(.greaterThan, B.temp, B.double(20)), B.text("hot")))
            ),
            ("if(ok, n, s)", B.when((B.ok, B.cast(B.n, .bigint)), otherwise: B.cast(B.s, .bigint))),
            (
                "CASE WHEN ok THEN big ELSE f END",
                B.when((B.ok, B.cast(B.big, .double)), otherwise: B.cast(B.f, .double))
            ),
            ("if(ok, a, NULL).b", Expression(.field(B.when((B.ok, B.a)), 0), type: .string)),
            (
                "CASE WHEN n <> 0 THEN 100 / n END",
                B.when((notZero, B.call(.divide, B.double(100), B.cast(B.n, .double))))
            ),
            ("temp IS NULL", B.test(.isNull, B.temp)),
            ("a.c IS NOT NULL", B.test(.isNotNull, B.ac)),
            ("isnan(temp)", B.test(.isNaN, B.temp)), ("isnan(f)", B.test(.isNaN, B.f)),
            ("isnan(s)", B.test(.isNaN, B.cast(B.s, .double))),
            ("nanvl(temp, 0)", B.call(.nanvl, B.temp, B.double(0))),
            ("greatest(temp, humidity)", B.call(.greatest, B.temp, B.humidity)),
            ("least(temp, humidity)", B.call(.least, B.temp, B.humidity)),
            ("least(temp, 0)", B.call(.least, B.temp, B.double(0))),
            ("greatest(s, entity)", B.call(.greatest, B.s, B.entity)),
            ("least(0.0D, -0.0D)", B.call(.least, B.double(0), B.double(-0.0))),
            ("greatest(ok, false)", B.call(.greatest, B.ok, B.no)),
        ])
    }

    @Test func roundingIsHalfUpOfTheShortestText() throws {
        func round(_ value: Expression, _ scale: Int, _ type: DataType? = nil) -> Expression {
            B.call(.round(scale: scale), value, as: type)
        }
        try OracleTable.check([
            ("round(temp, 2)", round(B.temp, 2)), ("round(temp, 1)", round(B.temp, 1)),
            ("round(temp)", round(B.temp, 0)), ("round(temp, -1)", round(B.temp, -1)),
            ("round(humidity, 2)", round(B.humidity, 2)), ("round(humidity)", round(B.humidity, 0)),
            ("round(f, 1)", round(B.f, 1)), ("round(f)", round(B.f, 0)),
            ("round(n, -1)", round(B.n, -1)), ("round(n)", round(B.n, 0)),
            ("round(big, -1)", round(B.big, -1)), ("round(big, -3)", round(B.big, -3)),
            ("round(a.c, 1)", round(B.ac, 1)),
            ("round(1.005, 2)", round(B.decimal(1005, 4, 3), 2, B.decimalType(4, 2))),
            ("round(9999.995D, 2)", round(B.double(9999.995), 2)),
            ("bround(temp, 2)", B.call(.bround(scale: 2), B.temp)),
            (
                "bround(2.5)",
                B.call(.bround(scale: 0), B.decimal(25, 2, 1), as: B.decimalType(2, 0))
            ),
            ("floor(humidity)", B.call(.floor, B.humidity, as: .bigint)),
            ("floor(f)", B.call(.floor, B.cast(B.f, .double), as: .bigint)),
            ("floor(s)", B.call(.floor, B.cast(B.s, .double), as: .bigint)),
            ("ceil(temp)", B.call(.ceil, B.temp, as: .bigint)),
            ("ceil(humidity)", B.call(.ceil, B.humidity, as: .bigint)),
            (
                "ceil(1.234, 2)",
                B.call(.ceilTo(scale: 2), B.decimal(1234, 4, 3), as: B.decimalType(4, 2))
            ),
            ("rint(humidity)", B.call(.rint, B.humidity)),
        ])
    }

    @Test func mathematicsIsStrictMath() throws {
        let n = B.cast(B.n, .double)
        try OracleTable.check([
            ("sqrt(temp)", B.call(.squareRoot, B.temp)), ("sqrt(n)", B.call(.squareRoot, n)),
            ("pow(2, n)", B.call(.power, B.double(2), n)),
            ("power(n, 0.5)", B.call(.power, n, B.double(0.5))),
            ("pow(temp, 0)", B.call(.power, B.temp, B.double(0))),
            ("sign(n)", B.call(.sign, n)), ("signum(humidity)", B.call(.sign, B.humidity)),
            ("exp(1)", B.call(.exp, B.double(1))), ("ln(temp)", B.call(.ln, B.temp)),
            ("log10(humidity)", B.call(.log10, B.humidity)),
            ("log2(8)", B.call(.log2, B.double(8))), ("cbrt(27)", B.call(.cbrt, B.double(27))),
            ("hypot(3, 4)", B.call(.hypot, B.double(3), B.double(4))),
            ("degrees(pi())", B.call(.degrees, B.double(.pi))),
            ("ln(0)", B.call(.ln, B.double(0))),
        ])
    }
}
