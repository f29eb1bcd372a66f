internal import Streaming

/// Precision and scale of DECIMAL results, by Spark's rules.
struct DecimalType: Hashable {
    var precision: Int
    var scale: Int

    static let maximum = DataType.maximumPrecision

    var type: DataType { .decimal(precision: precision, scale: scale) }

    /// The DECIMAL that holds every value of `type`, nil for types that are not exact numbers.
    init?(_ type: DataType) {
        switch type {
        case .tinyint: self.init(3, 0)
        case .smallint: self.init(5, 0)
        case .int: self.init(10, 0)
        case .bigint: self.init(20, 0)
        case .decimal(let precision, let scale): self.init(precision, scale)
        default: return nil
        }
    }

    init(_ precision: Int, _ scale: Int) {
        self.precision = precision
        self.scale = scale
    }

    /// The DECIMAL of as many digits as the literal `value` has.
    init(literal value: Int64) {
        self.init(String(value.magnitude).count, 0)
    }

    /// Cut to 38 digits; digits after the point go first.
    static func bounded(_ precision: Int, _ scale: Int) -> DecimalType {
        guard precision > maximum else { return DecimalType(precision, min(scale, maximum)) }
        return DecimalType(maximum, max(0, scale - (precision - maximum)))
    }

    /// Cut to 38 digits, keeping at least six after the point where there were as many.
    static func adjusted(_ precision: Int, _ scale: Int) -> DecimalType {
        guard precision > maximum else { return DecimalType(precision, scale) }
        let integral = precision - scale
        return DecimalType(maximum, max(maximum - integral, min(scale, 6)))
    }

    /// The type that holds the values of both.
    func widened(to other: DecimalType) -> DecimalType {
        let scale = max(self.scale, other.scale)
        let integral = max(precision - self.scale, other.precision - other.scale)
        return .bounded(integral + scale, scale)
    }

    /// The type of `self operation other`.
    func result(_ operation: BinaryOperator, _ other: DecimalType) -> DecimalType {
        let (p1, s1, p2, s2) = (precision, scale, other.precision, other.scale)
        switch operation {
        case .add, .subtract:
            let scale = max(s1, s2)
            return .adjusted(max(p1 - s1, p2 - s2) + scale + 1, scale)
        case .multiply:
            return .adjusted(p1 + p2 + 1, s1 + s2)
        case .divide:
            let scale = max(6, s1 + p2 + 1)
            return .adjusted(p1 - s1 + s2 + scale, scale)
        default:
            let scale = max(s1, s2)
            return .adjusted(min(p1 - s1, p2 - s2) + scale, scale)
        }
    }

    /// The type of `round(x, digits)`.
    func rounded(to digits: Int) -> DecimalType {
        let integral = precision - scale + 1
        if digits < 0 {
            return DecimalType(min(max(integral, 1 - max(digits, -100)), Self.maximum), 0)
        }
        let newScale = min(scale, digits)
        return DecimalType(min(integral + newScale, Self.maximum), newScale)
    }
}
