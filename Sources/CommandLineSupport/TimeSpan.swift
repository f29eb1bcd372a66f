public import ArgumentParser

/// A length of time given by the user: `500ms`, `5s`, `3m`, `1h`, `2d`, `1h30m`, or a plain `0`.
///
/// Never negative; held in microseconds, the precision of event time.
public struct TimeSpan: Hashable, Comparable, Sendable {
    public let microseconds: Int64

    public static let zero = TimeSpan(microseconds: 0)

    public init(microseconds: Int64) {
        precondition(microseconds >= 0)
        self.microseconds = microseconds
    }

    public static func milliseconds(_ count: Int64) -> TimeSpan { of(count, .milliseconds) }
    public static func seconds(_ count: Int64) -> TimeSpan { of(count, .seconds) }
    public static func minutes(_ count: Int64) -> TimeSpan { of(count, .minutes) }
    public static func hours(_ count: Int64) -> TimeSpan { of(count, .hours) }

    /// Whole milliseconds, the rest cut off.
    public var milliseconds: Int64 { microseconds / 1000 }
    public var seconds: Double { Double(microseconds) / 1_000_000 }

    public static func < (left: TimeSpan, right: TimeSpan) -> Bool {
        left.microseconds < right.microseconds
    }

    private static func of(_ count: Int64, _ unit: Unit) -> TimeSpan {
        TimeSpan(microseconds: count * unit.rawValue)
    }
}

extension TimeSpan {
    /// Units by their length in microseconds, longest first.
    private enum Unit: Int64, CaseIterable {
        case days = 86_400_000_000
        case hours = 3_600_000_000
        case minutes = 60_000_000
        case seconds = 1_000_000
        case milliseconds = 1000
        case microseconds = 1

        var symbol: String {
            switch self {
            case .days: "d"
            case .hours: "h"
            case .minutes: "m"
            case .seconds: "s"
            case .milliseconds: "ms"
            case .microseconds: "us"
            }
        }
    }

    /// Reads `text`; nil if it is not a time span or is longer than 292,000 years.
    public init?(_ text: some StringProtocol) {
        if text == "0" {
            self = .zero
            return
        }
        var total: Int64 = 0
        var rest = text[...]
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isWholeNumber }
            rest = rest[digits.endIndex...]
            let symbol = rest.prefix { $0.isLetter }
            rest = rest[symbol.endIndex...]
            guard let count = Int64(digits),
                let unit = Unit.allCases.first(where: { $0.symbol == symbol })
            else { return nil }
            let (length, tooLong) = count.multipliedReportingOverflow(by: unit.rawValue)
            let (sum, sumTooLong) = total.addingReportingOverflow(length)
            guard !tooLong, !sumTooLong else { return nil }
            total = sum
        }
        guard !text.isEmpty else { return nil }
        self.init(microseconds: total)
    }
}

extension TimeSpan: CustomStringConvertible {
    /// The shortest text that reads back as the same span: `1h30m`, `500ms`, `0`.
    public var description: String {
        guard microseconds > 0 else { return "0" }
        var rest = microseconds
        var text = ""
        for unit in Unit.allCases where rest >= unit.rawValue {
            text += "\(rest / unit.rawValue)\(unit.symbol)"
            rest %= unit.rawValue
        }
        return text
    }
}

extension TimeSpan: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }

    public var defaultValueDescription: String { description }
}
