/// The broker without its sockets: requests and times go in, answers come out through the outbox.
///
/// It does no I/O, reads no clock and takes no lock: whoever runs it serializes the calls, says
/// what time it is, and calls `tick` when the time in `nextTimer` has come.
final class BrokerCore {
    let configuration: BrokerConfiguration
    let clusterID: String
    let outbox = Outbox()
    var topics: [String: Topic] = [:]
    var transactions: TransactionCoordinator
    let groups: GroupCoordinator
    var fetches = WaitingFetches()
    var faults = FaultPlan()
    /// How many requests of each kind have come.
    var requests: [APIKey: Int] = [:]
    /// Partitions that got records or whose transactions ended since waiting fetches were looked
    /// at.
    var changed: Set<BrokerPartition> = []
    /// Bytes of batches held in all.
    var storedBytes = 0
    /// Limits that were told of, and have not eased since.
    var toldLimits: Set<Limit> = []
    var retentionIsScheduled = false

    /// A limit that a warning was given for.
    enum Limit: Hashable {
        case memory
        case held(BrokerPartition)
        case deleted(BrokerPartition)
    }

    /// - Parameter nonce: makes the names that this broker gives out unlike those of others.
    init(_ configuration: BrokerConfiguration, nonce: UInt64) {
        self.configuration = configuration
        clusterID = "embedded-\(String(nonce, radix: 16))"
        transactions = TransactionCoordinator(
            maximumTimeout: configuration.maximumTransactionTimeout.milliseconds)
        let timeouts = configuration.sessionTimeouts
        groups = GroupCoordinator(
            initialRebalanceDelay: configuration.initialRebalanceDelay.milliseconds,
            sessionTimeouts: timeouts.lowerBound.milliseconds...timeouts.upperBound.milliseconds,
            nonce: nonce, outbox: outbox)
    }

    /// When `tick` has something to do; nil for not before another request.
    var nextTimer: Milliseconds? { outbox.timers.next }

    /// Takes a request. What comes of it is in the outbox, now or later.
    func handle(_ api: APIKey, _ message: any RequestMessage, _ context: RequestContext) {
        requests[api, default: 0] += 1
        switch faults.take(api) {
        case .disconnect: return outbox.deliver(.disconnect(context.ticket))
        case .stall: return
        case .refuse(let code): return outbox.reply(message.refused(code), to: context.ticket)
        case .loseReply: outbox.withhold(context.ticket)
        case nil: break
        }
        switch message.perform(in: self, context) {
        case .reply(let response): outbox.reply(response, to: context.ticket)
        case .later: break
        case .nothing: outbox.deliver(.silence(context.ticket))
        }
        answerChangedFetches()
    }

    /// Looks after everything that is due at `now`.
    func tick(_ now: Milliseconds) {
        while let timer = outbox.timers.popDue(now) {
            switch timer {
            case .fetch(let ticket): answerFetch(ticket)
            case .transaction(let id):
                if let settlement = transactions.expire(id, now: now) {
                    carryOut(settlement, now: now)
                }
            case .session(let group, let member):
                groups.sessionExpired(group, member, now: now)
            case .pendingMember(let group, let member):
                groups.pendingMemberExpired(group, member, now: now)
            case .rebalance(let group, let serial):
                groups.rebalanceExpired(group, serial: serial, now: now)
            case .synchronization(let group, let generation):
                groups.synchronizationExpired(group, generation: generation, now: now)
            case .retention: retainByAge(now: now)
            }
        }
        answerChangedFetches()
    }

    /// A connection is gone: nobody waits for its answers.
    func connectionClosed(_ connection: Int) { fetches.removeAll(of: connection) }

    /// The log of a partition, if there is such a one.
    func log(_ topic: String, _ partition: Int32) -> PartitionLog? {
        guard let topic = topics[topic], partition >= 0, partition < topic.partitions.count else {
            return nil
        }
        return topic.partitions[Int(partition)]
    }
}

/// A topic: its settings and the logs of its partitions.
final class Topic {
    let name: String
    private(set) var configuration: TopicConfiguration
    private(set) var partitions: [PartitionLog]

    init(name: String, _ configuration: TopicConfiguration) {
        self.name = name
        self.configuration = configuration
        partitions = (0..<configuration.partitions).map { _ in PartitionLog() }
    }

    func grow(to count: Int) {
        while partitions.count < count { partitions.append(PartitionLog()) }
        configuration.partitions = partitions.count
    }
}

extension APIVersionsRequest {
    func perform(in broker: BrokerCore, _ context: RequestContext) -> Outcome {
        .reply(APIVersionsResponse(error: .none))
    }
}

extension FindCoordinatorRequest {
    func perform(in broker: BrokerCore, _ context: RequestContext) -> Outcome {
        .reply(FindCoordinatorResponse(broker: context.endpoint))
    }
}
