internal import CommandLineSupport

/// Where the readings go.
protocol ReadingSink {
    /// What to call it in the log.
    var name: String { get }
    /// Messages handed over whose fate is not known yet.
    var inFlight: Int { get }
    /// Messages that the brokers have acknowledged; nil where nobody does.
    var acknowledged: Int? { get }

    /// Takes a copy of the message.
    func send(key: Span<UInt8>, message: Span<UInt8>) throws
    /// Between two iterations.
    func endIteration() throws
    /// Passes time until the next iteration; it may return early.
    func wait(_ span: TimeSpan, time: some TimeSource) throws
    /// Brings everything home. Throws if something did not arrive.
    func finish() throws
}

/// Lines of JSON in a file or on standard output.
struct FileSink: ReadingSink {
    private let writer: OutputWriter
    private let flushesEachIteration: Bool

    init(path: String, flushesEachIteration: Bool) throws(OutputError) {
        writer = try OutputWriter(path: path)
        self.flushesEachIteration = flushesEachIteration || writer.isTerminal
    }

    var name: String { writer.name }
    var inFlight: Int { 0 }
    var acknowledged: Int? { nil }

    func send(key: Span<UInt8>, message: Span<UInt8>) throws {
        try writer.write(message)
        try writer.write(UInt8(ascii: "\n"))
    }

    func endIteration() throws {
        if flushesEachIteration { try writer.flush() }
    }

    func wait(_ span: TimeSpan, time: some TimeSource) { time.wait(span) }

    func finish() throws { try writer.close() }
}
