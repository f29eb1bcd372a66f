extension TextParser {
    /// As `cast(… AS TIMESTAMP)` and `from_json`. Microseconds.
    ///
    /// After trimming blanks and control characters:
    /// `[+-]yyyy[yy][-M[M][-d[d][(T or blank)H[H][:m[m][:s[s][.fraction][zone]]]]]]`. The fraction
    /// is cut to microseconds; without a zone the time is UTC. A text without a date is not
    /// accepted: Spark takes the present date, so that its result depends on the clock.
    @inlinable
    public mutating func timestamp(_ text: Span<UInt8>) -> Int64? {
        if let plain = PlainTimestamp(text, from: 0), plain.end == text.count {
            return plain.microseconds
        }
        return generalTimestamp(text)
    }

    /// As `cast(… AS DATE)`: `[+-]yyyy[yyy][-M[M][-d[d][(T or blank)anything]]]`. Days since
    /// 1970-01-01.
    public static func date(_ text: Span<UInt8>) -> Int64? {
        let text = text.extracting(trimmed(text))
        var reader = FieldReader()
        guard let date = reader.readDate(text, maximumYearDigits: 7) else { return nil }
        guard reader.index == text.count || reader.skipDateEnd(text),
            let days = GregorianCalendar.validDays(
                year: date.year, month: date.month, day: date.day),
            // A DATE has 32 bits.
            Int32(exactly: days) != nil
        else { return nil }
        return days
    }

    /// All that Spark accepts.
    @usableFromInline
    mutating func generalTimestamp(_ text: Span<UInt8>) -> Int64? {
        let text = text.extracting(Self.trimmed(text))
        var reader = FieldReader()
        guard let date = reader.readDate(text, maximumYearDigits: 6) else { return nil }
        var time = FieldReader.Time()
        if reader.index < text.count {
            guard reader.skipDateEnd(text), let read = reader.readTime(text) else { return nil }
            time = read
        }
        guard
            let days = GregorianCalendar.validDays(
                year: date.year, month: date.month, day: date.day),
            time.hour < 24, time.minute < 60, time.second < 60
        else { return nil }
        var seconds = days * 86_400 + Int64(time.hour * 3600 + time.minute * 60 + time.second)
        if reader.index < text.count {
            // Only a time with seconds can have a zone.
            guard reader.fields == 6,
                let instant = instant(
                    ofLocal: seconds, zone: text.extracting(reader.index..<text.count))
            else { return nil }
            seconds = instant
        }
        return Self.microseconds(seconds: seconds, fraction: time.fraction)
    }

    /// `seconds` and a fraction of 0 ..< 1,000,000 microseconds, nil beyond the range of TIMESTAMP.
    static func microseconds(seconds: Int64, fraction: Int64) -> Int64? {
        // Before 1970 the seconds alone may be below the range though the sum is not.
        let base = seconds < 0 ? seconds + 1 : seconds
        let rest = seconds < 0 ? fraction - 1_000_000 : fraction
        let (product, isTooLarge) = base.multipliedReportingOverflow(by: 1_000_000)
        let (sum, isBeyond) = product.addingReportingOverflow(rest)
        return isTooLarge || isBeyond ? nil : sum
    }
}

/// Reads the fields of a date and a time from left to right.
private struct FieldReader {
    struct Time {
        var hour = 0
        var minute = 0
        var second = 0
        /// Microseconds.
        var fraction: Int64 = 0
    }

    var index = 0
    /// How many of year, month, day, hour, minute and second were there.
    var fields = 0

    private func at(_ byte: UInt8, _ text: Span<UInt8>) -> Bool {
        index < text.count && text[index] == byte
    }

    /// Reads `minimum` to `maximum` digits, nil if there are fewer or more.
    private mutating func readDigits(
        _ text: Span<UInt8>, minimum: Int, maximum: Int
    ) -> Int? {
        let first = index
        var value = 0
        while index < text.count {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit <= 9 else { break }
            guard index - first < maximum else { return nil }
            value = value * 10 + Int(digit)
            index += 1
        }
        guard index - first >= minimum else { return nil }
        fields += 1
        return value
    }

    mutating func readDate(
        _ text: Span<UInt8>, maximumYearDigits: Int
    ) -> GregorianCalendar.CivilDate? {
        let isNegative = at(UInt8(ascii: "-"), text)
        if isNegative || at(UInt8(ascii: "+"), text) { index += 1 }
        guard let year = readDigits(text, minimum: 4, maximum: maximumYearDigits) else {
            return nil
        }
        var date = GregorianCalendar.CivilDate(year: isNegative ? -year : year, month: 1, day: 1)
        guard at(UInt8(ascii: "-"), text) else { return date }
        index += 1
        guard let month = readDigits(text, minimum: 1, maximum: 2) else { return nil }
        date.month = month
        guard at(UInt8(ascii: "-"), text) else { return date }
        index += 1
        guard let day = readDigits(text, minimum: 1, maximum: 2) else { return nil }
        date.day = day
        return date
    }

    /// Skips what separates a whole date from what follows it.
    mutating func skipDateEnd(_ text: Span<UInt8>) -> Bool {
        guard fields == 3, at(UInt8(ascii: "T"), text) || at(UInt8(ascii: " "), text) else {
            return false
        }
        index += 1
        return true
    }

    mutating func readTime(_ text: Span<UInt8>) -> Time? {
        var time = Time()
        guard let hour = readDigits(text, minimum: 1, maximum: 2) else { return nil }
        time.hour = hour
        guard at(UInt8(ascii: ":"), text) else { return time }
        index += 1
        guard let minute = readDigits(text, minimum: 1, maximum: 2) else { return nil }
        time.minute = minute
        guard at(UInt8(ascii: ":"), text) else { return time }
        index += 1
        guard let second = readDigits(text, minimum: 1, maximum: 2) else { return nil }
        time.second = second
        guard at(UInt8(ascii: "."), text) else { return time }
        index += 1
        time.fraction = readFraction(text)
        return time
    }

    /// Any number of digits, none too, cut to microseconds.
    private mutating func readFraction(_ text: Span<UInt8>) -> Int64 {
        var value: Int64 = 0
        var unit: Int64 = 100_000
        while index < text.count {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit <= 9 else { break }
            value += Int64(digit) * unit
            unit /= 10
            index += 1
        }
        return value
    }
}
