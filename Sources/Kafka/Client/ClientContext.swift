internal import CRdkafka

/// What librdkafka's callbacks of one client reach: its opaque pointer. ``ClientHandle`` keeps it
/// alive for as long as a callback can run.
///
/// The log callback runs on any thread and touches the immutable ``log`` only. All others run on the
/// thread that polls.
class ClientContext {
    let log: KafkaLogSink
    /// The last error that concerns the client as a whole, such as "all brokers down".
    var lastError: KafkaError?

    init(log: @escaping KafkaLogSink) { self.log = log }

    /// The context behind an opaque pointer that ``ConfigurationHandle`` set.
    static func of(_ opaque: UnsafeMutableRawPointer?) -> ClientContext? {
        // Safe: the pointer came from passUnretained of a ClientContext that outlives the client.
        unsafe opaque.map {
            unsafe Unmanaged<ClientContext>.fromOpaque($0).takeUnretainedValue()
        }
    }
}

/// `log_cb`: on any thread.
@c func kafkaLogCallback(
    client: OpaquePointer?, level: Int32, facility: UnsafePointer<CChar>?,
    text: UnsafePointer<CChar>?
) {
    // Without a client there is no context: librdkafka complains about a configuration, and the
    // call that made it returns the same error.
    guard let client = unsafe client, let facility = unsafe facility, let text = unsafe text,
        let context = unsafe ClientContext.of(rd_kafka_opaque(client))
    else { return }
    context.log(
        KafkaLogEntry(
            level: KafkaLogEntry.Level(rawValue: level) ?? .debug,
            facility: unsafe String(cString: facility), text: unsafe String(cString: text)))
}

/// `error_cb`: on the polling thread.
@c func kafkaErrorCallback(
    client: OpaquePointer?, code: Int32, reason: UnsafePointer<CChar>?,
    opaque: UnsafeMutableRawPointer?
) {
    guard let context = unsafe ClientContext.of(opaque) else { return }
    let text = unsafe reason.map { unsafe String(cString: $0) } ?? ""
    let error = KafkaError(KafkaError.Code(rawValue: code), text: text)
    context.lastError = error
    context.log(
        KafkaLogEntry(level: error.isFatal ? .error : .warning, facility: error.name, text: text))
}
