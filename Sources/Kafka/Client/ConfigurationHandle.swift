internal import CRdkafka

/// Owns an `rd_kafka_conf_t` until a client takes it over.
@safe struct ConfigurationHandle: ~Copyable {
    private let pointer: OpaquePointer

    /// Throws a ``KafkaError`` that names the property that librdkafka does not accept.
    init(_ properties: KafkaProperties) throws(KafkaError) {
        let pointer = unsafe rd_kafka_conf_new()!
        for (name, value) in properties.entries {
            if let error = unsafe Self.set(pointer, name, value) {
                unsafe rd_kafka_conf_destroy(pointer)
                throw error
            }
        }
        unsafe self.pointer = pointer
    }

    deinit { unsafe rd_kafka_conf_destroy(pointer) }

    private static func set(
        _ pointer: OpaquePointer, _ name: String, _ value: String
    ) -> KafkaError? {
        var result = RD_KAFKA_CONF_UNKNOWN
        let reason = unsafe withErrorText { text, size in
            result = unsafe rd_kafka_conf_set(pointer, name, value, text, size)
        }
        guard result != RD_KAFKA_CONF_OK else { return nil }
        // librdkafka's reason quotes the value.
        let secret = KafkaProperties.isSecret(name)
        return KafkaError(
            .invalidArgument, operation: "property \(name)",
            text: secret ? "librdkafka does not accept the value" : reason)
    }

    /// Lends a buffer for one of librdkafka's error strings and returns what was written there.
    static func withErrorText(_ body: (UnsafeMutablePointer<CChar>, Int) -> Void) -> String {
        let size = 512
        return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: size) { buffer in
            let base = buffer.baseAddress!  // Not nil: the capacity is above 0.
            unsafe base.initialize(repeating: 0, count: size)
            unsafe body(base, size)
            return unsafe String(cString: base)
        }
    }

    /// Asks for delivery reports, which come to a ``ProducerContext``.
    func installDeliveryCallback() {
        unsafe rd_kafka_conf_set_dr_msg_cb(pointer, kafkaDeliveryCallback)
    }

    /// Asks for rebalances, which come to a ``ConsumerContext``.
    func installRebalanceCallback() {
        unsafe rd_kafka_conf_set_rebalance_cb(pointer, kafkaRebalanceCallback)
    }

    /// Makes a client, which owns the configuration and keeps `context` alive.
    consuming func makeClient(
        _ type: rd_kafka_type_t, context: ClientContext
    ) throws(KafkaError) -> ClientHandle {
        unsafe rd_kafka_conf_set_opaque(pointer, Unmanaged.passUnretained(context).toOpaque())
        unsafe rd_kafka_conf_set_log_cb(pointer, kafkaLogCallback)
        unsafe rd_kafka_conf_set_error_cb(pointer, kafkaErrorCallback)
        var client: OpaquePointer?
        let configuration = unsafe pointer
        let reason = unsafe Self.withErrorText { text, size in
            unsafe client = rd_kafka_new(type, configuration, text, size)
        }
        guard let client = unsafe client else {
            let code = rd_kafka_last_error()
            _ = consume self  // A failed rd_kafka_new leaves the configuration to us.
            throw KafkaError(code, operation: "create a Kafka client", text: reason)
        }
        discard self
        return unsafe ClientHandle(owning: client, context: context)
    }
}
