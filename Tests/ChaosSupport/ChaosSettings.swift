/// How a chaos run is set up.
public struct ChaosSettings: Sendable {
    /// What decides the faults and the readings.
    public var seed: UInt64
    /// How long the generator runs.
    public var seconds: Int
    /// At most so many processors at a time; at least 1. Every other one has an `--instance-id`.
    public var processors: Int
    /// Any Kafka, as `host:port,…`; nil for an embedded broker in this process.
    public var brokers: String?
    /// Milliseconds from one fault to the next.
    public var pace: ClosedRange<Int>
    /// Further options of `processor run`.
    public var processorOptions: [String] = []
    /// How long the processors may take at the end for what is left.
    public var drainSeconds = 180.0

    public init(
        seed: UInt64, seconds: Int, processors: Int, brokers: String? = nil,
        pace: ClosedRange<Int> = 2_200...5_000
    ) {
        self.seed = seed
        self.seconds = seconds
        self.processors = processors
        self.brokers = brokers
        self.pace = pace
    }

    /// Milliseconds from one line of progress to the next.
    var reportInterval: Int { 10_000 }

    /// Milliseconds: the shortest that Apache Kafka takes as it comes, half of it otherwise.
    var session: Int { brokers == nil ? 3_000 : 6_000 }

    var isTransactional: Bool { !processorOptions.contains("at-least-once") }

    /// librdkafka's properties of a processor.
    var kafkaArguments: [String] {
        [
            "session.timeout.ms=\(session)", "max.poll.interval.ms=\(session * 2)",
            "heartbeat.interval.ms=300", "transaction.timeout.ms=\(session + 1_000)",
            "socket.timeout.ms=\(session)", "reconnect.backoff.max.ms=500",
        ].flatMap { ["--kafka", $0] }
    }
}

/// What a run has shown.
public struct ChaosReport: Sendable {
    public var faults: FaultCounts
    public var seed: UInt64
    public var isEmbedded: Bool
    /// Why connections could not be cut; nil if they could.
    public var leftOut: String?
    /// What is not as it has to be; the first ones.
    public var differences: [String]
    public var summary: String
    public var isEqual: Bool

    /// One line.
    public var lastLine: String {
        let broker = isEmbedded ? "embedded broker" : "the given Kafka"
        let missing = leftOut.map { " (connections not cut, for the system says: \($0))" } ?? ""
        return "chaos, seed \(seed), \(broker): \(faults)\(missing); \(summary)"
    }
}
