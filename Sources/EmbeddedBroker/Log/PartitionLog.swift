/// The log of one partition: record batches in memory, and what transactions did to them.
///
/// Offsets are dense over batches, markers of transactions included. The end of the log is the
/// high watermark: there are no replicas to wait for.
final class PartitionLog {
    struct Batch {
        var header: RecordBatchHeader
        var bytes: [UInt8]
        /// When the broker appended it; retention by age goes by it.
        var appendTime: Milliseconds
    }

    /// A transaction that was aborted here.
    struct AbortedTransaction: Sendable, Equatable {
        var producerID: Int64
        var firstOffset: Int64
        /// The offset of the marker.
        var lastOffset: Int64
    }

    private(set) var batches: [Batch] = []
    private(set) var logStartOffset: Int64 = 0
    /// The offset of the next record.
    private(set) var endOffset: Int64 = 0
    /// Bytes of all batches.
    private(set) var byteCount = 0
    private(set) var producers: [Int64: ProducerWindow] = [:]
    /// The first offset of each producer's open transaction.
    private(set) var openTransactions: [Int64: Int64] = [:]
    /// In the order of their markers.
    private(set) var abortedTransactions: [AbortedTransaction] = []
    /// Whether readers are shown nothing, as if nothing had come: a fault for tests.
    var isPaused = false

    /// Below this offset every transaction has ended.
    var lastStableOffset: Int64 { openTransactions.values.min() ?? endOffset }

    /// Appends a batch whose header was read and checked, unless its sequence number forbids it.
    ///
    /// - Parameter stamp: the time for the records of a topic with LogAppendTime; nil keeps the
    ///   producer's.
    func append(
        _ header: RecordBatchHeader, _ bytes: consuming [UInt8], stamp: Milliseconds?,
        now: Milliseconds
    ) -> AppendResult {
        var header = header
        if header.producer.id >= 0 {
            switch ProducerWindow.verdict(on: header, producers[header.producer.id]) {
            case .inSequence: break
            case .duplicate(let sent):
                return AppendResult(
                    error: .none, baseOffset: sent.baseOffset,
                    logAppendTime: stamp == nil ? -1 : sent.timestamp,
                    logStartOffset: logStartOffset)
            case .refused(let code):
                return AppendResult(error: code, logStartOffset: logStartOffset)
            }
        }
        header.place(at: endOffset, in: &bytes)
        header.stamp(stamp, in: &bytes)
        if header.producer.id >= 0 {
            producers[header.producer.id, default: ProducerWindow(epoch: header.producer.epoch)]
                .record(header, appendTime: now)
            if header.isTransactional, openTransactions[header.producer.id] == nil {
                openTransactions[header.producer.id] = endOffset
            }
        }
        store(Batch(header: header, bytes: bytes, appendTime: now))
        return AppendResult(
            error: .none, baseOffset: header.baseOffset, logAppendTime: stamp ?? -1,
            logStartOffset: logStartOffset)
    }

    /// Ends the transaction of `producer` here with a marker, which takes one offset.
    func appendMarker(_ producer: ProducerIdentity, commits: Bool, now: Milliseconds) {
        var bytes = RecordBatchBuilder.marker(producer: producer, commits: commits, time: now)
        var header = RecordBatchHeader(reading: bytes)
        header.place(at: endOffset, in: &bytes)
        if let first = openTransactions.removeValue(forKey: producer.id), !commits {
            abortedTransactions.append(
                AbortedTransaction(
                    producerID: producer.id, firstOffset: first, lastOffset: endOffset))
        }
        producers[producer.id, default: ProducerWindow(epoch: producer.epoch)]
            .advance(to: producer.epoch)
        store(Batch(header: header, bytes: bytes, appendTime: now))
    }

    private func store(_ batch: Batch) {
        batches.append(batch)
        byteCount += batch.bytes.count
        endOffset = batch.header.lastOffset + 1
    }

    /// Moves the start of the log up to `offset`, and lets go of the batches wholly below it.
    func deleteRecords(before offset: Int64) {
        guard offset > logStartOffset else { return }
        logStartOffset = min(offset, endOffset)
        let kept = batches.firstIndex { $0.header.lastOffset >= logStartOffset } ?? batches.count
        byteCount -= batches[..<kept].reduce(0) { $0 + $1.bytes.count }
        batches.removeFirst(kept)
        abortedTransactions.removeAll { $0.lastOffset < logStartOffset }
    }

    /// The index of the first batch that reaches `offset`.
    func index(of offset: Int64) -> Int {
        var low = 0
        var high = batches.count
        while low < high {
            let middle = (low + high) / 2
            if batches[middle].header.lastOffset < offset {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }

    /// The start that frees at least `bytes`, in whole batches.
    func start(freeing bytes: Int) -> Int64 {
        var freed = 0
        for batch in batches {
            if freed >= bytes { return batch.header.baseOffset }
            freed += batch.bytes.count
        }
        return endOffset
    }

    /// The start that keeps what was appended at `time` or later.
    func start(appendedSince time: Milliseconds) -> Int64 {
        batches.first { $0.appendTime >= time }?.header.baseOffset ?? endOffset
    }
}
