internal import Streaming

/// The types that operands are brought to, by Spark's rules in ANSI mode.
enum TypeCoercion {
    /// The type that both become without loss, nil if there is none.
    static func tightest(_ left: DataType, _ right: DataType) -> DataType? {
        if left == right { return left }
        switch (left, right) {
        case (.void, let other), (let other, .void): return other
        case (.date, .timestamp), (.timestamp, .date): return .timestamp
        case (.structure(let a), .structure(let b)): return structure(a, b, tightest)
        default: break
        }
        guard let a = numericRank(left), let b = numericRank(right) else { return nil }
        // FLOAT cannot hold every integer: FLOAT with an integral type is DOUBLE.
        if left == .double || right == .double { return .double }
        if left == .float || right == .float { return .double }
        return a > b ? left : right
    }

    /// As ``tightest(_:_:)``, with DECIMAL widened.
    static func wider(_ left: DataType, _ right: DataType) -> DataType? {
        if let type = tightest(left, right) { return type }
        switch (left, right) {
        case (.decimal, .float), (.decimal, .double), (.float, .decimal), (.double, .decimal):
            return .double
        case (.decimal, _), (_, .decimal):
            guard let a = DecimalType(left), let b = DecimalType(right) else { return nil }
            return a.widened(to: b).type
        case (.structure(let a), .structure(let b)):
            return structure(a, b, wider)
        default:
            return nil
        }
    }

    /// As ``wider(_:_:)``; STRING takes the other type: BIGINT for integers, DOUBLE for fractions.
    static func widerPromotingStrings(_ left: DataType, _ right: DataType) -> DataType? {
        withString(left, right) ?? wider(left, right)
    }

    /// What STRING and another type become; nil where neither is a STRING.
    static func withString(_ left: DataType, _ right: DataType) -> DataType? {
        switch (left, right) {
        case (.string, .structure), (.structure, .string): return nil
        case (.string, .void), (.void, .string): return .string
        case (.string, let other), (let other, .string):
            if other.isIntegral { return .bigint }
            return other.isNumeric ? .double : other
        default: return nil
        }
    }

    /// The type of all `types` together, nil if they do not fit.
    static func common(_ types: [DataType], promotingStrings: Bool) -> DataType? {
        // Strings first, so that the result does not depend on the order.
        let ordered =
            promotingStrings
            ? types.filter { $0 == .string } + types.filter { $0 != .string } : types
        var result = DataType.void
        for type in ordered {
            let next =
                promotingStrings ? widerPromotingStrings(result, type) : wider(result, type)
            guard let next else { return nil }
            result = next
        }
        return result
    }

    /// The type that an operand of `type` is brought to where `expected` is asked for, nil if it
    /// must be cast in the query.
    static func implicit(_ type: DataType, to expected: DataType) -> DataType? {
        if type == expected || type == .void { return expected }
        switch (type, expected) {
        case (.structure, _), (_, .structure): return nil
        case (.string, _), (_, .string): return expected
        case (.date, .timestamp), (.timestamp, .date): return expected
        default: return type.isNumeric && expected.isNumeric ? expected : nil
        }
    }

    private static func numericRank(_ type: DataType) -> Int? {
        switch type {
        case .tinyint: 0
        case .smallint: 1
        case .int: 2
        case .bigint: 3
        case .float: 4
        case .double: 5
        default: nil
        }
    }

    private static func structure(
        _ left: [StructField], _ right: [StructField],
        _ merge: (DataType, DataType) -> DataType?
    ) -> DataType? {
        guard left.count == right.count else { return nil }
        var fields: [StructField] = []
        for (a, b) in zip(left, right) {
            guard a.name.lowercased() == b.name.lowercased(), let type = merge(a.type, b.type)
            else { return nil }
            fields.append(StructField(name: a.name, type: type))
        }
        return .structure(fields)
    }
}
