internal import CRdkafka

/// Counts what became of produced records. Touched by poll and flush on the producer's thread.
final class ProducerContext: ClientContext {
    var acknowledged = 0
    var failed = 0
    var firstFailure: KafkaError?
    /// The first failure that nobody has asked for yet.
    var newFailure: KafkaError?
}

/// `dr_msg_cb`: runs inside poll and flush.
@c func kafkaDeliveryCallback(
    client: OpaquePointer?, message: UnsafePointer<rd_kafka_message_t>?,
    opaque: UnsafeMutableRawPointer?
) {
    guard let message = unsafe message, let base = unsafe ClientContext.of(opaque) else { return }
    // Safe: only a Producer installs this callback, and its context is a ProducerContext.
    let context = unsafe unsafeDowncast(base, to: ProducerContext.self)
    let code = unsafe message.pointee.err
    if code == RD_KAFKA_RESP_ERR_NO_ERROR {
        context.acknowledged += 1
        return
    }
    context.failed += 1
    guard context.newFailure == nil else { return }
    let topic = unsafe String(cString: rd_kafka_topic_name(message.pointee.rkt))
    let error = KafkaError(
        code, operation: "deliver a record to \(topic)",
        text: unsafe rd_kafka_message_errstr(message).map { unsafe String(cString: $0) } ?? "")
    context.newFailure = error
    if context.firstFailure == nil { context.firstFailure = error }
}
