/// How an embedded broker is set up.
public struct BrokerConfiguration: Sendable {
    /// An address that clients connect to.
    public struct Listener: Sendable, Hashable {
        /// Where to listen: a name or an address. Only this machine reaches the default.
        public var host: String
        /// 0 lets the system choose one.
        public var port: Int
        /// What clients of this listener are told to connect to; nil for `host` (for `localhost`
        /// where that is all interfaces) and the actual port.
        public var advertisedHost: String?
        public var advertisedPort: Int?

        public init(
            host: String = "127.0.0.1", port: Int = 0, advertisedHost: String? = nil,
            advertisedPort: Int? = nil
        ) {
            self.host = host
            self.port = port
            self.advertisedHost = advertisedHost
            self.advertisedPort = advertisedPort
        }
    }

    /// At least one.
    public var listeners = [Listener()]
    /// Whether a topic that a client asks for comes to be (`auto.create.topics.enable`).
    public var createsTopics = true
    /// How topics are set up that are created without saying so.
    public var topicDefaults = TopicConfiguration()
    /// How long an empty group waits for more members once one has come.
    public var initialRebalanceDelay = Duration.zero
    /// The session timeouts that a group member may ask for.
    public var sessionTimeouts: ClosedRange<Duration> = .milliseconds(10) ... .seconds(1800)
    /// The longest `transaction.timeout.ms` taken.
    public var maximumTransactionTimeout = Duration.seconds(900)
    /// Bytes of batches held in all; beyond it producers are told to try again.
    public var memoryLimit = 1 << 30
    /// The longest request taken; a client that announces more is disconnected.
    public var maximumRequestBytes = 100 << 20
    /// Connections served at a time; further ones are closed at once.
    public var maximumConnections = 1000
    /// Told when a limit comes into play. Called on a thread of the broker's.
    public var onWarning: (@Sendable (BrokerWarning) -> Void)?

    public init() {}
}

/// What a broker has to say when one of its limits comes into play, or a client is not understood.
public enum BrokerWarning: Sendable, Hashable, CustomStringConvertible {
    /// Retention let go of the records below `start`. Told once per partition.
    case recordsDeleted(BrokerPartition, start: Int64)
    /// The partition is at its `retention.bytes`, a group still needs what would have to go, and
    /// producers are told to try again. Told once, until a batch fits again.
    case retentionHeld(BrokerPartition, group: String, committedOffset: Int64, bytes: Int)
    /// The partition is at its `retention.bytes` and a transaction that is still open begins in
    /// what would have to go. Told once, until a batch fits again.
    case retentionHeldByTransaction(BrokerPartition, bytes: Int)
    /// The broker is at its memory limit, and producers are told to try again. Told once, until a
    /// batch fits again.
    case memoryLimitReached(bytes: Int)
    /// A client sent what is not a request, or none that is implemented, and was disconnected.
    case requestRefused(client: String, reason: String)

    public var description: String {
        switch self {
        case .recordsDeleted(let partition, let start):
            "retention deleted records of \(partition.topic) [\(partition.partition)]; "
                + "the log now starts at \(start)"
        case .retentionHeld(let partition, let group, let offset, let bytes):
            "\(partition.topic) [\(partition.partition)] holds \(bytes) bytes, its limit; group "
                + "\(group) has committed \(offset) only, so producers have to wait"
        case .retentionHeldByTransaction(let partition, let bytes):
            "\(partition.topic) [\(partition.partition)] holds \(bytes) bytes, its limit; an open "
                + "transaction needs them, so producers have to wait"
        case .memoryLimitReached(let bytes):
            "the broker holds \(bytes) bytes, its limit, so producers have to wait"
        case .requestRefused(let client, let reason):
            "disconnected \(client): \(reason)"
        }
    }
}
