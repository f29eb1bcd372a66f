internal import CRdkafka
internal import Glibc

/// Owns an `rd_kafka_topic_partition_list_t`.
@safe struct PartitionList: ~Copyable {
    let pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    init(capacity: Int = 16) {
        unsafe pointer = rd_kafka_topic_partition_list_new(Int32(clamping: capacity))
    }

    /// Takes over a list that librdkafka gave away.
    init(owning pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) {
        unsafe self.pointer = pointer
    }

    init(_ offsets: [PartitionOffset]) {
        self.init(capacity: offsets.count)
        for offset in offsets { append(offset) }
    }

    init(_ partitions: [TopicPartition]) {
        self.init(capacity: partitions.count)
        for partition in partitions { append(PartitionOffset(partition, offset: nil)) }
    }

    /// Topics to subscribe to.
    init(topics: [String]) {
        self.init(capacity: topics.count)
        for topic in topics {
            append(PartitionOffset(TopicPartition(topic, RD_KAFKA_PARTITION_UA), offset: nil))
        }
    }

    deinit { unsafe rd_kafka_topic_partition_list_destroy(pointer) }

    func append(_ offset: PartitionOffset) {
        let element = unsafe rd_kafka_topic_partition_list_add(
            pointer, offset.partition.topic, offset.partition.partition)!
        unsafe element.pointee.offset = offset.offset ?? Int64(RD_KAFKA_OFFSET_INVALID)
        guard !offset.metadata.isEmpty else { return }
        var text = offset.metadata
        text.withUTF8 { bytes in
            // librdkafka frees it with the list.
            guard let copy = unsafe malloc(bytes.count) else { return }
            unsafe copy.copyMemory(from: bytes.baseAddress!, byteCount: bytes.count)
            unsafe element.pointee.metadata = copy
            unsafe element.pointee.metadata_size = bytes.count
        }
    }

    var offsets: [PartitionOffset] { unsafe Self.offsets(of: pointer) }

    /// The first error of a single partition.
    var firstError: (partition: TopicPartition, code: rd_kafka_resp_err_t)? {
        for index in 0..<Int(unsafe pointer.pointee.cnt) {
            let element = unsafe pointer.pointee.elems[index]
            if unsafe element.err != RD_KAFKA_RESP_ERR_NO_ERROR {
                return unsafe (
                    TopicPartition(String(cString: element.topic), element.partition), element.err
                )
            }
        }
        return nil
    }

    /// Reads a list that librdkafka owns. Negative (logical) offsets are nil.
    static func offsets(
        of pointer: UnsafePointer<rd_kafka_topic_partition_list_t>
    ) -> [PartitionOffset] {
        (0..<Int(unsafe pointer.pointee.cnt)).map { index in
            let element = unsafe pointer.pointee.elems[index]
            let offset = unsafe element.offset
            return PartitionOffset(
                unsafe TopicPartition(String(cString: element.topic), element.partition),
                offset: offset >= 0 ? offset : nil, metadata: unsafe metadata(of: element))
        }
    }

    static func offsets(
        of pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>
    ) -> [PartitionOffset] { unsafe offsets(of: UnsafePointer(pointer)) }

    /// The metadata has a size and no terminating zero.
    private static func metadata(of element: rd_kafka_topic_partition_t) -> String {
        guard let text = unsafe element.metadata else { return "" }
        let bytes = unsafe UnsafeRawBufferPointer(start: text, count: element.metadata_size)
        return unsafe String(decoding: bytes, as: UTF8.self)
    }
}
