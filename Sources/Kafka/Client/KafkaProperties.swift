/// librdkafka properties in the order in which they were set; a later one replaces an earlier one.
///
/// Any property of librdkafka may be set. Values are checked when a client is made of them. Secrets
/// (passwords, private keys, tokens) never appear in a description or an error.
public struct KafkaProperties: Sendable, CustomStringConvertible {
    public private(set) var entries: [(name: String, value: String)] = []

    public init() {}

    /// `bootstrap.servers`: `host:port`, several separated by commas.
    public init(brokers: String) { self["bootstrap.servers"] = brokers }

    /// The value of `name`; setting nil removes it.
    public subscript(name: String) -> String? {
        get { entries.last { $0.name == name }?.value }
        set {
            let place = entries.firstIndex { $0.name == name }
            switch (place, newValue) {
            case (let index?, let value?): entries[index].value = value
            case (let index?, nil): entries.remove(at: index)
            case (nil, let value?): entries.append((name, value))
            case (nil, nil): break
            }
        }
    }

    /// These properties, and those of `defaults` that are not set here.
    public func withDefaults(_ defaults: KeyValuePairs<String, String>) -> KafkaProperties {
        var result = self
        for (name, value) in defaults where result[name] == nil { result[name] = value }
        return result
    }

    /// The brokers to begin with, for messages.
    public var brokers: String {
        self["bootstrap.servers"] ?? self["metadata.broker.list"] ?? "no brokers"
    }

    /// Whether the value of `name` must not be shown.
    public static func isSecret(_ name: String) -> Bool {
        let name = name.lowercased()
        return secrets.contains(name) || name.hasSuffix(".password")
            || name.hasSuffix(".key.pem") || name.hasPrefix("sasl.oauthbearer")
            || name.hasSuffix(".secret")
    }

    private static let secrets: Set<String> = [
        "sasl.password", "ssl.key.password", "ssl.keystore.password", "ssl.key.pem",
    ]

    public var description: String {
        entries.map { "\($0.name)=\(Self.isSecret($0.name) ? "***" : $0.value)" }
            .joined(separator: " ")
    }
}
