/// What a partition remembers of an idempotent producer: its epoch and its last five batches.
///
/// Kafka's rule: a producer may have five requests in flight, so a batch sent again is one of the
/// last five; it is answered with the offset it got the first time.
struct ProducerWindow: Sendable {
    struct Batch: Sendable, Equatable {
        var firstSequence: Int32
        var lastSequence: Int32
        var baseOffset: Int64
        var timestamp: Milliseconds
    }

    static let size = 5

    private(set) var epoch: Int16
    private(set) var batches: [Batch] = []

    init(epoch: Int16) { self.epoch = epoch }

    /// How a batch relates to those before it.
    enum Verdict: Equatable {
        case inSequence
        /// Sent before, and stored then.
        case duplicate(Batch)
        case refused(ErrorCode)
    }

    /// - Parameter window: nil for a producer that the partition does not know; it may begin at
    ///   any number, since its earlier batches may have been deleted.
    static func verdict(on header: RecordBatchHeader, _ window: ProducerWindow?) -> Verdict {
        guard let window else { return .inSequence }
        if header.producer.epoch < window.epoch { return .refused(.invalidProducerEpoch) }
        if header.producer.epoch > window.epoch {
            return header.baseSequence == 0 ? .inSequence : .refused(.outOfOrderSequenceNumber)
        }
        let sent = window.batches.first {
            $0.firstSequence == header.baseSequence && $0.lastSequence == header.lastSequence
        }
        if let sent { return .duplicate(sent) }
        let next = window.batches.last.map {
            RecordBatchHeader.sequence($0.lastSequence, advancedBy: 1)
        }
        return header.baseSequence == next ?? 0
            ? .inSequence : .refused(.outOfOrderSequenceNumber)
    }

    mutating func record(_ header: RecordBatchHeader, appendTime: Milliseconds) {
        advance(to: header.producer.epoch)
        if batches.count == Self.size { batches.removeFirst() }
        batches.append(
            Batch(
                firstSequence: header.baseSequence, lastSequence: header.lastSequence,
                baseOffset: header.baseOffset, timestamp: appendTime))
    }

    /// Takes note of a higher epoch, whose sequence numbers begin at 0.
    mutating func advance(to epoch: Int16) {
        guard epoch > self.epoch else { return }
        self.epoch = epoch
        batches = []
    }
}
