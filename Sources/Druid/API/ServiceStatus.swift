/// What `/status` tells of a Druid service.
public struct ServiceStatus: Hashable, Sendable {
    public let version: String
    /// Whether the Kafka extension is loaded.
    public let hasKafkaExtension: Bool

    public static let kafkaExtension = "druid-kafka-indexing-service"

    /// Nil if the document is not Druid's.
    public init?(_ document: JSONValue) {
        guard let version = document["version"]?.text, let modules = document["modules"]?.elements
        else { return nil }
        self.version = printable(version, limit: 60)
        hasKafkaExtension = modules.contains { $0["artifact"]?.text == Self.kafkaExtension }
    }

    /// Whether the server itself leaves the tasks of an unchanged spec alone, as 33 and newer do.
    var skipsUnmodified: Bool {
        guard let major = Int(version.prefix { $0.isASCII && $0.isNumber }) else { return false }
        return major >= 33
    }
}
