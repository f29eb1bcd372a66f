/// Appends record batches to partitions.
struct ProduceRequest: RequestMessage {
    struct Partition: Sendable {
        var index: Int32
        /// One record batch, as the client framed and compressed it.
        var records: [UInt8]
    }

    var transactionalID: String?
    /// 0 (no answer), 1 or -1 (all replicas).
    var requiredAcks: Int16
    var topics: [TopicItems<Partition>]

    init(from reader: inout WireReader, version: Int16) throws {
        transactionalID = version >= 3 ? try reader.nullableString() : nil
        requiredAcks = try reader.integer()
        // How long to wait for replicas, of which there are none.
        _ = try reader.integer(Int32.self)
        topics = try reader.topics { reader in
            Partition(index: try reader.integer(), records: try reader.bytes())
        }
    }

    func refused(_ code: ErrorCode) -> any ResponseMessage {
        ProduceResponse(
            topics: topics.map { $0.map { .init(index: $0.index, result: .init(error: code)) } })
    }
}

struct ProduceResponse: ResponseMessage {
    struct Partition: Sendable {
        var index: Int32
        var result: AppendResult
    }

    var topics: [TopicItems<Partition>]

    func write(to writer: inout WireWriter, version: Int16) {
        writer.topics(topics) { writer, partition in
            let result = partition.result
            writer.integer(partition.index)
            writer.error(result.error)
            writer.integer(result.baseOffset)
            if version >= 2 { writer.integer(result.logAppendTime) }
            if version >= 5 { writer.integer(result.logStartOffset) }
            if version >= 8 {
                writer.array([Int]()) { _, _ in }  // No record is refused apart from its batch.
                writer.nullableString(nil)
            }
        }
        if version >= 1 { writer.integer(Int32(0)) }
    }
}

/// What an append answers for one partition.
struct AppendResult: Sendable, Equatable {
    var error: ErrorCode
    /// Offset of the batch's first record; -1 when refused.
    var baseOffset: Int64 = -1
    /// The time the broker stamped on the batch; -1 where the topic keeps the client's time.
    var logAppendTime: Milliseconds = -1
    var logStartOffset: Int64 = -1
}
