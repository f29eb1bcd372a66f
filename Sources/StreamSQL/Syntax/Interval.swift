/// A span of time as Spark's calendar interval: months, days and microseconds apart.
struct Interval: Hashable {
    var months = 0
    var days = 0
    var microseconds: Int64 = 0
    /// Whether only days were named, so that DATE plus it stays a DATE.
    var isWholeDays = false
    var hasMonths = false

    static let microsecondsPerDay: Int64 = 86_400_000_000

    /// Days and microseconds together; nil beyond the range of Int64.
    var totalMicroseconds: Int64? {
        let (dayMicroseconds, overflow) =
            Int64(days).multipliedReportingOverflow(by: Self.microsecondsPerDay)
        let (sum, carry) = dayMicroseconds.addingReportingOverflow(microseconds)
        return overflow || carry ? nil : sum
    }

    /// The units' names, in the singular.
    static let units = [
        "year", "month", "week", "day", "hour", "minute", "second", "millisecond", "microsecond",
    ]

    /// The singular of a unit's name in any case, nil if it is none.
    static func unit(_ name: String) -> String? {
        let lower = name.lowercased()
        if units.contains(lower) { return lower }
        guard lower.hasSuffix("s") else { return nil }
        let singular = String(lower.dropLast())
        return units.contains(singular) ? singular : nil
    }

    /// Adds `value` (digits, sign, for seconds a fraction) of `unit`; false if it is no number or
    /// too large.
    mutating func add(_ value: String, unit: String) -> Bool {
        var text = Substring(value)
        var isNegative = false
        if let sign = text.first, sign == "-" || sign == "+" {
            isNegative = sign == "-"
            text = text.dropFirst()
        }
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard !parts.isEmpty, !parts[0].isEmpty || parts.count == 2,
            parts.allSatisfy({ $0.utf8.allSatisfy(\.isDigit) }),
            let magnitude = parts[0].isEmpty ? 0 : Int64(parts[0])
        else { return false }
        if parts.count == 2 {
            guard unit == "second", parts[1].count <= 9, !(parts[0].isEmpty && parts[1].isEmpty)
            else { return false }
            let digits = String(parts[1].prefix(6))
            let padded = digits + String(repeating: "0", count: 6 - digits.count)
            guard addMicroseconds(Int64(padded) ?? 0, isNegative) else { return false }
        }
        return add(isNegative ? -magnitude : magnitude, unit: unit)
    }

    private mutating func add(_ value: Int64, unit: String) -> Bool {
        isWholeDays =
            (unit == "day" || unit == "week") && months == 0 && microseconds == 0
        switch unit {
        case "year", "month":
            hasMonths = true
            let (product, overflow) = Int(value).multipliedReportingOverflow(
                by: unit == "year" ? 12 : 1)
            let (sum, carry) = months.addingReportingOverflow(product)
            months = sum
            return !overflow && !carry && sum.magnitude <= 1_000_000
        case "week", "day":
            let (product, overflow) = Int(value).multipliedReportingOverflow(
                by: unit == "week" ? 7 : 1)
            let (sum, carry) = days.addingReportingOverflow(product)
            days = sum
            return !overflow && !carry
        case "hour": return addMicroseconds(value, times: 3_600_000_000)
        case "minute": return addMicroseconds(value, times: 60_000_000)
        case "second": return addMicroseconds(value, times: 1_000_000)
        case "millisecond": return addMicroseconds(value, times: 1000)
        default: return addMicroseconds(value, times: 1)
        }
    }

    private mutating func addMicroseconds(_ value: Int64, _ isNegative: Bool) -> Bool {
        addMicroseconds(isNegative ? -value : value, times: 1)
    }

    private mutating func addMicroseconds(_ value: Int64, times factor: Int64) -> Bool {
        let (product, overflow) = value.multipliedReportingOverflow(by: factor)
        let (sum, carry) = microseconds.addingReportingOverflow(product)
        microseconds = sum
        return !overflow && !carry
    }

    /// `1 minute`, `interval 1 day 2 hours`, `-5 seconds`: as Spark reads the text of an interval.
    init?(text: String) {
        self.init()
        var words = text.split { $0.isWhitespace }[...]
        if words.first?.lowercased() == "interval" { words = words.dropFirst() }
        guard !words.isEmpty else { return nil }
        while var value = words.popFirst() {
            // A sign may stand apart.
            if value == "-" || value == "+", let digits = words.popFirst() {
                guard digits.utf8.first?.isDigit == true else { return nil }
                value = Substring(String(value) + String(digits))
            }
            guard let name = words.popFirst(), let unit = Self.unit(String(name)),
                add(String(value), unit: unit)
            else { return nil }
        }
    }

    init() {}
}
