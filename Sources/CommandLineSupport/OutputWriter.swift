#if canImport(Darwin)
    internal import Darwin
#else
    internal import Glibc
#endif

/// Why bytes did not reach a file or standard output.
public enum OutputError: Error, Equatable, CustomStringConvertible {
    /// The reader has gone, as in `| head`: no failure, just the end of the work.
    case closed(name: String)
    /// The operating system refused; `code` is its errno.
    case failed(name: String, code: Int32)

    public var description: String {
        switch self {
        case .closed(let name): "\(name) was closed by its reader"
        case .failed(let name, let code): "cannot write to \(name): \(systemErrorText(code))"
        }
    }
}

/// The operating system's text for `code`, such as `No space left on device`.
public func systemErrorText(_ code: Int32) -> String {
    guard let text = unsafe strerror(code) else { return "error \(code)" }
    return unsafe String(cString: text)
}

/// Buffered bytes to standard output or to a file.
///
/// Not for several threads at once. What is still buffered when the writer goes away is lost:
/// call ``close()``, which reports the error that a silent `deinit` could not.
@safe public final class OutputWriter {
    /// What to call the target in messages: the path, or `standard output`.
    public let name: String
    /// Whether the target is a terminal, where each line should show at once.
    public let isTerminal: Bool
    private var descriptor: Int32
    private let buffer: UnsafeMutablePointer<UInt8>
    private let capacity: Int
    private var used = 0

    public enum Mode: Sendable {
        case truncate
        case append
    }

    /// Opens `path`, creating the file where there is none; `-` is standard output.
    public init(path: String, mode: Mode = .truncate, capacity: Int = 1 << 16) throws(OutputError) {
        precondition(capacity > 0)
        if path == "-" {
            name = "standard output"
            descriptor = STDOUT_FILENO
        } else {
            let how = mode == .append ? O_APPEND : O_TRUNC
            name = path
            descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC | how, 0o666)
            if descriptor < 0 { throw .failed(name: path, code: errno) }
        }
        isTerminal = isatty(descriptor) == 1
        self.capacity = capacity
        unsafe buffer = .allocate(capacity: capacity)
    }

    deinit {
        unsafe buffer.deallocate()
        if descriptor > STDERR_FILENO { _ = systemClose(descriptor) }
    }

    /// Takes a copy of `bytes`; writes when the buffer is full.
    public func write(_ bytes: Span<UInt8>) throws(OutputError) {
        if bytes.count > capacity - used { try flush() }
        guard bytes.count <= capacity else {
            try writeAll(bytes)
            return
        }
        unsafe bytes.withUnsafeBufferPointer { source in
            guard let base = source.baseAddress else { return }
            unsafe (buffer + used).update(from: base, count: source.count)
        }
        used += bytes.count
    }

    public func write(_ byte: UInt8) throws(OutputError) {
        if used == capacity { try flush() }
        unsafe buffer[used] = byte
        used += 1
    }

    /// Takes the UTF-8 of `text`. Allocates for text that is not contiguous.
    public func write(_ text: String) throws(OutputError) {
        let bytes = Array(text.utf8)
        try write(bytes.span)
    }

    /// Hands everything to the operating system.
    public func flush() throws(OutputError) {
        let pending = used
        used = 0
        try writeAll(unsafe UnsafeBufferPointer(start: buffer, count: pending).span)
    }

    /// Flushes and, for a file, closes: some systems tell only now that the disk is full.
    public func close() throws(OutputError) {
        try flush()
        guard descriptor > STDERR_FILENO else { return }
        let result = systemClose(descriptor)
        descriptor = -1
        if result != 0 { throw .failed(name: name, code: errno) }
    }

    private func writeAll(_ bytes: Span<UInt8>) throws(OutputError) {
        var start = 0
        while start < bytes.count {
            let rest = bytes.extracting(start...)
            let result = unsafe rest.withUnsafeBufferPointer {
                unsafe systemWrite(descriptor, $0.baseAddress, $0.count)
            }
            if result >= 0 {
                start += result
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN: waitUntilWritable()
            case EPIPE: throw .closed(name: name)
            case let code: throw .failed(name: name, code: code)
            }
        }
    }

    /// For a descriptor that another process made non-blocking.
    private func waitUntilWritable() {
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        unsafe poll(&entry, 1, 1000)
    }
}

// Inside the class these names are its own methods.
private func systemClose(_ descriptor: Int32) -> Int32 { close(descriptor) }

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int {
    unsafe write(descriptor, bytes, count)
}
