/// A small broker in memory that speaks Kafka's protocol, with transactions as Kafka has them: for
/// tests and demonstrations.
///
/// Any Kafka client may connect. Transactions fence, abort and time out; readers of committed
/// records see nothing else; consumer groups rebalance with dynamic and static members. One broker,
/// no replicas, no disk, neither TLS nor passwords: production runs on Apache Kafka.
///
/// All calls may come from any thread; none may come from `onWarning`.
public final class EmbeddedBroker: Sendable {
    private let server: BrokerServer

    /// Sets a broker up; it does not listen yet, but takes topics and records already.
    ///
    /// - Throws: `BrokerError.noListener`.
    public init(configuration: BrokerConfiguration = BrokerConfiguration()) throws {
        guard !configuration.listeners.isEmpty else { throw BrokerError.noListener }
        server = BrokerServer(configuration)
    }

    deinit { server.stop() }

    /// Listens.
    ///
    /// After `stop` it may start again, on the same ports and with everything it held.
    ///
    /// - Returns: the port of each listener.
    /// - Throws: `BrokerError`.
    @discardableResult
    public func start() throws -> [Int] { try server.start() }

    /// Stops listening and cuts all connections. What the broker holds stays.
    public func stop() { server.stop() }

    /// Blocks until `stop` is called, from another thread; for a program that is a broker only.
    public func waitUntilStopped() { server.waitUntilStopped() }

    /// The first listener as clients want it in `bootstrap.servers`.
    public var bootstrapServers: String { bootstrapServers(listener: 0) }

    public func bootstrapServers(listener: Int) -> String {
        let endpoint = server.endpoints[listener]
        let isVersion6 = endpoint.host.utf8.contains(UInt8(ascii: ":"))
        return "\(isVersion6 ? "[\(endpoint.host)]" : endpoint.host):\(endpoint.port)"
    }

    // MARK: Topics

    /// - Throws: `ErrorCode.topicAlreadyExists`, `.invalidTopic` or `.invalidPartitions`.
    public func createTopic(
        _ name: String, _ configuration: TopicConfiguration = TopicConfiguration()
    ) throws(ErrorCode) {
        try check(server.perform { core, _ in core.createTopic(name, configuration) })
    }

    /// - Throws: `ErrorCode.unknownTopicOrPartition`.
    public func deleteTopic(_ name: String) throws(ErrorCode) {
        try check(server.perform { core, _ in core.deleteTopic(name) })
    }

    /// Gives a topic more partitions.
    ///
    /// - Throws: `ErrorCode.unknownTopicOrPartition` or `.invalidPartitions`.
    public func growTopic(_ name: String, to partitions: Int) throws(ErrorCode) {
        try check(server.perform { core, _ in core.grow(name, to: partitions) })
    }

    /// The topics there are, each with its number of partitions.
    public var topics: [String: Int] {
        server.perform { core, _ in core.topics.mapValues(\.partitions.count) }
    }

    // MARK: Records

    /// Appends records as one batch without a client, as if a plain producer had sent it.
    ///
    /// - Returns: the offset of the first one.
    /// - Throws: the code that the producer would get.
    @discardableResult
    public func append(
        _ records: [BrokerRecord], to topic: String, partition: Int = 0
    ) throws(ErrorCode) -> Int64 {
        guard !records.isEmpty else { throw .invalidRecord }
        let index = Int32(clamping: partition)
        let result = server.perform { core, now in
            defer { core.answerChangedFetches() }
            return core.append(RecordBatchBuilder.batch(records), to: topic, index, now: now)
        }
        try check(result.error)
        return result.baseOffset
    }

    /// The records that a reader gets, in log order, markers of transactions left out.
    ///
    /// - Throws: `ErrorCode.unknownTopicOrPartition`; `RecordBatchError.compressed` where a
    ///   producer compressed a batch by something else than lz4: read those with a client.
    public func records(
        in topic: String, partition: Int = 0, isolation: IsolationLevel = .readCommitted
    ) throws -> [BrokerRecord] {
        try server.perform { core, _ in
            try Self.log(core, topic, partition).records(isolation)
        }
    }

    /// Where a partition's log begins and ends.
    public struct LogOffsets: Sendable, Hashable {
        public var start: Int64
        /// Every transaction that began below has ended.
        public var lastStable: Int64
        /// The offset of the next record.
        public var end: Int64

        public init(start: Int64, lastStable: Int64, end: Int64) {
            self.start = start
            self.lastStable = lastStable
            self.end = end
        }
    }

    /// - Throws: `ErrorCode.unknownTopicOrPartition`.
    public func offsets(in topic: String, partition: Int = 0) throws(ErrorCode) -> LogOffsets {
        try server.perform { core, _ throws(ErrorCode) in
            let log = try Self.log(core, topic, partition)
            return LogOffsets(
                start: log.logStartOffset, lastStable: log.lastStableOffset, end: log.endOffset)
        }
    }

    /// Moves the start of a partition's log, as retention or an administrator would.
    ///
    /// - Throws: `ErrorCode.unknownTopicOrPartition`.
    public func deleteRecords(
        in topic: String, partition: Int = 0, before offset: Int64
    ) throws(ErrorCode) {
        try server.perform { core, _ throws(ErrorCode) in
            core.deleteRecords(before: offset, in: try Self.log(core, topic, partition))
        }
    }

    // MARK: Groups

    /// An offset that a group committed.
    public struct GroupOffset: Sendable, Hashable {
        public var offset: Int64
        public var metadata: String

        public init(offset: Int64, metadata: String) {
            self.offset = offset
            self.metadata = metadata
        }
    }

    /// What the group committed for a partition; nil for nothing.
    public func committedOffset(
        group: String, topic: String, partition: Int = 0
    ) -> GroupOffset? {
        server.perform { core, _ in
            let offset = core.groups.groups[group]?.offsets[BrokerPartition(topic, partition)]
            return offset.map { GroupOffset(offset: $0.offset, metadata: $0.metadata) }
        }
    }

    /// The state of a group in Kafka's words (`Stable`, `PreparingRebalance`, …) and the ids of its
    /// members in the order in which they came; nil for no such group.
    public func group(_ name: String) -> (state: String, members: [String])? {
        server.perform { core, _ in
            core.groups.groups[name].map { ($0.state.rawValue, $0.membersInOrder.map(\.id)) }
        }
    }

    /// How many requests of a kind have come since the broker was made, those included that a fault
    /// struck: so many times clients have committed, produced or joined.
    public func requestCount(_ api: APIKey) -> Int {
        server.perform { core, _ in core.requests[api] ?? 0 }
    }

    // MARK: Faults

    /// Lets the next requests of a kind go wrong.
    ///
    /// - Parameters:
    ///   - api: the kind; nil for all but ApiVersions.
    ///   - times: how many of them; nil for all until `clearFaults`.
    public func injectFault(_ fault: Fault, on api: APIKey? = nil, times: Int? = 1) {
        server.perform { core, _ in core.faults.add(fault, on: api, times: times) }
    }

    /// Takes back the faults that have not struck. Connections that hang stay so.
    public func clearFaults() { server.perform { core, _ in core.faults.removeAll() } }

    /// How many of the faults of this kind lie in wait: added with a number of times, and not
    /// struck yet.
    public func waitingFaults(_ fault: Fault) -> Int {
        server.perform { core, _ in core.faults.waiting(fault) }
    }

    /// Cuts all connections; clients may connect again.
    public func disconnectAll() { server.disconnectAll() }

    /// Hides a partition's records from readers, as if nothing had come, until it goes on.
    ///
    /// - Throws: `ErrorCode.unknownTopicOrPartition`.
    public func setPaused(
        _ isPaused: Bool, topic: String, partition: Int = 0
    ) throws(ErrorCode) {
        try server.perform { core, _ throws(ErrorCode) in
            try Self.log(core, topic, partition).isPaused = isPaused
            core.changed.insert(BrokerPartition(topic, partition))
            core.answerChangedFetches()
        }
    }

    // MARK: -

    private static func log(
        _ core: BrokerCore, _ topic: String, _ partition: Int
    ) throws(ErrorCode) -> PartitionLog {
        guard let log = core.log(topic, Int32(clamping: partition)) else {
            throw .unknownTopicOrPartition
        }
        return log
    }

    private func check(_ code: ErrorCode) throws(ErrorCode) {
        if code != .none { throw code }
    }
}

/// Why a broker does not start.
public enum BrokerError: Error, Sendable, Hashable, CustomStringConvertible {
    case noListener
    case alreadyStarted
    /// The address is taken, not this machine's, or not allowed.
    case cannotListen(host: String, port: Int, reason: String)

    public var description: String {
        switch self {
        case .noListener: "the broker has no listener"
        case .alreadyStarted: "the broker was started already"
        case .cannotListen(let host, let port, let reason):
            "cannot listen on \(host):\(port): \(reason)"
        }
    }
}
