internal import CommandLineSupport
internal import Glibc
internal import Streaming

/// Reads a file or standard input as lines, a block at a time.
///
/// A line ends with LF, CR LF or CR, as Spark splits them; blank lines are skipped. A line longer
/// than ``maximumLineBytes`` is cut there, which makes it a dead letter: it cannot be whole JSON.
@safe final class LineReader {
    /// What to call the file in messages.
    let name: String
    private let descriptor: Int32
    /// What was read; the lines before ``position`` have been handed out.
    private let block = ByteArena(capacity: blockBytes)
    private var position = 0
    private var isAtEnd = false
    /// The line at ``position`` goes on from one that was cut.
    private var isInCutLine = false

    private static let blockBytes = 1 << 20
    static let maximumLineBytes = 16 << 20

    /// Opens `path`; `-` is standard input.
    init(path: String) throws(ExitError) {
        if path == "-" {
            name = "standard input"
            descriptor = STDIN_FILENO
            return
        }
        name = path
        descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw ExitError(.usage, "cannot read \(path): \(systemErrorText(errno))")
        }
    }

    deinit { if descriptor > STDERR_FILENO { _ = Glibc.close(descriptor) } }

    /// Appends lines to `batch` as records of `partition`, numbered from `nextOffset` on, until it
    /// has `maximumRecords` or the input at hand is used up. False at the end of the file. If there
    /// is no line at hand it waits for input, up to `waitMilliseconds`, less if a signal arrives.
    func read(
        into batch: RecordBatch, partition: Int, nextOffset: inout Int64, maximumRecords: Int,
        waitMilliseconds: Int
    ) throws(ExitError) -> Bool {
        if nextLine() == nil, !isAtEnd, hasInput(within: waitMilliseconds) { try readBlock() }
        while batch.count < maximumRecords, let line = nextLine() {
            append(line, to: batch, partition: partition, nextOffset: &nextOffset)
            position = line.next
        }
        return !isAtEnd || position < block.count
    }

    /// Whether a read would not block; always so for a file.
    private func hasInput(within milliseconds: Int) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return unsafe Glibc.poll(&entry, 1, Int32(clamping: milliseconds)) > 0
    }

    /// Reads one block behind the line that is not complete yet.
    private func readBlock() throws(ExitError) {
        let rest = block.count - position
        block.storage.copy(from: block.storage, at: position, to: 0, count: rest)
        block.truncate(to: rest)
        position = 0
        let start = block.appendUninitialized(Self.blockBytes)
        let count = block.storage.withMutableSpan(start..<start + Self.blockBytes) { span in
            unsafe span.withUnsafeMutableBytes {
                unsafe Glibc.read(descriptor, $0.baseAddress, $0.count)
            }
        }
        let code = errno
        block.truncate(to: start + max(0, count))
        if count < 0, code != EINTR, code != EAGAIN {
            throw ExitError(.failure, "cannot read \(name): \(systemErrorText(code))")
        }
        if count == 0 { isAtEnd = true }
    }

    private struct Line {
        var range: Range<Int>
        /// Where the next line begins.
        var next: Int
        var isCut = false
    }

    /// The line at ``position``; nil if its end is not there yet.
    @inline(__always)
    private func nextLine() -> Line? {
        let end = block.count
        guard position < end else { return nil }
        let feed = block.storage.firstIndex(of: UInt8(ascii: "\n"), in: position..<end)
        let limit = feed ?? end
        if limit - position > Self.maximumLineBytes {
            let cut = position + Self.maximumLineBytes
            return Line(range: position..<cut, next: cut, isCut: true)
        }
        if let carriage = block.storage.firstIndex(of: UInt8(ascii: "\r"), in: position..<limit) {
            // A CR at the end of what was read may be half of CR LF.
            guard carriage + 1 < end || isAtEnd else { return nil }
            let isPair = carriage + 1 < end && block[carriage + 1] == UInt8(ascii: "\n")
            return Line(range: position..<carriage, next: carriage + (isPair ? 2 : 1))
        }
        if let feed { return Line(range: position..<feed, next: feed + 1) }
        return isAtEnd ? Line(range: position..<end, next: end) : nil
    }

    private func append(
        _ line: Line, to batch: RecordBatch, partition: Int, nextOffset: inout Int64
    ) {
        let isRest = isInCutLine
        isInCutLine = line.isCut
        if isRest { return }
        defer { nextOffset += 1 }
        guard !isBlank(line.range) else { return }
        let start = batch.bytes.count
        batch.bytes.append(from: block, at: line.range.lowerBound, count: line.range.count)
        batch.append(
            valueStart: start, valueLength: line.range.count, partition: partition,
            offset: nextOffset,
            timestamp: RecordBatch.noTimestamp)
    }

    private func isBlank(_ line: Range<Int>) -> Bool {
        for position in line {
            let byte = block[position]
            if byte != UInt8(ascii: " ") && byte != UInt8(ascii: "\t") { return false }
        }
        return true
    }
}

extension Buffer where Element == UInt8 {
    /// The first position of `byte` within `range`.
    @inline(__always)
    fileprivate func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
        withSpan(range) { span in
            unsafe span.withUnsafeBytes { bytes in
                guard let base = bytes.baseAddress,
                    let found = unsafe memchr(base, Int32(byte), bytes.count)
                else { return nil }
                return unsafe range.lowerBound + (UnsafeRawPointer(found) - UnsafeRawPointer(base))
            }
        }
    }
}
