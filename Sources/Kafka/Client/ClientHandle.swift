internal import CRdkafka

/// Owns an `rd_kafka_t` and keeps the context of its callbacks alive until it is destroyed.
///
/// Topics, queues and message lists of the client must be gone before it: whoever stores a handle
/// releases those in its own `deinit`, which runs before the stored properties die.
@safe struct ClientHandle: ~Copyable {
    let pointer: OpaquePointer
    let context: ClientContext

    init(owning pointer: OpaquePointer, context: ClientContext) {
        unsafe self.pointer = pointer
        self.context = context
    }

    deinit { unsafe rd_kafka_destroy(pointer) }

    /// The error after which the client can do nothing more, if there was one.
    var fatalError: KafkaError? {
        var code = RD_KAFKA_RESP_ERR_NO_ERROR
        let text = unsafe ConfigurationHandle.withErrorText { text, size in
            unsafe code = rd_kafka_fatal_error(pointer, text, size)
        }
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        return KafkaError(KafkaError.Code(code), text: text, isFatal: true)
    }

    /// The value of a property as the client uses it; nil if there is no such property.
    func property(_ name: String) -> String? {
        let configuration = unsafe rd_kafka_conf(pointer)
        var size = 0
        let found = unsafe rd_kafka_conf_get(configuration, name, nil, &size)
        guard found == RD_KAFKA_CONF_OK, size > 0 else { return nil }
        return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: size) { buffer in
            let base = buffer.baseAddress!  // Not nil: the capacity is above 0.
            guard unsafe rd_kafka_conf_get(configuration, name, base, &size) == RD_KAFKA_CONF_OK
            else { return nil }
            return unsafe String(cString: base)
        }
    }
}
