/// Values as Spark prints them. Each function appends to `output`.
///
/// Nothing here allocates, but the text of a double that needs more than 15 characters.
public enum TextFormat {
    public static func append(integer value: Int64, to output: ByteArena) {
        if value < 0 { output.append(UInt8(ascii: "-")) }
        append(digits: value.magnitude, width: 1, to: output)
    }

    /// Plain notation with `scale` digits after the point: `-0.10`.
    public static func append(decimal unscaled: Int128, scale: Int, to output: ByteArena) {
        if unscaled < 0 { output.append(UInt8(ascii: "-")) }
        let magnitude = unscaled.magnitude
        // 10^19 is the largest power of ten in 64 bits: at most three groups of 19 digits.
        let group: UInt128 = 10_000_000_000_000_000_000
        let start = output.count
        let (high, low) = magnitude.quotientAndRemainder(dividingBy: group)
        if high >= group {
            append(digits: UInt64(high / group), width: 1, to: output)
            append(digits: UInt64(high % group), width: 19, to: output)
            append(digits: UInt64(low), width: 19, to: output)
        } else if high > 0 {
            append(digits: UInt64(high), width: 1, to: output)
            append(digits: UInt64(low), width: 19, to: output)
        } else {
            append(digits: UInt64(low), width: 1, to: output)
        }
        guard scale > 0 else { return }
        // At least one digit before the point: `0.10`.
        let digits = output.count - start
        let zeros = max(0, scale + 1 - digits)
        _ = output.appendUninitialized(zeros + 1)
        let storage = output.storage
        storage.copy(from: storage, at: start, to: start + zeros, count: digits)
        for index in start..<start + zeros { storage[index] = UInt8(ascii: "0") }
        let point = start + zeros + digits - scale
        storage.copy(from: storage, at: point, to: point + 1, count: scale)
        storage[point] = UInt8(ascii: ".")
    }

    /// `yyyy-MM-dd`; years above 9999 with a plus sign.
    public static func append(date days: Int64, to output: ByteArena) {
        let date = GregorianCalendar.date(ofDays: days)
        if date.year > 9999 { output.append(UInt8(ascii: "+")) }
        if date.year < 0 { output.append(UInt8(ascii: "-")) }
        append(digits: UInt64(date.year.magnitude), width: 4, to: output)
        output.append(UInt8(ascii: "-"))
        append(digits: UInt64(date.month), width: 2, to: output)
        output.append(UInt8(ascii: "-"))
        append(digits: UInt64(date.day), width: 2, to: output)
    }

    /// As a cast to STRING: `2024-05-01 10:00:00.5`, the fraction without trailing zeros.
    public static func append(timestamp microseconds: Int64, to output: ByteArena) {
        var fraction = appendSeconds(microseconds, separator: UInt8(ascii: " "), to: output)
        guard fraction != 0 else { return }
        var width = 6
        while fraction % 10 == 0 {
            fraction /= 10
            width -= 1
        }
        output.append(UInt8(ascii: "."))
        append(digits: fraction, width: width, to: output)
    }

    /// As `to_json`: `2024-05-01T10:00:00.000Z`, cut to milliseconds.
    public static func append(isoTimestamp microseconds: Int64, to output: ByteArena) {
        let fraction = appendSeconds(microseconds, separator: UInt8(ascii: "T"), to: output)
        output.append(UInt8(ascii: "."))
        append(digits: fraction / 1000, width: 3, to: output)
        output.append(UInt8(ascii: "Z"))
    }

    /// Appends date and time down to the second; returns the microseconds that remain.
    private static func appendSeconds(
        _ microseconds: Int64, separator: UInt8, to output: ByteArena
    ) -> UInt64 {
        let (days, timeOfDay) = GregorianCalendar.split(microseconds: microseconds)
        append(date: days, to: output)
        let (seconds, fraction) = UInt64(timeOfDay).quotientAndRemainder(dividingBy: 1_000_000)
        output.append(separator)
        append(digits: seconds / 3600, width: 2, to: output)
        output.append(UInt8(ascii: ":"))
        append(digits: seconds / 60 % 60, width: 2, to: output)
        output.append(UInt8(ascii: ":"))
        append(digits: seconds % 60, width: 2, to: output)
        return fraction
    }

    /// Appends `value` with leading zeros up to `width` digits.
    static func append(digits value: UInt64, width: Int, to output: ByteArena) {
        let length = max(digitCount(value), width)
        let start = output.appendUninitialized(length)
        var rest = value
        var index = start + length
        while index > start {
            index -= 1
            output[index] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }

    /// Decimal digits of `value`; 1 for 0.
    private static func digitCount(_ value: UInt64) -> Int {
        var rest = value
        var count = 1
        while rest >= 10_000 {
            rest /= 10_000
            count += 4
        }
        return count + (rest >= 1000 ? 3 : rest >= 100 ? 2 : rest >= 10 ? 1 : 0)
    }
}
