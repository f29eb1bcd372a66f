extension FetchRequest {
    func perform(in broker: BrokerCore, _ context: RequestContext) -> Outcome {
        guard session == 0 else { return .reply(refused(.fetchSessionIDNotFound)) }
        if broker.isReady(self) { return .reply(broker.read(self)) }
        broker.fetches.add(self, context.ticket)
        broker.outbox.timers.schedule(.fetch(context.ticket), at: context.now + maximumWait)
        return .later
    }
}

/// Fetches that wait for more records, and where.
struct WaitingFetches {
    private var requests: [Ticket: FetchRequest] = [:]
    private var tickets: [BrokerPartition: Set<Ticket>] = [:]

    var count: Int { requests.count }

    mutating func add(_ request: FetchRequest, _ ticket: Ticket) {
        requests[ticket] = request
        for partition in partitions(request) { tickets[partition, default: []].insert(ticket) }
    }

    mutating func remove(_ ticket: Ticket) -> FetchRequest? {
        guard let request = requests.removeValue(forKey: ticket) else { return nil }
        for partition in partitions(request) {
            tickets[partition]?.remove(ticket)
            if tickets[partition]?.isEmpty == true { tickets[partition] = nil }
        }
        return request
    }

    mutating func removeAll(of connection: Int) {
        for ticket in requests.keys where ticket.connection == connection { _ = remove(ticket) }
    }

    /// Those that wait for a partition, the oldest first.
    func waiting(for partition: BrokerPartition) -> [(ticket: Ticket, request: FetchRequest)] {
        (tickets[partition] ?? []).sorted { $0.number < $1.number }.compactMap { ticket in
            requests[ticket].map { (ticket, $0) }
        }
    }

    private func partitions(_ request: FetchRequest) -> [BrokerPartition] {
        request.topics.flatMap { topic in
            topic.items.map { BrokerPartition(topic.topic, $0.index) }
        }
    }
}

extension BrokerCore {
    /// Whether a fetch can be answered at once: there is enough, or something is wrong.
    func isReady(_ request: FetchRequest) -> Bool {
        let enough = Int(request.minimumBytes)
        if enough <= 0 || request.maximumWait <= 0 || request.topics.isEmpty { return true }
        var available = 0
        for topic in request.topics {
            for partition in topic.items {
                guard let log = log(topic.topic, partition.index),
                    partition.offset >= log.logStartOffset, partition.offset <= log.endOffset
                else { return true }
                available += log.available(
                    from: partition.offset, isolation: request.isolation,
                    enough: enough - available)
                if available >= enough { return true }
            }
        }
        return false
    }

    /// Reads what there is, up to the limits of the request.
    func read(_ request: FetchRequest) -> FetchResponse {
        var room = max(Int(request.maximumBytes), 0)
        var isEmpty = true
        let topics = request.topics.map { topic in
            topic.map { partition in
                guard let log = log(topic.topic, partition.index) else {
                    return FetchResponse.Partition(
                        index: partition.index, slice: LogSlice(error: .unknownTopicOrPartition))
                }
                // The first batch goes out whatever its size, so that a reader never gets stuck.
                let slice = log.read(
                    from: partition.offset,
                    maximumBytes: min(max(Int(partition.maximumBytes), 0), room),
                    isolation: request.isolation, takesOne: isEmpty)
                room = max(room - slice.byteCount, 0)
                if slice.byteCount > 0 { isEmpty = false }
                return FetchResponse.Partition(index: partition.index, slice: slice)
            }
        }
        return FetchResponse(topics: topics)
    }

    /// Answers a waiting fetch with what there is.
    func answerFetch(_ ticket: Ticket) {
        guard let request = fetches.remove(ticket) else { return }
        outbox.reply(read(request), to: ticket)
    }

    /// Answers the waiting fetches that now have enough.
    func answerChangedFetches() {
        guard !changed.isEmpty else { return }
        defer { changed.removeAll(keepingCapacity: true) }
        guard fetches.count > 0 else { return }
        for partition in changed {
            for waiting in fetches.waiting(for: partition) where isReady(waiting.request) {
                answerFetch(waiting.ticket)
            }
        }
    }
}

extension ListOffsetsRequest {
    func perform(in broker: BrokerCore, _ context: RequestContext) -> Outcome {
        let results = topics.map { topic in
            topic.map { partition -> ListOffsetsResponse.Partition in
                var result = ListOffsetsResponse.Partition(index: partition.index)
                guard let log = broker.log(topic.topic, partition.index) else {
                    result.error = .unknownTopicOrPartition
                    return result
                }
                switch partition.timestamp {
                case -1: result.offset = log.limit(isolation)
                case -2: result.offset = log.logStartOffset
                default:
                    if let found = log.offset(at: partition.timestamp, isolation: isolation) {
                        result.offset = found.offset
                        result.timestamp = found.timestamp
                    }
                }
                return result
            }
        }
        return .reply(ListOffsetsResponse(topics: results))
    }
}
