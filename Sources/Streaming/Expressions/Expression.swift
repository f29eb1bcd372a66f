/// A checked expression: every type is known, every conversion is an explicit
/// ``Kind/cast(_:isTry:)``.
///
/// Analysis (the StreamSQL module) builds it; ``ExpressionEvaluator`` runs it over whole columns.
public struct Expression: Hashable, Sendable {
    public let type: DataType
    public let kind: Kind

    public init(_ kind: Kind, type: DataType) {
        self.kind = kind
        self.type = type
    }

    public indirect enum Kind: Hashable, Sendable {
        /// A column of the input, by its position.
        case column(Int)
        case literal(Literal)
        /// A field of a STRUCT, by its position; null where the STRUCT is null.
        case field(Expression, Int)
        /// Converts to the expression's type with Spark's ANSI rules. An impossible value is a row
        /// error, or null if `isTry`; errors of the operand itself stay errors.
        case cast(Expression, isTry: Bool)
        /// Three-valued AND and OR; the right side is evaluated only for rows that the left one
        /// does not decide (false, respectively true).
        case and(Expression, Expression)
        case or(Expression, Expression)
        /// `CASE WHEN`, `if`, `nullif`: the first branch whose condition is true; a branch is
        /// evaluated only for the rows that reach it. Conditions are BOOLEAN, values of the
        /// expression's type. Without `otherwise` the rest is null.
        case conditional([Branch], otherwise: Expression?)
        /// The first operand that is not null; later ones are evaluated only for rows still null.
        /// Operands have the expression's type.
        case coalesce([Expression])
        /// `x IN (…)`: all operands have the type of the first. Null if nothing matches and x or a
        /// candidate is null. Candidates are always evaluated.
        case isIn(Expression, [Expression])
        /// A function of whole operands; see ``ScalarFunction`` for their types.
        case call(ScalarFunction, [Expression])
        /// `struct(…)`, `named_struct(…)`: fields in the order of the STRUCT type. Never null.
        case structure([Expression])
    }

    public struct Branch: Hashable, Sendable {
        public let condition: Expression
        public let value: Expression

        public init(condition: Expression, value: Expression) {
            self.condition = condition
            self.value = value
        }
    }
}

/// A constant of an ``Expression``, in the physical form of its type.
public enum Literal: Hashable, Sendable {
    case null
    /// BOOLEAN (0 or 1), integral types, DATE (days), TIMESTAMP (microseconds).
    case integer(Int64)
    /// FLOAT (rounded to binary32) and DOUBLE.
    case double(Double)
    /// The unscaled value of a DECIMAL.
    case decimal(Int128)
    case string(String)
}

/// A function that Spark SQL knows, with operands already brought to the types stated.
///
/// Unless said otherwise a null operand gives null, and the result has the expression's type.
/// "Number" is an integral type, FLOAT, DOUBLE or DECIMAL. Two DECIMAL operands may differ in
/// precision and scale; the result is rounded HALF_UP to the expression's type.
public enum ScalarFunction: Hashable, Sendable {
    // Arithmetic. Operands: two numbers of one type, which is also the result's (DECIMAL aside).
    /// Integral overflow is ARITHMETIC_OVERFLOW, DECIMAL overflow NUMERIC_VALUE_OUT_OF_RANGE.
    case add, subtract, multiply
    /// Two DOUBLE or two DECIMAL. A zero divisor is DIVIDE_BY_ZERO, also for NaN / 0.
    case divide
    /// `div`: two BIGINT or two DECIMAL, result BIGINT, towards zero.
    case integerDivide
    /// `%` and `mod`: sign of the dividend; a zero divisor is REMAINDER_BY_ZERO.
    case remainder
    /// One number.
    case negate, absolute
    /// As add, subtract, multiply, divide; null in place of an error of the operation.
    case tryAdd, trySubtract, tryMultiply, tryDivide

    // Comparison: two operands of one type, any type but VOID; BOOLEAN. NaN equals NaN and is
    // larger than every number; 0.0 equals -0.0; STRING by bytes; STRUCT field by field, nulls
    // first.
    case equal, lessThan, lessOrEqual, greaterThan, greaterOrEqual
    /// `<=>`: never null.
    case equalNullSafe

    // Logic.
    /// One BOOLEAN.
    case not

    // Nulls and NaN.
    /// One operand of any type; never null.
    case isNull, isNotNull
    /// One FLOAT or DOUBLE; false for null.
    case isNaN
    /// `nanvl(a, b)`: two DOUBLE or two FLOAT; b where a is NaN.
    case nanvl

    // Choice: two or more operands of the expression's type; nulls are skipped.
    case greatest, least

    // Rounding.
    /// HALF_UP at `scale` digits (negative: before the point) of the shortest decimal text; one
    /// number. For DECIMAL the result type carries precision and scale.
    case round(scale: Int)
    /// HALF_EVEN, otherwise as ``round(scale:)``.
    case bround(scale: Int)
    /// One DOUBLE (result BIGINT) or DECIMAL (result DECIMAL).
    case floor, ceil
    /// DECIMAL only: `floor(x, scale)`, `ceil(x, scale)`.
    case floorTo(scale: Int), ceilTo(scale: Int)
    /// One DOUBLE.
    case rint

    // Mathematics: DOUBLE operands, DOUBLE result, as Java's StrictMath.
    case squareRoot, sign, exp, cbrt
    /// Null for operands <= 0.
    case ln, log10, log2
    case power, hypot
    /// To the base of the first operand; null for operands <= 0.
    case logarithm
    case degrees, radians

    // Text: STRING operands and result unless said otherwise.
    /// Null if any operand is null; any number of operands, none gives "".
    case concat
    /// First operand the separator (null gives null); later nulls are skipped.
    case concatWs
    case upper, lower, initcap, reverse
    /// `trim`, `ltrim`, `rtrim` of U+0020, or of the characters of a second operand.
    case trim, trimLeading, trimTrailing
    /// In code points; INT.
    case length
    /// Operands STRING, INT start, INT length (Int32.max for "to the end"), in code points; Spark's
    /// rules for zero and negative starts.
    case substring
    /// Operands STRING, INT.
    case left, right, repeatText
    /// Operands STRING, STRING, STRING.
    case replace, translate
    /// `instr(text, part)`: INT, from 1; 0 if absent.
    case position
    /// BOOLEAN.
    case contains, startsWith, endsWith
    /// `LIKE` (pattern second); the whole text must match. A pattern that ends with the escape
    /// character is INVALID_FORMAT.ESC_AT_THE_END, one with it before anything but `%`, `_` and
    /// itself INVALID_FORMAT.ESC_IN_THE_MIDDLE. BOOLEAN. `ignoreCase` for ILIKE.
    case like(escape: Unicode.Scalar, ignoreCase: Bool)
    /// Operands STRING, INT, STRING.
    case padLeft, padRight

    // Time.
    /// One TIMESTAMP or DATE; INT.
    case year, quarter, month, day, dayOfWeek, dayOfYear, hour, minute, second
    /// Operands DATE, INT or BIGINT; DATE, wrapping as Java's int. (`d + 1`, `date_add`; `date_sub`
    /// by the negated operand, a BIGINT because the negated least INT is none.)
    case addDays
    /// Two DATE; INT days from the second to the first.
    case dateDifference
    /// TIMESTAMP and BIGINT microseconds; DATETIME_OVERFLOW beyond the range of TIMESTAMP.
    case addMicroseconds
    /// One TIMESTAMP; BIGINT, rounded down.
    case unixSeconds, unixMillis, unixMicros
    /// One BIGINT; TIMESTAMP; DATETIME_OVERFLOW beyond its range.
    case timestampSeconds, timestampMillis, timestampMicros
    /// One TIMESTAMP cut to the unit.
    case truncateTimestamp(TimeUnit)
    /// One DATE cut to the unit, WEEK or longer.
    case truncateDate(TimeUnit)
    /// One DATE; the last day of its month.
    case lastDay
    /// `window(t, …)` of one TIMESTAMP: STRUCT<start: TIMESTAMP, end: TIMESTAMP>, tumbling.
    case tumblingWindow(WindowSpecification)
}

/// A unit that `date_trunc` and `trunc` cut to.
public enum TimeUnit: Hashable, Sendable {
    case microsecond, millisecond, second, minute, hour, day, week, month, quarter, year
}

/// What makes Spark in ANSI mode stop a query, here the reason of a dead letter.
///
/// ``description`` is Spark's error class.
public enum RowError: UInt8, Error, Hashable, Sendable, CustomStringConvertible {
    case castInvalidInput = 1
    case castOverflow
    case divideByZero
    case remainderByZero
    case arithmeticOverflow
    case numericValueOutOfRange
    case escapeAtTheEnd
    case datetimeOverflow
    /// Not Spark's: a text longer than ``Limits/maximumTextBytes``.
    case textTooLong
    case escapeInTheMiddle

    public var description: String {
        switch self {
        case .castInvalidInput: "CAST_INVALID_INPUT"
        case .castOverflow: "CAST_OVERFLOW"
        case .divideByZero: "DIVIDE_BY_ZERO"
        case .remainderByZero: "REMAINDER_BY_ZERO"
        case .arithmeticOverflow: "ARITHMETIC_OVERFLOW"
        case .numericValueOutOfRange: "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION"
        case .escapeAtTheEnd: "INVALID_FORMAT.ESC_AT_THE_END"
        case .datetimeOverflow: "DATETIME_OVERFLOW"
        case .textTooLong: "TEXT_TOO_LONG"
        case .escapeInTheMiddle: "INVALID_FORMAT.ESC_IN_THE_MIDDLE"
        }
    }
}
