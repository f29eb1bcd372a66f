/// Values as Spark prints them. Each function appends to `output`.
public enum TextFormat {
    /// As Java's `Double.toString`, shortest digits: `20.13`, `1.0E10`, `9.9E-4`, `-0.0`, `NaN`.
    public static func append(double value: Double, to output: ByteArena) { fatalError("to do") }

    /// As Java's `Float.toString` of a value that is exactly a binary32.
    public static func append(float value: Double, to output: ByteArena) { fatalError("to do") }

    public static func append(integer value: Int64, to output: ByteArena) { fatalError("to do") }

    /// Plain notation with `scale` digits after the point: `-0.10`.
    public static func append(decimal unscaled: Int128, scale: Int, to output: ByteArena) {
        fatalError("to do")
    }

    /// `yyyy-MM-dd`; years above 9999 with a plus sign.
    public static func append(date days: Int64, to output: ByteArena) { fatalError("to do") }

    /// As a cast to STRING: `2024-05-01 10:00:00.5`, the fraction without trailing zeros.
    public static func append(timestamp microseconds: Int64, to output: ByteArena) {
        fatalError("to do")
    }

    /// As `to_json`: `2024-05-01T10:00:00.000Z`, cut to milliseconds.
    public static func append(isoTimestamp microseconds: Int64, to output: ByteArena) {
        fatalError("to do")
    }
}
