internal import CRdkafka

/// What a Kafka operation failed with, and what may be done about it.
///
/// Ask in this order: ``isFatal`` (the client object is finished: make another), then
/// ``requiresAbort`` (abort the transaction, begin again), then ``isRetriable`` (call again). An
/// error of a transactional call with none of the three counts as fatal.
public struct KafkaError: Error, Hashable, Sendable, CustomStringConvertible {
    /// librdkafka's error code: negative for the library's own, else the broker's protocol code.
    public let code: Code
    /// What was asked for, for example `create topic raw`; empty if the text says it all.
    public let operation: String
    /// The reason in a sentence.
    public let text: String
    /// The client object can do nothing more. `_FENCED` is fatal whatever the library's flag says:
    /// 2.0.2 calls it abortable in places, and aborting would then go on for ever.
    public let isFatal: Bool
    /// The same call may succeed when repeated.
    public let isRetriable: Bool
    /// The current transaction must be aborted.
    public let requiresAbort: Bool

    /// The short name of the code, for example `_QUEUE_FULL` or `UNKNOWN_TOPIC_OR_PART`.
    public var name: String { code.name }

    public var description: String {
        let reason = text.isEmpty ? code.text : text
        return operation.isEmpty ? "\(reason) (\(name))" : "\(operation): \(reason) (\(name))"
    }

    init(
        _ code: Code, operation: String = "", text: String = "", isFatal: Bool = false,
        isRetriable: Bool = false, requiresAbort: Bool = false
    ) {
        self.code = code
        self.operation = operation
        self.text = text
        self.isFatal = isFatal || code == .fenced || code == .fatal
        self.isRetriable = isRetriable || code.isTransient
        self.requiresAbort = requiresAbort
    }

    init(_ code: rd_kafka_resp_err_t, operation: String = "", text: String = "") {
        self.init(Code(rawValue: code.rawValue), operation: operation, text: text)
    }

    /// Reads a C error object and destroys it; nil stands for success.
    init?(consuming error: OpaquePointer?, operation: String) {
        guard let error = unsafe error else { return nil }
        let code = unsafe Code(rawValue: rd_kafka_error_code(error).rawValue)
        let text = unsafe String(cString: rd_kafka_error_string(error))
        self.code = code
        self.operation = operation
        self.text = text
        isFatal = unsafe rd_kafka_error_is_fatal(error) != 0 || code == .fenced
        isRetriable = unsafe rd_kafka_error_is_retriable(error) != 0
        requiresAbort = unsafe rd_kafka_error_txn_requires_abort(error) != 0
        unsafe rd_kafka_error_destroy(error)
    }

    /// Throws unless `code` is success.
    static func check(
        _ code: rd_kafka_resp_err_t, _ operation: @autoclosure () -> String
    ) throws(KafkaError) {
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
        throw KafkaError(code, operation: operation())
    }

    /// Destroys the C error object and throws it unless it is nil.
    static func check(
        consuming error: OpaquePointer?, _ operation: String
    ) throws(KafkaError) {
        if let error = unsafe KafkaError(consuming: error, operation: operation) { throw error }
    }
}

extension KafkaError {
    /// An error code of librdkafka (negative) or of the Kafka protocol.
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: Int32
        public init(rawValue: Int32) { self.rawValue = rawValue }

        public var name: String { unsafe String(cString: rd_kafka_err2name(cValue)) }
        /// librdkafka's text for the code.
        public var text: String { unsafe String(cString: rd_kafka_err2str(cValue)) }

        var cValue: rd_kafka_resp_err_t { rd_kafka_resp_err_t(rawValue: rawValue) }

        init(_ code: rd_kafka_resp_err_t) { rawValue = code.rawValue }

        public static let transport = Code(RD_KAFKA_RESP_ERR__TRANSPORT)
        public static let allBrokersDown = Code(RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
        public static let resolveFailed = Code(RD_KAFKA_RESP_ERR__RESOLVE)
        public static let invalidArgument = Code(RD_KAFKA_RESP_ERR__INVALID_ARG)
        public static let timedOut = Code(RD_KAFKA_RESP_ERR__TIMED_OUT)
        public static let messageTimedOut = Code(RD_KAFKA_RESP_ERR__MSG_TIMED_OUT)
        public static let queueFull = Code(RD_KAFKA_RESP_ERR__QUEUE_FULL)
        public static let state = Code(RD_KAFKA_RESP_ERR__STATE)
        public static let unsupportedFeature = Code(RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE)
        public static let unknownTopicLocally = Code(RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC)
        public static let unknownPartitionLocally = Code(RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION)
        public static let fenced = Code(RD_KAFKA_RESP_ERR__FENCED)
        public static let fatal = Code(RD_KAFKA_RESP_ERR__FATAL)
        public static let unknownTopicOrPartition = Code(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
        public static let offsetOutOfRange = Code(RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE)
        public static let autoOffsetReset = Code(RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET)
        public static let messageTooLarge = Code(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE)
        public static let notLeader = Code(RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION)
        public static let topicAlreadyExists = Code(RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
        public static let illegalGeneration = Code(RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION)
        public static let unknownMember = Code(RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID)
        public static let producerFenced = Code(RD_KAFKA_RESP_ERR_PRODUCER_FENCED)
        public static let invalidProducerEpoch = Code(RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH)
        public static let fencedInstance = Code(RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID)
        public static let maxPollExceeded = Code(RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED)

        /// Codes that pass by themselves when the cluster recovers. For calls whose C signature has
        /// a bare code and no flags.
        var isTransient: Bool {
            switch cValue {
            case RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN,
                RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE,
                RD_KAFKA_RESP_ERR__QUEUE_FULL, RD_KAFKA_RESP_ERR__RESOLVE,
                RD_KAFKA_RESP_ERR__WAIT_COORD, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
                RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
                RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
                RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
                RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
                RD_KAFKA_RESP_ERR_NOT_COORDINATOR, RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION,
                RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
                RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND,
                RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT,
                RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS:
                true
            default: false
            }
        }
    }
}
