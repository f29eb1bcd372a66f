internal import CommandLineSupport
internal import Streaming

/// Rows as lines: NDJSON to standard output or a file.
final class LineSink: Sink {
    private let output: OutputWriter
    private let sideOutput: SideOutput
    private static let newline: [UInt8] = [UInt8(ascii: "\n")]

    /// - Throws: ``ExitError`` if the file cannot be made; an existing one is overwritten, since a
    ///   run over the same input gives the same rows.
    init(path: String, sideOutput: SideOutput) throws(ExitError) {
        do {
            output = try OutputWriter(path: path)
        } catch {
            throw ExitError(.usage, error.description)
        }
        self.sideOutput = sideOutput
    }

    func deliver(_ pending: PendingOutput) throws {
        for message in pending.messages {
            if message.kind == .row {
                try pending.withValue(of: message) { try output.write($0) }
                try output.write(Self.newline.span)
            } else {
                try sideOutput.write(message, of: pending)
            }
        }
        try output.flush()
        try sideOutput.flush()
    }

    func close() throws {
        try output.close()
        try sideOutput.close()
    }
}
