/// Something in a spec that Druid would refuse, ignore, or take for something else.
public struct Problem: Hashable, Sendable, CustomStringConvertible {
    public enum Severity: Hashable, Sendable {
        /// The spec is not posted.
        case error
        case warning
    }

    /// The file's name as the user gave it.
    public let file: String
    public let position: TextPosition
    /// The field, such as `spec.ioConfig.topic`; empty where the text is not JSON at all.
    public let field: String
    /// What is wrong and what to do.
    public let message: String
    public let severity: Severity

    public init(
        file: String, position: TextPosition, field: String, message: String,
        severity: Severity = .error
    ) {
        self.file = file
        self.position = position
        self.field = field
        self.message = message
        self.severity = severity
    }

    /// `druid-specs/raw.json:12:7: spec.ioConfig.topic: …`
    public var description: String {
        let place = "\(file):\(position.line):\(position.column): "
        return place + (field.isEmpty ? "" : "\(field): ") + message
    }
}

/// A spec that cannot be read, with every problem found.
public struct InvalidSpec: Error, Sendable {
    public let problems: [Problem]
}
