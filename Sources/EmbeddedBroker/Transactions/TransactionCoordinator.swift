/// Producer ids, and the transactions of those producers that have a transactional id.
///
/// It decides; the broker carries out: a `Settlement` says which partitions get a marker and whose
/// offsets become valid or void. With one broker that happens at once, so a transaction is never
/// seen half ended.
struct TransactionCoordinator {
    /// The end of a transaction.
    struct Settlement: Equatable {
        /// With the epoch that the markers carry.
        var producer: ProducerIdentity
        var commits: Bool
        var partitions: Set<BrokerPartition>
        var groups: Set<String>
    }

    private enum State { case empty, ongoing, committed, aborted }

    private struct Entry {
        var producer: ProducerIdentity
        /// The epoch before the last that the producer itself asked to raise (KIP-360): its
        /// request may come twice.
        var previousEpoch: Int16?
        var timeout: Milliseconds
        var state = State.empty
        var deadline: Milliseconds = 0
        var partitions: Set<BrokerPartition> = []
        var groups: Set<String> = []
    }

    /// The longest `transaction.timeout.ms` taken.
    let maximumTimeout: Milliseconds
    private var entries: [String: Entry] = [:]
    private var transactionalIDs: [Int64: String] = [:]
    private var nextProducerID: Int64 = 1000

    init(maximumTimeout: Milliseconds) { self.maximumTimeout = maximumTimeout }

    private mutating func newProducerID() -> Int64 {
        defer { nextProducerID += 1 }
        return nextProducerID
    }

    /// Gives a producer its id. One with a transactional id gets the next epoch, which fences its
    /// predecessor, whose open transaction is aborted.
    mutating func initialize(
        _ request: InitProducerIDRequest
    ) -> (response: InitProducerIDResponse, settlement: Settlement?) {
        func refusal(_ code: ErrorCode) -> (InitProducerIDResponse, Settlement?) {
            (InitProducerIDResponse(error: code, producer: .none), nil)
        }
        guard let id = request.transactionalID else {
            let producer = ProducerIdentity(id: newProducerID(), epoch: 0)
            return (InitProducerIDResponse(producer: producer), nil)
        }
        guard !id.isEmpty else { return refusal(.invalidRequest) }
        guard (1...maximumTimeout).contains(request.transactionTimeout) else {
            return refusal(.invalidTransactionTimeout)
        }
        guard var entry = entries[id] else {
            let producer = ProducerIdentity(id: newProducerID(), epoch: 0)
            entries[id] = Entry(producer: producer, timeout: request.transactionTimeout)
            transactionalIDs[producer.id] = id
            return (InitProducerIDResponse(producer: producer), nil)
        }
        if request.current.id >= 0 {
            let isRepeated =
                request.current.id == entry.producer.id
                && request.current.epoch == entry.previousEpoch
            if isRepeated { return (InitProducerIDResponse(producer: entry.producer), nil) }
            guard request.current == entry.producer else { return refusal(.producerFenced) }
        }
        let settlement = entry.state == .ongoing ? abort(&entry) : nil
        if settlement == nil { raiseEpoch(&entry) }
        entry.previousEpoch = request.current.id >= 0 ? request.current.epoch : nil
        entry.state = .empty
        entry.timeout = request.transactionTimeout
        renewIfExhausted(&entry, id)
        entries[id] = entry
        return (InitProducerIDResponse(producer: entry.producer), settlement)
    }

    private func raiseEpoch(_ entry: inout Entry) {
        entry.producer.epoch = min(entry.producer.epoch, .max - 1) + 1
    }

    /// A producer id whose epochs are used up is replaced by a new one.
    private mutating func renewIfExhausted(_ entry: inout Entry, _ id: String) {
        guard entry.producer.epoch == .max else { return }
        transactionalIDs[entry.producer.id] = nil
        entry.producer = ProducerIdentity(id: newProducerID(), epoch: 0)
        entry.previousEpoch = nil
        transactionalIDs[entry.producer.id] = id
    }

    /// Ends the open transaction against its producer's will: a higher epoch shuts that out.
    private func abort(_ entry: inout Entry) -> Settlement {
        raiseEpoch(&entry)
        entry.previousEpoch = nil
        return settle(&entry, commits: false)
    }

    private func settle(_ entry: inout Entry, commits: Bool) -> Settlement {
        defer {
            entry.partitions = []
            entry.groups = []
            entry.state = commits ? .committed : .aborted
        }
        return Settlement(
            producer: entry.producer, commits: commits, partitions: entry.partitions,
            groups: entry.groups)
    }

    private func entry(
        _ id: String, _ producer: ProducerIdentity
    ) throws(ErrorCode) -> Entry {
        guard let entry = entries[id], entry.producer.id == producer.id else {
            throw .invalidProducerIDMapping
        }
        // Producers that know PRODUCER_FENCED speak later versions than those implemented.
        guard entry.producer.epoch == producer.epoch else { throw .invalidProducerEpoch }
        return entry
    }

    /// Takes partitions into the transaction, which begins if there is none.
    ///
    /// - Returns: when the transaction times out, if it began now.
    mutating func add(
        partitions: [BrokerPartition] = [], group: String? = nil, to id: String,
        _ producer: ProducerIdentity, now: Milliseconds
    ) throws(ErrorCode) -> Milliseconds? {
        var entry = try entry(id, producer)
        let begins = entry.state != .ongoing
        if begins {
            entry.state = .ongoing
            entry.deadline = now + entry.timeout
            entry.previousEpoch = nil
        }
        entry.partitions.formUnion(partitions)
        if let group { entry.groups.insert(group) }
        entries[id] = entry
        return begins ? entry.deadline : nil
    }

    /// Commits or aborts. A request that comes again is answered as the first one was.
    mutating func end(
        _ id: String, _ producer: ProducerIdentity, commits: Bool
    ) throws(ErrorCode) -> Settlement? {
        var entry = try entry(id, producer)
        switch entry.state {
        case .ongoing:
            let settlement = settle(&entry, commits: commits)
            entries[id] = entry
            return settlement
        case .committed where commits, .aborted where !commits: return nil
        case .empty, .committed, .aborted: throw .invalidTransactionState
        }
    }

    /// Aborts a transaction that is open beyond its time.
    mutating func expire(_ id: String, now: Milliseconds) -> Settlement? {
        guard var entry = entries[id], entry.state == .ongoing, entry.deadline <= now else {
            return nil
        }
        let settlement = abort(&entry)
        renewIfExhausted(&entry, id)
        entries[id] = entry
        return settlement
    }

    /// Whether a producer's batch may go into the partition: a transactional one only while its
    /// transaction has the partition, and never after a successor came.
    func check(
        _ header: RecordBatchHeader, for partition: BrokerPartition
    ) -> ErrorCode {
        guard header.producer.id >= 0 else { return .none }
        guard let id = transactionalIDs[header.producer.id], let entry = entries[id] else {
            return header.isTransactional ? .invalidProducerIDMapping : .none
        }
        guard header.producer.epoch == entry.producer.epoch else { return .invalidProducerEpoch }
        guard header.isTransactional, entry.state == .ongoing,
            entry.partitions.contains(partition)
        else { return .invalidTransactionState }
        return .none
    }

    /// Whether a producer may store offsets of the group in its transaction.
    func checkOffsets(_ id: String, _ producer: ProducerIdentity, group: String) -> ErrorCode {
        do throws(ErrorCode) {
            let entry = try entry(id, producer)
            return entry.state == .ongoing && entry.groups.contains(group)
                ? .none : .invalidTransactionState
        } catch {
            return error
        }
    }
}
