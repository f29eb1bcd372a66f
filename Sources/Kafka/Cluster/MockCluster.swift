internal import CRdkafka

/// librdkafka's broker in memory, for tests: real sockets on 127.0.0.1, random ports, plain listeners.
///
/// The only file that touches `rdkafka_mock.h`, which librdkafka calls experimental. What it does not
/// do: transactions (accepted, without effect), admin requests, authentication. It keeps at most
/// 5 MiB or 100,000 batches a partition, the newest. Any number of clients may use it until it goes.
///
/// A group's first rebalance takes 3 s; later ones take the session timeout less 1 s.
@safe public final class MockCluster {
    /// A request of Kafka's protocol in which to inject errors.
    public enum Request: Int16, Sendable {
        case produce = 0, fetch, listOffsets, metadata
        case offsetCommit = 8, offsetFetch, findCoordinator, joinGroup, heartbeat, leaveGroup
        case syncGroup = 14
        case initProducerID = 22, addPartitionsToTransaction = 24, addOffsetsToTransaction
        case endTransaction = 26
        case transactionOffsetCommit = 28
    }

    private let host: ClientHandle
    private let pointer: OpaquePointer

    /// Starts `brokers` brokers, whose ids count from 1.
    public init(brokers: Int = 1, log: @escaping KafkaLogSink = { _ in }) throws(KafkaError) {
        // A cluster lives inside a client; this one is used for nothing else.
        let configuration = try ConfigurationHandle(KafkaProperties())
        let host = try configuration.makeClient(
            RD_KAFKA_PRODUCER, context: ClientContext(log: log))
        guard let pointer = unsafe rd_kafka_mock_cluster_new(host.pointer, Int32(clamping: brokers))
        else { throw KafkaError(.invalidArgument, operation: "start \(brokers) mock brokers") }
        self.host = host
        unsafe self.pointer = pointer
    }

    deinit { unsafe rd_kafka_mock_cluster_destroy(pointer) }

    /// `bootstrap.servers` of this cluster.
    public var bootstrapServers: String {
        unsafe String(cString: rd_kafka_mock_cluster_bootstraps(pointer))
    }

    /// A topic that is not created here comes into being with 4 partitions when first asked for.
    public func createTopic(
        _ name: String, partitions: Int, replication: Int = 1
    ) throws(KafkaError) {
        try KafkaError.check(
            unsafe rd_kafka_mock_topic_create(
                pointer, name, Int32(clamping: partitions), Int32(clamping: replication)),
            "create mock topic \(name)")
    }

    /// Answers the next requests of this kind with `codes`, one each, to any client;
    /// ``KafkaError/Code/transport`` cuts the connection.
    public func failNext(_ request: Request, with codes: [KafkaError.Code]) {
        let codes = codes.map(\.cValue)
        unsafe codes.withUnsafeBufferPointer {
            unsafe rd_kafka_mock_push_request_errors_array(
                pointer, request.rawValue, $0.count, $0.baseAddress)
        }
    }

    /// Forgets the errors that ``failNext(_:with:)`` has left.
    public func clearErrors(of request: Request) {
        unsafe rd_kafka_mock_clear_request_errors(pointer, request.rawValue)
    }

    /// What the cluster says about `topic` from now on; nil is no error.
    public func setError(_ code: KafkaError.Code?, ofTopic topic: String) {
        unsafe rd_kafka_mock_topic_set_error(
            pointer, topic, code?.cValue ?? RD_KAFKA_RESP_ERR_NO_ERROR)
    }

    /// Closes a broker's listener and connections, or opens it again.
    public func setBroker(_ id: Int, down: Bool) throws(KafkaError) {
        let id = Int32(clamping: id)
        try KafkaError.check(
            down
                ? unsafe rd_kafka_mock_broker_set_down(pointer, id)
                : unsafe rd_kafka_mock_broker_set_up(pointer, id), "mock broker \(id)")
    }

    /// Makes a broker wait before each answer.
    public func setRoundTrip(ofBroker id: Int, milliseconds: Int) throws(KafkaError) {
        try KafkaError.check(
            unsafe rd_kafka_mock_broker_set_rtt(
                pointer, Int32(clamping: id), Int32(clamping: milliseconds)), "mock broker \(id)")
    }

    /// Moves a partition to another broker; nil leaves it without a leader.
    public func setLeader(
        ofTopic topic: String, partition: Int32, broker: Int?
    ) throws(KafkaError) {
        try KafkaError.check(
            unsafe rd_kafka_mock_partition_set_leader(
                pointer, topic, partition, broker.map { Int32(clamping: $0) } ?? -1),
            "leader of \(topic) [\(partition)]")
    }
}
