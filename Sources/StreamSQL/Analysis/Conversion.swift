internal import Streaming

/// Casts: which there are, and how they are written into an expression.
enum Conversion {
    /// Whether ANSI mode has a cast between the types.
    static func exists(from: DataType, to: DataType) -> Bool {
        if from == to || from == .void { return true }
        switch (from, to) {
        case (_, .void): return false
        case (.structure(let a), .structure(let b)):
            return a.count == b.count && zip(a, b).allSatisfy { exists(from: $0.type, to: $1.type) }
        case (_, .string): return true
        case (.structure, _), (_, .structure): return false
        case (.string, _): return true
        case (.boolean, let other): return other.isNumeric
        case (.date, let other): return other == .timestamp
        case (.timestamp, let other): return other == .date || other.isNumeric
        case (_, .date): return false
        default: return true
        }
    }

    /// The error class with which Spark refuses a cast that does not exist.
    static func refusal(from: DataType, to: DataType) -> (errorClass: String, hint: String?) {
        switch (from, to) {
        case (.date, let other) where other.isNumeric:
            return (
                "DATATYPE_MISMATCH.CAST_WITH_FUNC_SUGGESTION",
                "Use datediff(d, DATE '1970-01-01')."
            )
        case (let other, .date) where other.isNumeric:
            return (
                "DATATYPE_MISMATCH.CAST_WITH_FUNC_SUGGESTION",
                "Use date_add(DATE '1970-01-01', days)."
            )
        case (.timestamp, .boolean), (.date, .boolean), (.boolean, .timestamp):
            return ("DATATYPE_MISMATCH.CAST_WITH_CONF_SUGGESTION", nil)
        default:
            return ("DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION", nil)
        }
    }

    /// `expression` as `type`; the cast must exist. Constant numbers are converted at once where
    /// that loses nothing.
    static func cast(_ expression: Expression, to type: DataType) -> Expression {
        if expression.type == type { return expression }
        if case .literal(let literal) = expression.kind,
            let converted = convert(literal, from: expression.type, to: type)
        {
            return Expression(.literal(converted), type: type)
        }
        return Expression(.cast(expression, isTry: false), type: type)
    }

    private static func convert(
        _ literal: Literal, from: DataType, to: DataType
    ) -> Literal? {
        switch literal {
        case .null: return .null
        case .integer(let value) where from.isIntegral:
            if to.isIntegral, let range = to.integralRange {
                return range.contains(value) ? .integer(value) : nil
            }
            if to == .double, value.magnitude <= 1 << 53 { return .double(Double(value)) }
            guard case .decimal(let precision, let scale) = to else { return nil }
            return scaled(Int128(value), by: scale, precision)
        case .decimal(let value):
            guard case .decimal(_, let scale) = from else { return nil }
            if to == .double { return Double(text(value, scale: scale)).map { .double($0) } }
            guard case .decimal(let precision, let newScale) = to, newScale >= scale else {
                return nil
            }
            return scaled(value, by: newScale - scale, precision)
        default:
            return nil
        }
    }

    private static func scaled(_ value: Int128, by digits: Int, _ precision: Int) -> Literal? {
        var result = value
        for _ in 0..<digits {
            let (product, overflow) = result.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            result = product
        }
        return String(result.magnitude).count <= precision ? .decimal(result) : nil
    }

    /// Plain notation.
    static func text(_ value: Int128, scale: Int) -> String {
        var digits = String(value.magnitude)
        if digits.count <= scale {
            digits = String(repeating: "0", count: scale + 1 - digits.count) + digits
        }
        let sign = value < 0 ? "-" : ""
        guard scale > 0 else { return sign + digits }
        return sign + digits.dropLast(scale) + "." + digits.suffix(scale)
    }
}
