internal import Streaming

/// What a run has made and not yet delivered: result rows, late records and dead letters.
///
/// It is delivered and then emptied as a whole; with the progress of the partitions it is all that
/// one commit contains.
final class PendingOutput {
    enum Kind: UInt8, BitwiseCopyable {
        case row
        case late
        case deadLetter
    }

    /// One message; its key and then its value are a run of bytes in a chunk.
    struct Message: BitwiseCopyable {
        fileprivate var chunk: Int32
        fileprivate var start: Int32
        /// ``RecordBatch/noBytes`` if there is no key.
        var keyLength: Int
        /// ``RecordBatch/noBytes`` if there is no value.
        var valueLength: Int
        /// A place in ``PendingOutput/origins``; -1 for a row.
        fileprivate var origin: Int32
        var kind: Kind

        fileprivate var valueStart: Int { Int(start) + max(0, keyLength) }
    }

    /// Where a late record or a dead letter came from, and why it is one.
    struct Origin: Hashable {
        var reason: Reason
        var partition: Int32
        var offset: Int64
        /// Milliseconds since 1970, ``RecordBatch/noTimestamp`` if there is none.
        var timestamp: Int64
    }

    enum Reason: Hashable {
        case late(watermark: Int64)
        case defect(RecordDefect)
        /// An expression over finished aggregates failed.
        case row(RowError)
    }

    private(set) var messages: [Message] = []
    private var origins: [Origin] = []
    /// Keys and values. Many chunks rather than a growing one: when a window of a million keys
    /// closes, nothing is copied and no room is left over.
    private var chunks = [ByteArena(capacity: 4096)]
    private var chunk = 0
    /// A chunk that has this many bytes takes no more messages.
    private static let chunkBytes = 1 << 20
    /// What is kept for the next time: more was an exception.
    private static let maximumKeptChunks = 8
    private static let maximumKeptMessages = 1 << 16

    var isEmpty: Bool { messages.isEmpty }

    /// Bytes of keys and values, about.
    var byteCount: Int { chunk * Self.chunkBytes + chunks[chunk].count }

    func removeAll() {
        if chunks.count > Self.maximumKeptChunks {
            chunks.removeSubrange(Self.maximumKeptChunks...)
        }
        chunk = 0
        chunks[0].removeAll()
        messages.removeAll(keepingCapacity: messages.capacity <= Self.maximumKeptMessages)
        origins.removeAll(keepingCapacity: origins.capacity <= Self.maximumKeptMessages)
    }

    // MARK: Adding

    /// Adds a row. `key` and then `value` append to the arena that they get; `key` says whether
    /// there is one.
    func addRow(key: (ByteArena) -> Bool, value: (ByteArena) -> Void) {
        let arena = beginMessage()
        let start = arena.count
        let hasKey = key(arena)
        let valueStart = arena.count
        value(arena)
        append(
            .row, start, keyLength: hasKey ? valueStart - start : RecordBatch.noBytes,
            valueLength: arena.count - valueStart)
    }

    /// Adds record `row` of `batch` as it came.
    func add(_ kind: Kind, _ batch: RecordBatch, row: Int, reason: Reason, partition: Int32) {
        let arena = beginMessage()
        let start = arena.count
        let keyLength = batch.keyLengths[row]
        if keyLength > 0 {
            arena.append(from: batch.bytes, at: batch.keyStarts[row], count: keyLength)
        }
        let valueLength = batch.valueLengths[row]
        if valueLength > 0 {
            arena.append(from: batch.bytes, at: batch.valueStarts[row], count: valueLength)
        }
        append(
            kind, start, keyLength: keyLength, valueLength: valueLength,
            Origin(
                reason: reason, partition: partition, offset: batch.offsets[row],
                timestamp: batch.timestamps[row]))
    }

    /// Adds a row of aggregates that failed; `value` appends what there is of it.
    func addFailedRow(error: RowError, value: (ByteArena) -> Void) {
        let arena = beginMessage()
        let start = arena.count
        value(arena)
        append(
            .deadLetter, start, keyLength: RecordBatch.noBytes, valueLength: arena.count - start,
            Origin(
                reason: .row(error), partition: -1, offset: -1,
                timestamp: RecordBatch.noTimestamp))
    }

    /// The chunk that takes the next message.
    private func beginMessage() -> ByteArena {
        if chunks[chunk].count >= Self.chunkBytes {
            chunk += 1
            if chunk == chunks.count { chunks.append(ByteArena(capacity: Self.chunkBytes)) }
            chunks[chunk].removeAll()
        }
        return chunks[chunk]
    }

    private func append(
        _ kind: Kind, _ start: Int, keyLength: Int, valueLength: Int, _ origin: Origin? = nil
    ) {
        messages.append(
            Message(
                chunk: Int32(chunk), start: Int32(start), keyLength: keyLength,
                valueLength: valueLength, origin: origin == nil ? -1 : Int32(origins.count),
                kind: kind))
        if let origin { origins.append(origin) }
    }

    // MARK: Reading

    /// Lends the key of `message`, no bytes if it has none.
    func withKey<Result: ~Copyable, Failure: Error>(
        of message: Message, _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try chunks[Int(message.chunk)].withSpan(
            at: Int(message.start), count: max(0, message.keyLength), body)
    }

    /// Lends the value of `message`, no bytes if it has none.
    func withValue<Result: ~Copyable, Failure: Error>(
        of message: Message, _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try chunks[Int(message.chunk)].withSpan(
            at: message.valueStart, count: max(0, message.valueLength), body)
    }

    /// The value as text, cut to `maximumBytes`. Allocates.
    func valueText(of message: Message, maximumBytes: Int = .max) -> String {
        withValue(of: message) {
            String(decodingUTF8: $0.extracting(0..<min($0.count, maximumBytes)))
        }
    }

    /// Where a late record or dead letter came from; nil for a row.
    func origin(of message: Message) -> Origin? {
        message.origin < 0 ? nil : origins[Int(message.origin)]
    }
}

extension PendingOutput.Reason: CustomStringConvertible {
    /// The reason that a late record or dead letter carries.
    var description: String {
        switch self {
        case .late: "late"
        case .defect(let defect): defect.description
        case .row(let error): error.description
        }
    }
}
