public import ArgumentParser

/// An option's value of the form `name=value`, such as a property of librdkafka:
/// `security.protocol=SSL`. The value may be empty and may hold further equal signs.
public struct KeyValueOption: ExpressibleByArgument, Hashable, Sendable {
    public let name: String
    public let value: String

    public init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else { return nil }
        name = String(parts[0])
        value = String(parts[1])
    }
}
