internal import CRdkafka
internal import Streaming

/// Moves records from the consumer's queue into batches. A value of its own, so that the loop over
/// records holds it once and not each property for each record.
struct RecordReader: ~Copyable {
    /// Where the partitions' records arrive; released once the consumer is closed.
    var queue: QueueHandle
    var messages: MessageBuffer
    var partitions = PartitionTable()
    var ends: [PartitionEnd] = []
    private var wakeUp: FetchWakeUp

    /// How far a read may go.
    struct Limits {
        let records: Int
        /// The batch's byte count at which to stop.
        let bytes: Int
    }

    init(client: borrowing ClientHandle, chunk: Int, wakeUp: FetchWakeUp) {
        queue = QueueHandle(client: client)
        messages = MessageBuffer(capacity: chunk)
        self.wakeUp = wakeUp
    }

    /// Waits for a record without handing it on.
    mutating func wait(timeoutMilliseconds: Int) {
        messages.fill(from: queue, limit: 1, timeoutMilliseconds: timeoutMilliseconds)
    }

    /// Takes what is there.
    mutating func read(
        into batch: RecordBatch, _ limits: Limits, client: borrowing ClientHandle,
        _ outcome: inout PollOutcome
    ) {
        while outcome.records < limits.records, batch.bytes.count < limits.bytes {
            if messages.isEmpty {
                messages.fill(
                    from: queue, limit: limits.records - outcome.records, timeoutMilliseconds: 0)
                wakeUp.fetchers(of: client, waiting: queue.length)
            }
            guard let message = unsafe messages.take() else { return }
            unsafe add(message, to: batch, &outcome)
            unsafe rd_kafka_message_destroy(message)
        }
    }

    @inline(__always)
    private mutating func add(
        _ message: UnsafeMutablePointer<rd_kafka_message_t>, to batch: RecordBatch,
        _ outcome: inout PollOutcome
    ) {
        let index = unsafe partitions.index(
            topic: message.pointee.rkt, partition: message.pointee.partition)
        let code = unsafe message.pointee.err
        if code == RD_KAFKA_RESP_ERR_NO_ERROR {
            guard index != PartitionTable.unassigned else { return }
            unsafe batch.append(message, index: Int(index))
            outcome.records += 1
        } else if code == RD_KAFKA_RESP_ERR__PARTITION_EOF {
            guard index != PartitionTable.unassigned else { return }
            ends.append(unsafe PartitionEnd(index: Int(index), offset: message.pointee.offset))
        } else if outcome.error == nil {
            outcome.error = unsafe KafkaError(of: message)
        }
    }
}

extension KafkaError {
    /// The error that a consumer's message stands for.
    init(of message: UnsafeMutablePointer<rd_kafka_message_t>) {
        let text = unsafe rd_kafka_message_errstr(message).map { unsafe String(cString: $0) }
        var place = "consume"
        if let topic = unsafe message.pointee.rkt {
            place += unsafe " \(String(cString: rd_kafka_topic_name(topic)))"
            let partition = unsafe message.pointee.partition
            if partition >= 0 { place += " [\(partition)]" }
        }
        self.init(unsafe message.pointee.err, operation: place, text: text ?? "")
    }
}

extension RecordBatch {
    /// Copies a message without an error.
    @inline(__always)
    fileprivate func append(_ message: UnsafeMutablePointer<rd_kafka_message_t>, index: Int) {
        var kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
        let time = unsafe rd_kafka_message_timestamp(message, &kind)
        let hasTime = kind != RD_KAFKA_TIMESTAMP_NOT_AVAILABLE && time >= 0
        let value = unsafe UnsafeRawBufferPointer(
            start: message.pointee.payload, count: message.pointee.len)
        let key = unsafe UnsafeRawBufferPointer(
            start: message.pointee.key, count: message.pointee.key_len)
        unsafe append(
            value: value.assumingMemoryBound(to: UInt8.self).span,
            key: key.assumingMemoryBound(to: UInt8.self).span,
            hasValue: message.pointee.payload != nil, hasKey: message.pointee.key != nil,
            partition: index, offset: message.pointee.offset,
            timestamp: hasTime ? time : Self.noTimestamp)
    }
}
