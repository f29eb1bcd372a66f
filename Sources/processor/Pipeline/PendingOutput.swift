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

    /// One message: slices of ``bytes``.
    struct Message: BitwiseCopyable {
        var kind: Kind
        /// ``RecordBatch/noBytes`` long if there is no key, respectively no value.
        var keyStart: Int
        var keyLength: Int
        var valueStart: Int
        var valueLength: Int
        /// Where a late record or dead letter came from; see ``Origin``. -1 for a row.
        var origin: Int
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

    let bytes = ByteArena(capacity: 4096)
    private(set) var messages: [Message] = []
    private(set) var origins: [Origin] = []
    private(set) var rowCount = 0

    var isEmpty: Bool { messages.isEmpty }

    func removeAll() {
        bytes.removeAll()
        messages.removeAll(keepingCapacity: true)
        origins.removeAll(keepingCapacity: true)
        rowCount = 0
    }

    /// Adds a row whose key, if it has one, and value have been appended to ``bytes``.
    func addRow(keyStart: Int, keyLength: Int, valueStart: Int) {
        rowCount += 1
        messages.append(
            Message(
                kind: .row, keyStart: keyStart, keyLength: keyLength, valueStart: valueStart,
                valueLength: bytes.count - valueStart, origin: -1))
    }

    /// Adds record `row` of `batch` as it came.
    func add(_ kind: Kind, _ batch: RecordBatch, row: Int, reason: Reason, partition: Int32) {
        let keyStart = bytes.count
        let keyLength = batch.keyLengths[row]
        if keyLength > 0 {
            bytes.append(from: batch.bytes, at: batch.keyStarts[row], count: keyLength)
        }
        let valueStart = bytes.count
        let valueLength = batch.valueLengths[row]
        if valueLength > 0 {
            bytes.append(from: batch.bytes, at: batch.valueStarts[row], count: valueLength)
        }
        add(
            kind, keyStart, keyLength, valueStart, valueLength,
            Origin(
                reason: reason, partition: partition, offset: batch.offsets[row],
                timestamp: batch.timestamps[row]))
    }

    /// Adds a row of aggregates that failed, its value having been appended to ``bytes``.
    func addFailedRow(valueStart: Int, error: RowError) {
        add(
            .deadLetter, valueStart, RecordBatch.noBytes, valueStart, bytes.count - valueStart,
            Origin(
                reason: .row(error), partition: -1, offset: -1,
                timestamp: RecordBatch.noTimestamp))
    }

    private func add(
        _ kind: Kind, _ keyStart: Int, _ keyLength: Int, _ valueStart: Int, _ valueLength: Int,
        _ origin: Origin
    ) {
        messages.append(
            Message(
                kind: kind, keyStart: keyStart, keyLength: keyLength, valueStart: valueStart,
                valueLength: valueLength, origin: origins.count))
        origins.append(origin)
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
