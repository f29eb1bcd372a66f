/// A line that librdkafka wants to log.
public struct KafkaLogEntry: Sendable, CustomStringConvertible {
    /// Severity as in syslog.
    public enum Level: Int32, Sendable, Comparable {
        case emergency, alert, critical, error, warning, notice, info, debug

        public static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    }

    public let level: Level
    /// librdkafka's name for the place, for example `FAIL` or `REQTMOUT`.
    public let facility: String
    public let text: String

    public var description: String { "\(facility): \(text)" }
}

/// Takes log lines. Called on any thread, librdkafka's own among them, until the client is gone; it
/// must be quick and must not call the client.
public typealias KafkaLogSink = @Sendable (KafkaLogEntry) -> Void
