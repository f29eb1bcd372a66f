internal import Streaming

/// Constants of a query, checked and typed.
enum Literals {
    static func expression(
        _ literal: LiteralSyntax, at range: Range<Int>
    ) throws(Fault) -> (Expression, text: String) {
        switch literal {
        case .null:
            return (Expression(.literal(.null), type: .void), "NULL")
        case .boolean(let value):
            return (Expression(.literal(.integer(value ? 1 : 0)), type: .boolean), "\(value)")
        case .string(let value):
            return (Expression(.literal(.string(value)), type: .string), value)
        case .number(let form, let text):
            return (try number(form, text, at: range), text)
        case .typed(let type, let text):
            return (try typed(type, text, at: range), "\(type) '\(text)'")
        }
    }

    // MARK: Numbers

    private static func number(
        _ form: Token.NumberForm, _ text: String, at range: Range<Int>
    ) throws(Fault) -> Expression {
        switch form {
        case .integer:
            guard let value = Int64(text) else { return try decimal(text, at: range) }
            let type: DataType = Int32(exactly: value) == nil ? .bigint : .int
            return Expression(.literal(.integer(value)), type: type)
        case .tinyint: return try integer(text, .tinyint, at: range)
        case .smallint: return try integer(text, .smallint, at: range)
        case .bigint: return try integer(text, .bigint, at: range)
        case .decimal, .bigDecimal: return try decimal(text, at: range)
        case .exponent, .double:
            guard let value = Double(readable(text)), value.isFinite else {
                throw outOfRange(text, .double, at: range)
            }
            return Expression(.literal(.double(value)), type: .double)
        case .float:
            guard let value = Float(readable(text)), value.isFinite else {
                throw outOfRange(text, .float, at: range)
            }
            return Expression(.literal(.double(Double(value))), type: .float)
        }
    }

    private static func integer(
        _ text: String, _ type: DataType, at range: Range<Int>
    ) throws(Fault) -> Expression {
        guard let value = Int64(text), type.integralRange?.contains(value) == true else {
            throw outOfRange(text, type, at: range)
        }
        return Expression(.literal(.integer(value)), type: type)
    }

    private static func outOfRange(_ text: String, _ type: DataType, at range: Range<Int>) -> Fault
    {
        Fault(
            "INVALID_NUMERIC_LITERAL_RANGE",
            "The number \(text) is outside the range of \(type.sqlName).", at: range)
    }

    /// `5.` and `.5` in a form that Swift reads.
    private static func readable(_ text: String) -> String {
        var result = ""
        var previous: Character = " "
        for character in text {
            if character == ".", !previous.isNumber { result.append("0") }
            if character == "e" || character == "E", previous == "." { result.append("0") }
            result.append(character)
            previous = character
        }
        return previous == "." ? result + "0" : result
    }

    private static func decimal(_ text: String, at range: Range<Int>) throws(Fault) -> Expression {
        var digits = ""
        var scale = 0
        var exponent = 0
        var isNegative = false
        var isFraction = false
        let mantissa = text.split { $0 == "e" || $0 == "E" }.first ?? Substring(text)
        if mantissa.count < text.count {
            exponent = Int(text.dropFirst(mantissa.count + 1)) ?? Int.max
        }
        for character in mantissa {
            switch character {
            case "-": isNegative = true
            case ".": isFraction = true
            default:
                digits.append(character)
                if isFraction { scale += 1 }
            }
        }
        digits = String(digits.drop { $0 == "0" })
        guard exponent.magnitude <= 1000 else { throw tooPrecise(text, at: range) }
        scale -= exponent
        if scale < 0 {
            if !digits.isEmpty { digits += String(repeating: "0", count: -scale) }
            scale = 0
        }
        let precision = max(digits.count, scale, 1)
        guard precision <= DecimalType.maximum,
            let magnitude = digits.isEmpty ? Int128(0) : Int128(digits)
        else { throw tooPrecise(text, at: range) }
        return Expression(
            .literal(.decimal(isNegative ? -magnitude : magnitude)),
            type: .decimal(precision: precision, scale: scale))
    }

    private static func tooPrecise(_ text: String, at range: Range<Int>) -> Fault {
        Fault(
            "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION",
            "The number \(text) has more than \(DecimalType.maximum) digits.",
            hint: "Write it as a DOUBLE: \(text)D.", at: range)
    }

    // MARK: Dates and timestamps

    private static func typed(
        _ type: String, _ text: String, at range: Range<Int>
    ) throws(Fault) -> Expression {
        let bytes = Array(text.utf8)
        let value: Int64?
        let dataType: DataType
        switch type {
        case "DATE":
            value = TextParser.date(bytes.span)
            dataType = .date
        case "TIMESTAMP", "TIMESTAMP_LTZ":
            var parser = TextParser(zones: .none)
            value = parser.timestamp(bytes.span)
            dataType = .timestamp
        case "X":
            throw Fault.unsupported("A binary literal", hint: "Use a STRING.", at: range)
        default:
            throw Fault.unsupported("The type \(type)", hint: "Use TIMESTAMP.", at: range)
        }
        guard let value else {
            throw Fault(
                "INVALID_TYPED_LITERAL",
                "The value of the typed literal \(type) is invalid: '\(text)'.",
                hint: type == "DATE"
                    ? "A date is written DATE '2024-05-01'."
                    : "A timestamp is written TIMESTAMP '2024-05-01 10:00:00'; named time zones "
                        + "cannot be used here.",
                at: range)
        }
        return Expression(.literal(.integer(value)), type: dataType)
    }
}
