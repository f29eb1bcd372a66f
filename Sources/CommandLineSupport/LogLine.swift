/// How important a log line is, the most important first.
public enum LogLevel: String, CaseIterable, Comparable, Sendable {
    case error, warning, info, debug

    var rank: UInt8 {
        switch self {
        case .error: 0
        case .warning: 1
        case .info: 2
        case .debug: 3
        }
    }

    public static func < (left: LogLevel, right: LogLevel) -> Bool { left.rank < right.rank }
}

/// What a log line looks like.
public enum LogFormat: String, CaseIterable, Sendable {
    /// `2026-11-20T21:00:00.123Z info  connected brokers=localhost:9092`
    case text
    /// One JSON object a line: `time`, `level`, `message` and the fields.
    case json
}

/// Names and values that go with a message. Numbers and booleans stay such in JSON.
public typealias LogFields = KeyValuePairs<String, any CustomStringConvertible>

/// One line of the log as bytes.
struct LogLine {
    private(set) var bytes: [UInt8] = []

    /// - Parameter time: UTC text such as `2026-11-20T21:00:00.123Z`.
    init(
        _ format: LogFormat, time: String, level: LogLevel, message: String, fields: LogFields
    ) {
        switch format {
        case .text: appendText(time, level, message, fields)
        case .json: appendJSON(time, level, message, fields)
        }
        append(byte: UInt8(ascii: "\n"))
    }

    private mutating func appendText(
        _ time: String, _ level: LogLevel, _ message: String, _ fields: LogFields
    ) {
        let padding = String(repeating: " ", count: 7 - level.rawValue.utf8.count)
        append("\(time) \(level.rawValue)\(padding) ")
        appendPrintable(message)
        for (name, value) in fields {
            append(" \(name)=")
            let text = value.description
            if text.isEmpty || text.unicodeScalars.contains(where: Self.needsQuotes) {
                appendQuoted(text)
            } else {
                append(text)
            }
        }
    }

    private mutating func appendJSON(
        _ time: String, _ level: LogLevel, _ message: String, _ fields: LogFields
    ) {
        append("{\"time\":\"\(time)\",\"level\":\"\(level.rawValue)\",\"message\":")
        appendQuoted(message)
        for (name, value) in fields {
            append(",")
            appendQuoted(name)
            append(":")
            switch value {
            case let number as Double where !number.isFinite: appendQuoted(number.description)
            case is any BinaryInteger, is Double, is Bool: append(value.description)
            default: appendQuoted(value.description)
            }
        }
        append("}")
    }

    private static func needsQuotes(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value <= 0x20 || scalar.value == 0x7F || scalar == "\"" || scalar == "="
    }

    /// A message in text: line breaks stay, indented, so that a caret under a query stays in place;
    /// other control characters are escaped, because a log is read in terminals.
    private mutating func appendPrintable(_ text: String) {
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0A: append("\n    ")
            case 0..<0x20, 0x7F: appendEscape(scalar)
            default: append(String(scalar))
            }
        }
    }

    private mutating func appendQuoted(_ text: String) {
        append("\"")
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x22: append("\\\"")
            case 0x5C: append("\\\\")
            case 0x0A: append("\\n")
            case 0x0D: append("\\r")
            case 0x09: append("\\t")
            case 0..<0x20, 0x7F: appendEscape(scalar)
            default: append(String(scalar))
            }
        }
        append("\"")
    }

    private mutating func appendEscape(_ scalar: Unicode.Scalar) {
        let digits = String(scalar.value, radix: 16)
        append("\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits)
    }

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }
    private mutating func append(byte: UInt8) { bytes.append(byte) }
}
