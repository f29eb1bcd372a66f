extension Parser {
    /// Whether `INTERVAL` is followed by a value.
    func startsInterval(_ distance: Int) -> Bool {
        switch token(distance).kind {
        case .string, .number: return true
        case .symbol(.minus), .symbol(.plus):
            switch token(distance + 1).kind {
            case .string, .number: return true
            default: return false
            }
        default: return false
        }
    }

    /// `INTERVAL 3 MINUTES`, `INTERVAL '3' MINUTE`, `INTERVAL '3 minutes'`, and several units.
    mutating func interval() throws(Fault) -> Interval {
        let start = token.range.lowerBound
        try expect(word: "INTERVAL", hint: "An interval is written `INTERVAL 3 MINUTES`.")
        guard startsInterval(0) else {
            throw unexpected("An interval is written `INTERVAL 3 MINUTES`.")
        }
        if case .string(let text) = token.kind, Interval.unit(token(1).word ?? "") == nil {
            advance()
            guard let interval = Interval(text: text) else {
                throw Self.cannotParse(text, at: range(from: start))
            }
            return interval
        }
        var interval = Interval()
        repeat {
            let valueRange = token.range
            let value = try intervalValue()
            guard let unit = Interval.unit(token.word ?? "") else {
                throw unexpected(
                    "A unit is expected here: " + Interval.units.joined(separator: ", "))
            }
            advance()
            if isWord("TO") {
                throw Fault.unsupported(
                    "INTERVAL … TO …", hint: "Name each unit: `INTERVAL 1 HOUR 30 MINUTES`.",
                    at: range(from: start))
            }
            guard interval.add(value, unit: unit) else {
                throw Fault(
                    "_LEGACY_ERROR_TEMP_0026",
                    "The value of an interval must be a number, but it is `\(value)`.",
                    hint: "An interval is written `INTERVAL 3 MINUTES`.", at: valueRange)
            }
        } while startsNextUnit
        return interval
    }

    private var startsNextUnit: Bool {
        startsInterval(0)
            && (Interval.unit(token(1).word ?? "") != nil
                || Interval.unit(token(2).word ?? "") != nil && !isSymbol(.minus)
                    && !isSymbol(.plus))
    }

    private mutating func intervalValue() throws(Fault) -> String {
        var sign = ""
        if isSymbol(.minus) || isSymbol(.plus) {
            sign = isSymbol(.minus) ? "-" : ""
            advance()
        }
        switch token.kind {
        case .string(let text):
            advance()
            guard !sign.isEmpty, text.hasPrefix("-") else { return sign + text }
            return String(text.dropFirst())
        case .number(.integer, let text), .number(.decimal, let text):
            advance()
            return sign + text
        default:
            throw unexpected("A number is expected here.")
        }
    }

    static func cannotParse(_ text: String, at range: Range<Int>) -> Fault {
        Fault(
            "CANNOT_PARSE_INTERVAL", "'\(text)' is not an interval.",
            hint: "An interval has numbers and units, as in '1 minute' or '1 hour 30 minutes'.",
            at: range)
    }
}
