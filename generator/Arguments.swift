internal import ArgumentParser
internal import Streaming

/// A moment given as text, in UTC unless it says otherwise: `2026-11-20T21:00:00Z`, `2026-11-20`.
struct StartTime: ExpressibleByArgument {
    /// Since 1970-01-01T00:00:00Z.
    let microseconds: Int64

    init?(argument: String) {
        var parser = TextParser(zones: .none)
        let bytes = Array(argument.utf8)
        guard let microseconds = parser.timestamp(bytes.span) else { return nil }
        self.microseconds = microseconds
    }
}

/// A property of librdkafka: `security.protocol=SSL`. The value may hold further equal signs.
struct KafkaProperty: ExpressibleByArgument {
    let name: String
    let value: String

    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else { return nil }
        name = String(parts[0])
        value = String(parts[1])
    }
}
