internal import Streaming

/// The aggregate functions that a query can call.
enum AggregateDefinition: Hashable, Sendable {
    case count, countIf, sum, average, minimum, maximum, first, last
    case deviation(isSample: Bool), variance(isSample: Bool)
    case every, some

    private static let byName: [String: AggregateDefinition] = [
        "count": .count, "count_if": .countIf, "sum": .sum, "avg": .average, "mean": .average,
        "min": .minimum, "max": .maximum, "first": .first, "first_value": .first,
        "any_value": .first, "last": .last, "last_value": .last,
        "std": .deviation(isSample: true), "stddev": .deviation(isSample: true),
        "stddev_samp": .deviation(isSample: true), "stddev_pop": .deviation(isSample: false),
        "variance": .variance(isSample: true), "var_samp": .variance(isSample: true),
        "var_pop": .variance(isSample: false), "bool_and": .every, "every": .every,
        "bool_or": .some, "some": .some, "any": .some,
    ]

    static func named(_ name: String) -> AggregateDefinition? { byName[name] }

    static var names: [String] { Array(byName.keys) }

    var arity: Arity {
        switch self {
        case .count: .atLeast(1)
        case .first, .last: .between(1, 2)
        default: .exactly(1)
        }
    }

    /// Whether DISTINCT changes nothing.
    var ignoresRepetition: Bool {
        switch self {
        case .minimum, .maximum, .every, .some: true
        default: false
        }
    }
}
