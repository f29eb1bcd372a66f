internal import CRdkafka

/// Transactions; the properties must set `transactional.id`.
///
/// What to do about an error: see ``KafkaError``. A retriable one of
/// ``initTransactions(timeoutMilliseconds:)``, ``commit(timeoutMilliseconds:)`` or
/// ``abort(timeoutMilliseconds:)`` means "call again, it goes on where it was"; never abort because
/// of a retriable commit error. A timeout of -1 is what the library advises for commit and abort: at
/// most the rest of `transaction.timeout.ms`. Each call blocks the thread.
extension Producer {
    /// Registers with the transaction coordinator, which settles what an earlier producer of the
    /// same `transactional.id` left open, and fences that one. Once, before anything else.
    public func initTransactions(timeoutMilliseconds: Int) throws(KafkaError) {
        try unsafe KafkaError.check(
            consuming: rd_kafka_init_transactions(
                client.pointer, Int32(clamping: timeoutMilliseconds)), "start transactions")
    }

    public func begin() throws(KafkaError) {
        try unsafe KafkaError.check(
            consuming: rd_kafka_begin_transaction(client.pointer), "begin a transaction")
    }

    /// Adds the consumer's offsets to the transaction. A retriable error means to repeat it with the
    /// same arguments.
    public func sendOffsets(
        _ offsets: [PartitionOffset], group: GroupMetadata,
        timeoutMilliseconds: Int = -1
    ) throws(KafkaError) {
        let list = PartitionList(offsets)
        try unsafe KafkaError.check(
            consuming: rd_kafka_send_offsets_to_transaction(
                client.pointer, list.pointer, group.pointer, Int32(clamping: timeoutMilliseconds)),
            "add offsets to the transaction")
    }

    /// Flushes and commits.
    public func commit(timeoutMilliseconds: Int = -1) throws(KafkaError) {
        try unsafe KafkaError.check(
            consuming: rd_kafka_commit_transaction(
                client.pointer, Int32(clamping: timeoutMilliseconds)), "commit the transaction")
    }

    /// Drops what the transaction holds, in the queue and at the broker.
    public func abort(timeoutMilliseconds: Int = -1) throws(KafkaError) {
        try unsafe KafkaError.check(
            consuming: rd_kafka_abort_transaction(
                client.pointer, Int32(clamping: timeoutMilliseconds)), "abort the transaction")
    }
}
