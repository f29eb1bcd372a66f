internal import CRdkafka

/// Keeps librdkafka's fetching going while a consumer works.
///
/// librdkafka stops fetching when enough is queued (`queued.min.messages`,
/// `queued.max.messages.kbytes`). Before 2.2 the fetching thread then sleeps up to a second whatever
/// the consumer takes in the meantime: a backlog is read in bursts with pauses between. From 2.2 on
/// `fetch.queue.backoff.ms` sets that pause. Before, any event wakes the thread; the one that costs
/// no request and no thread of ours is `rd_kafka_sasl_set_credentials`, here with the credentials
/// that are set anyway: it is documented to leave connections alone. It is sent each time the queue
/// has halved. With GSSAPI, where credentials mean something else, nothing is sent.
struct FetchWakeUp {
    private let username: String
    private let password: String
    private let isNeeded: Bool
    /// The longest that the queue has been since the last wake-up.
    private var peak = 0

    /// Shorter queues are not worth waking a thread for.
    private static let smallest = 256

    private static let canSetBackoff = rd_kafka_version() >= 0x0202_0000

    /// Adds what a library that can be told needs to be told.
    static func addProperties(to properties: inout KafkaProperties) {
        guard canSetBackoff, properties["fetch.queue.backoff.ms"] == nil else { return }
        properties["fetch.queue.backoff.ms"] = "5"
    }

    init(_ properties: KafkaProperties) {
        username = properties["sasl.username"] ?? ""
        password = properties["sasl.password"] ?? ""
        let protocolName = properties["security.protocol"]?.lowercased() ?? "plaintext"
        let mechanism = properties["sasl.mechanisms"] ?? properties["sasl.mechanism"] ?? "GSSAPI"
        let usesGSSAPI = protocolName.hasPrefix("sasl") && mechanism == "GSSAPI"
        isNeeded = !Self.canSetBackoff && !usesGSSAPI
    }

    /// To be told the length of the queue after each read.
    mutating func fetchers(of client: borrowing ClientHandle, waiting: Int) {
        guard isNeeded else { return }
        if waiting >= peak {
            peak = waiting
        } else if peak >= Self.smallest, waiting <= peak / 2 {
            peak = waiting
            if let error = unsafe rd_kafka_sasl_set_credentials(client.pointer, username, password)
            {
                unsafe rd_kafka_error_destroy(error)
            }
        }
    }
}
