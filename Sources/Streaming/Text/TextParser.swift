/// Text read as Spark reads it. Each function gives nil for text that it does not accept.
public struct TextParser {
    /// - Parameter zones: the rules of named time zones; each is loaded once.
    public init(zones: ZoneCatalog) {}

    /// A JSON number, already known to follow the grammar, correctly rounded; beyond the range an
    /// infinity or zero.
    public static func double(ofNumber text: Span<UInt8>) -> Double { fatalError("to do") }

    /// As `cast(… AS TIMESTAMP)` and `from_json`: rule 41 of the Spark behaviour. Microseconds.
    public mutating func timestamp(_ text: Span<UInt8>) -> Int64? { fatalError("to do") }

    /// As `cast(… AS DATE)`. Days since 1970-01-01.
    public static func date(_ text: Span<UInt8>) -> Int64? { fatalError("to do") }

    /// As `cast(… AS BIGINT)`: blanks and control characters around it are trimmed.
    public static func integer(_ text: Span<UInt8>) -> Int64? { fatalError("to do") }

    /// As `cast(… AS DOUBLE)`: also `1.5d`, `inf`, `nan`; `1e400` is an infinity.
    public static func double(_ text: Span<UInt8>) -> Double? { fatalError("to do") }

    /// As `cast(… AS FLOAT)`: rounded once, from the text to binary32.
    public static func float(_ text: Span<UInt8>) -> Double? { fatalError("to do") }

    /// As `cast(… AS BOOLEAN)`: t, true, y, yes, 1 and their opposites, in any case.
    public static func boolean(_ text: Span<UInt8>) -> Bool? { fatalError("to do") }

    /// As `cast(… AS DECIMAL(precision, scale))`: HALF_UP; throws if it does not fit.
    public static func decimal(
        _ text: Span<UInt8>, precision: Int, scale: Int
    ) throws(RowError) -> Int128? { fatalError("to do") }
}
