internal import CRdkafka

/// What the rebalance callback reaches.
final class ConsumerContext: ClientContext {
    weak var consumer: Consumer?
}

/// `rebalance_cb`: inside poll and close, on the consumer's thread.
@c func kafkaRebalanceCallback(
    client: OpaquePointer?, code: rd_kafka_resp_err_t,
    list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?,
    opaque: UnsafeMutableRawPointer?
) {
    // Safe: only a Consumer installs this callback, and its context is a ConsumerContext.
    let context = unsafe ClientContext.of(opaque) as? ConsumerContext
    guard let consumer = context?.consumer, let list = unsafe list else {
        // The consumer is going away: give the partitions back.
        _ = unsafe rd_kafka_assign(client, nil)
        return
    }
    let partitions = unsafe PartitionList.offsets(of: list).map(\.partition)
    consumer.rebalances += 1
    if code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS {
        consumer.take(partitions)
    } else {
        consumer.giveBack(partitions)
        if code != RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS {
            consumer.pendingError = KafkaError(code, operation: "rebalance of \(consumer.group)")
        }
    }
}

extension Consumer {
    fileprivate func take(_ assigned: [TopicPartition]) {
        messages.removeAll()
        unsafe groupMetadata = rd_kafka_consumer_group_metadata(client.pointer).map {
            unsafe GroupMetadata(owning: $0)
        }
        do throws(KafkaError) {
            try assign(handler?.assigned(assigned, consumer: self) ?? [])
        } catch {
            pendingError = error
            partitions = PartitionTable()
            // Librdkafka waits for an assign call: an empty one keeps the member alive.
            let none = PartitionList()
            _ = unsafe rd_kafka_assign(client.pointer, none.pointer)
        }
    }

    private func assign(_ starts: [PartitionStart]) throws(KafkaError) {
        guard !records.isReleased else { throw KafkaError(.state, text: "the consumer is closed") }
        let list = PartitionList(capacity: starts.count)
        for start in starts {
            // Before assign, so that no record of the partition gets into the group's queue.
            try records.receive(start.partition, of: client)
            list.append(PartitionOffset(start.partition, offset: start.offset))
        }
        partitions = PartitionTable(starts)
        try KafkaError.check(unsafe rd_kafka_assign(client.pointer, list.pointer), "assign")
    }

    fileprivate func giveBack(_ revoked: [TopicPartition]) {
        messages.removeAll()
        let lost = unsafe rd_kafka_assignment_lost(client.pointer) != 0
        handler?.revoked(revoked, lost: lost, consumer: self)
        partitions = PartitionTable()
        groupMetadata = nil
        _ = unsafe rd_kafka_assign(client.pointer, nil)
    }

    /// Runs the revoke handler, leaves the group (a static member stays in it until its session
    /// times out) and frees the queue. A second call does nothing; a poll after it is an error.
    public func close() throws(KafkaError) {
        guard !records.isReleased else { return }
        let code = unsafe rd_kafka_consumer_close(client.pointer)
        leave()
        try KafkaError.check(code, "leave the group \(group)")
    }

    /// Frees what must go before the client; with the consumer not closed, the client's end leaves
    /// the group.
    func leave() {
        messages.removeAll()
        records.release()
        groupMetadata = nil
    }

    /// The group's committed offsets and metadata, in the order asked for. Blocks up to
    /// `timeoutMilliseconds`, while a transaction of an earlier owner is pending too: then
    /// ``KafkaError/Code/timedOut``, retriable.
    public func committed(
        _ partitions: [TopicPartition], timeoutMilliseconds: Int
    ) throws(KafkaError) -> [PartitionOffset] {
        let list = PartitionList(partitions)
        let operation = "read the committed offsets of \(group)"
        try KafkaError.check(
            unsafe rd_kafka_committed(
                client.pointer, list.pointer, Int32(clamping: timeoutMilliseconds)), operation)
        if let error = list.firstError {
            throw KafkaError(error.code, operation: "\(operation) for \(error.partition)")
        }
        return list.offsets
    }

    /// Commits offsets and metadata outside of a transaction. `synchronously` waits for the
    /// coordinator's answer and throws what it says; otherwise a failure goes unreported.
    ///
    /// Only between an assignment and the return of the handler that is told of its revocation:
    /// without an assignment the member is nobody, and a broker may take a nobody's commit.
    public func commit(
        _ offsets: [PartitionOffset], synchronously: Bool
    ) throws(KafkaError) {
        let operation = "commit offsets of \(group)"
        guard groupMetadata != nil else {
            throw KafkaError(.state, operation: operation, text: "no partitions are assigned")
        }
        let list = PartitionList(offsets)
        try KafkaError.check(
            unsafe rd_kafka_commit(client.pointer, list.pointer, synchronously ? 0 : 1), operation)
        if synchronously, let error = list.firstError {
            throw KafkaError(error.code, operation: "\(operation) for \(error.partition)")
        }
    }

    /// Asks the broker for the offsets of a partition's first record (`low`) and of the next to be
    /// written (`high`; with `read_committed` the end of what is stable).
    public func queryWatermarks(
        _ partition: TopicPartition, timeoutMilliseconds: Int
    ) throws(KafkaError) -> (low: Int64, high: Int64) {
        var low: Int64 = 0
        var high: Int64 = 0
        try KafkaError.check(
            unsafe rd_kafka_query_watermark_offsets(
                client.pointer, partition.topic, partition.partition, &low, &high,
                Int32(clamping: timeoutMilliseconds)), "read the offsets of \(partition)")
        return (low, high)
    }
}
