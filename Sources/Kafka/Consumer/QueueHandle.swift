internal import CRdkafka

/// Owns a reference to an `rd_kafka_queue_t`, which must go before its client.
@safe struct QueueHandle: ~Copyable {
    /// Nil once released.
    private(set) var pointer: OpaquePointer?

    /// A new, empty queue.
    init(client: borrowing ClientHandle) { unsafe pointer = rd_kafka_queue_new(client.pointer) }

    deinit {
        if let pointer = unsafe pointer { unsafe rd_kafka_queue_destroy(pointer) }
    }

    var isReleased: Bool { unsafe pointer == nil }

    mutating func release() {
        if let pointer = unsafe pointer { unsafe rd_kafka_queue_destroy(pointer) }
        unsafe pointer = nil
    }

    /// Messages waiting.
    var length: Int { unsafe pointer.map { unsafe rd_kafka_queue_length($0) } ?? 0 }

    /// Sends what is fetched of `partition` to this queue instead of the consumer's.
    func receive(
        _ partition: TopicPartition, of client: borrowing ClientHandle
    ) throws(KafkaError) {
        guard
            let source = unsafe rd_kafka_queue_get_partition(
                client.pointer, partition.topic, partition.partition)
        else {
            throw KafkaError(.unknownPartitionLocally, operation: "assign \(partition)")
        }
        unsafe rd_kafka_queue_forward(source, pointer)
        unsafe rd_kafka_queue_destroy(source)
    }
}
