internal import Synchronization

#if canImport(Darwin)
    internal import Darwin
#else
    internal import Glibc
#endif

/// The program's log on standard error: whole lines, from any thread.
///
/// A line below the level costs one atomic load; its message and fields are not even built.
public enum Log {
    private static let threshold = Atomic<UInt8>(LogLevel.info.rank)
    private static let sink = Mutex(Sink())

    /// The lowest importance that is written, at the start ``LogLevel/info``.
    public static func configure(level: LogLevel, format: LogFormat) {
        threshold.store(level.rank, ordering: .relaxed)
        sink.withLock { $0.format = format }
    }

    public static func isEnabled(_ level: LogLevel) -> Bool {
        level.rank <= threshold.load(ordering: .relaxed)
    }

    public static func error(
        _ message: @autoclosure () -> String, _ fields: @autoclosure () -> LogFields = [:]
    ) { write(.error, message, fields) }

    public static func warning(
        _ message: @autoclosure () -> String, _ fields: @autoclosure () -> LogFields = [:]
    ) { write(.warning, message, fields) }

    public static func info(
        _ message: @autoclosure () -> String, _ fields: @autoclosure () -> LogFields = [:]
    ) { write(.info, message, fields) }

    public static func debug(
        _ message: @autoclosure () -> String, _ fields: @autoclosure () -> LogFields = [:]
    ) { write(.debug, message, fields) }

    /// Writes at a level known only at run time, as a library's own log has.
    public static func write(
        _ level: LogLevel, _ message: () -> String, _ fields: () -> LogFields = { [:] }
    ) {
        guard isEnabled(level) else { return }
        let time = utcText(microseconds: SystemTime().now())
        let message = message()
        let fields = fields()
        sink.withLock { sink in
            sink.write(
                LogLine(sink.format, time: time, level: level, message: message, fields: fields))
        }
    }

    /// Whether standard error is a terminal, where a status line can stand.
    public static let isTerminal = isatty(STDERR_FILENO) == 1

    /// Shows `text` in the last line of the terminal in place of the previous status; log lines
    /// appear above it. Empty text removes it. Does nothing where there is no terminal.
    public static func showStatus(_ text: String) {
        guard isTerminal else { return }
        sink.withLock { $0.show(status: text) }
    }

    /// UTC as `2026-11-20T21:00:00.123Z`.
    public static func utcText(microseconds: Int64) -> String {
        let (seconds, fraction) = (microseconds.floorDivided(by: 1_000_000))
        var moment = time_t(seconds)
        var parts = unsafe tm()
        unsafe gmtime_r(&moment, &parts)
        func padded(_ number: some BinaryInteger, _ width: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
        }
        let date = unsafe """
        \(padded(Int(parts.tm_year) + 1900, 4))-\(padded(parts.tm_mon + 1, 2))\
        -\(padded(parts.tm_mday, 2))
        """
        let clock = unsafe """
        \(padded(parts.tm_hour, 2)):\(padded(parts.tm_min, 2)):\(padded(parts.tm_sec, 2))
        """
        return "\(date)T\(clock).\(padded(fraction / 1000, 3))Z"
    }
}

extension Log {
    /// What the lock guards.
    private struct Sink {
        var format = LogFormat.text
        private var status = ""

        mutating func write(_ line: LogLine) {
            guard !status.isEmpty else { return put(line.bytes) }
            put(Array(Self.eraseLine.utf8) + line.bytes + Array(status.utf8))
        }

        mutating func show(status text: String) {
            guard text != status else { return }
            status = text
            put(Array((Self.eraseLine + text).utf8))
        }

        private static let eraseLine = "\r\u{1B}[K"

        /// One `write` for the whole line; a log that cannot be written has nobody to tell.
        private func put(_ bytes: [UInt8]) {
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = unsafe rest.withUnsafeBufferPointer {
                    unsafe Self.write(STDERR_FILENO, $0)
                }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
        }

        private static func write(_ descriptor: Int32, _ bytes: UnsafeBufferPointer<UInt8>) -> Int {
            #if canImport(Darwin)
                unsafe Darwin.write(descriptor, bytes.baseAddress, bytes.count)
            #else
                unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count)
            #endif
        }
    }
}

extension Int64 {
    fileprivate func floorDivided(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
