internal import CommandLineSupport
internal import JSON
internal import Streaming

/// Late records and dead letters of a pipeline whose sink is not Kafka: NDJSON to a file each.
///
/// Without a file they are counted, and the first few are shown in the log.
final class SideOutput {
    private let late: OutputWriter?
    private let deadLetters: OutputWriter?
    private let source: String
    private let line = ByteArena()
    private var shown: [PendingOutput.Kind: Int] = [:]
    private static let maximumShown = 3
    private static let maximumShownBytes = 200

    /// - Parameter source: what the records came from, for the field `topic`.
    init(source: String, lateFile: String?, deadLetterFile: String?) throws(ExitError) {
        self.source = source
        do {
            late = try lateFile.map { path throws(OutputError) in try OutputWriter(path: path) }
            deadLetters = try deadLetterFile.map { path throws(OutputError) in
                try OutputWriter(path: path)
            }
        } catch {
            throw ExitError(.usage, error.description)
        }
    }

    func write(_ message: PendingOutput.Message, of pending: PendingOutput) throws(OutputError) {
        guard let writer = message.kind == .late ? late : deadLetters else {
            return show(message, of: pending)
        }
        line.removeAll()
        SideRecord.append(message, of: pending, source: source, to: line)
        line.append(UInt8(ascii: "\n"))
        try line.withSpan { bytes throws(OutputError) in try writer.write(bytes) }
    }

    /// Shows the first few that have no file to go to.
    private func show(_ message: PendingOutput.Message, of pending: PendingOutput) {
        let count = shown[message.kind, default: 0] + 1
        guard count <= Self.maximumShown + 1 else { return }
        shown[message.kind] = count
        let name = message.kind == .late ? "late record" : "dead letter"
        let option = message.kind == .late ? "--late-file" : "--dead-letter-file"
        guard count <= Self.maximumShown else {
            return Log.warning("further \(name)s are only counted; \(option) F keeps them")
        }
        guard let origin = pending.origin(of: message) else {
            preconditionFailure("a row is no side output")
        }
        Log.warning(
            name,
            [
                "reason": origin.reason.description, "offset": origin.offset,
                "value": pending.valueText(
                    of: message, maximumBytes: Self.maximumShownBytes),
            ])
    }

    func flush() throws(OutputError) {
        try late?.flush()
        try deadLetters?.flush()
    }

    func close() throws(OutputError) {
        try late?.close()
        try deadLetters?.close()
    }
}

/// A late record or dead letter as one JSON object.
enum SideRecord {
    /// Appends `{"reason":…,"topic":…,"partition":…,"offset":…,"timestamp":…,"watermark":…,"key":…,
    /// "value":…}`; key and value are text, or base64 under `keyBase64` and `valueBase64` where
    /// they are not UTF-8; what there is not is left out, a null value is null.
    static func append(
        _ message: PendingOutput.Message, of pending: PendingOutput, source: String,
        to line: ByteArena
    ) {
        guard let origin = pending.origin(of: message) else {
            preconditionFailure("a row is no side output")
        }
        line.append("{\"reason\":")
        append(text: origin.reason.description, to: line)
        line.append(",\"topic\":")
        append(text: source, to: line)
        if origin.offset >= 0 {
            line.append(",\"partition\":")
            TextFormat.append(integer: Int64(origin.partition), to: line)
            line.append(",\"offset\":")
            TextFormat.append(integer: origin.offset, to: line)
        }
        if origin.timestamp != RecordBatch.noTimestamp {
            line.append(",\"timestamp\":")
            TextFormat.append(integer: origin.timestamp, to: line)
        }
        if case .late(let watermark) = origin.reason {
            line.append(",\"watermark\":\"")
            TextFormat.append(isoTimestamp: watermark, to: line)
            line.append("\"")
        }
        if message.keyLength >= 0 {
            pending.withKey(of: message) { append($0, name: "key", to: line) }
        }
        if message.valueLength >= 0 {
            pending.withValue(of: message) { append($0, name: "value", to: line) }
        } else {
            line.append(",\"value\":null")
        }
        line.append("}")
    }

    private static func append(text: String, to line: ByteArena) {
        let bytes = Array(text.utf8)
        JSONText.appendQuoted(bytes.span, to: line)
    }

    private static func append(_ bytes: Span<UInt8>, name: String, to line: ByteArena) {
        if UTF8Check.isValid(bytes) {
            line.append(",\"\(name)\":")
            JSONText.appendQuoted(bytes, to: line)
        } else {
            line.append(",\"\(name)Base64\":\"")
            Base64.append(bytes, to: line)
            line.append("\"")
        }
    }
}
