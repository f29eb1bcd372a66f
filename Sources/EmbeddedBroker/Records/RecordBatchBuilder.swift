/// Frames records as an uncompressed batch: markers of transactions, and what a program appends
/// without a client.
enum RecordBatchBuilder {
    /// A batch with these records; there must be at least one.
    ///
    /// - Parameter producer: `ProducerIdentity.none` for a batch without sequence numbers.
    static func batch(
        _ records: [BrokerRecord], producer: ProducerIdentity = .none, baseSequence: Int32 = -1,
        attributes: Int16 = 0
    ) -> [UInt8] {
        precondition(!records.isEmpty)
        let base = records[0].timestamp
        var writer = WireWriter()
        writer.integer(Int64(0))
        writer.integer(Int32(0))
        writer.integer(Int32(0))
        writer.integer(Int8(2))
        writer.integer(UInt32(0))
        writer.integer(attributes)
        writer.integer(Int32(records.count - 1))
        writer.integer(base)
        writer.integer(records.reduce(base) { max($0, $1.timestamp) })
        writer.integer(producer.id)
        writer.integer(producer.epoch)
        writer.integer(baseSequence)
        writer.integer(Int32(records.count))
        for (delta, record) in records.enumerated() {
            let body = self.body(record, offsetDelta: delta, baseTimestamp: base)
            writer.signedVarint(Int64(body.count))
            writer.raw(body)
        }
        var bytes = writer.bytes
        RecordBatchHeader.put(
            Int32(bytes.count - RecordBatchHeader.Field.leaderEpoch), into: &bytes,
            at: RecordBatchHeader.Field.batchLength)
        RecordBatchHeader.seal(&bytes)
        return bytes
    }

    private static func body(
        _ record: BrokerRecord, offsetDelta: Int, baseTimestamp: Milliseconds
    ) -> [UInt8] {
        var writer = WireWriter()
        writer.integer(Int8(0))
        writer.signedVarint(record.timestamp &- baseTimestamp)
        writer.signedVarint(Int64(offsetDelta))
        field(record.key, to: &writer)
        field(record.value, to: &writer)
        writer.signedVarint(Int64(record.headers.count))
        for header in record.headers {
            field(Array(header.name.utf8), to: &writer)
            field(header.value, to: &writer)
        }
        return writer.bytes
    }

    private static func field(_ bytes: [UInt8]?, to writer: inout WireWriter) {
        writer.signedVarint(Int64(bytes?.count ?? -1))
        if let bytes { writer.raw(bytes) }
    }

    /// The control batch that ends a transaction in a partition.
    static func marker(
        producer: ProducerIdentity, commits: Bool, time: Milliseconds
    ) -> [UInt8] {
        var key = WireWriter()
        key.integer(Int16(0))  // The version of the key.
        key.integer(Int16(commits ? 1 : 0))
        var value = WireWriter()
        value.integer(Int16(0))  // The version of the value.
        value.integer(Int32(0))  // The coordinator's epoch.
        let record = BrokerRecord(
            offset: 0, timestamp: time, key: key.bytes, value: value.bytes, headers: [])
        return batch(
            [record], producer: producer,
            attributes: RecordBatchHeader.transactional | RecordBatchHeader.control)
    }
}
