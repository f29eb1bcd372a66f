internal import CRdkafka

/// Owns a producer's `rd_kafka_topic_t` objects; they must be released before the client.
@safe struct TopicTable: ~Copyable {
    private var pointers: [OpaquePointer] = unsafe []
    private var names: [String] = []

    deinit {
        for index in names.indices { unsafe rd_kafka_topic_destroy(pointers[index]) }
    }

    func name(_ index: Int) -> String { names[index] }

    func pointer(_ index: Int) -> OpaquePointer { unsafe pointers[index] }

    /// The position of topic `name`, which is opened if it is new.
    mutating func index(
        of name: String, client: borrowing ClientHandle
    ) throws(KafkaError) -> Int {
        if let index = names.firstIndex(of: name) { return index }
        guard let pointer = unsafe rd_kafka_topic_new(client.pointer, name, nil) else {
            throw KafkaError(rd_kafka_last_error(), operation: "open topic \(name)")
        }
        unsafe pointers.append(pointer)
        names.append(name)
        return names.count - 1
    }
}
