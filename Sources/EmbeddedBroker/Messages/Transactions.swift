/// Takes partitions into the open transaction, beginning one if there is none.
struct AddPartitionsToTransactionRequest: RequestMessage {
    var transactionalID: String
    var producer: ProducerIdentity
    var topics: [TopicItems<Int32>]

    init(from reader: inout WireReader, version: Int16) throws {
        transactionalID = try reader.string()
        producer = try ProducerIdentity(from: &reader)
        topics = try reader.topics { try $0.integer() }
    }

    func refused(_ code: ErrorCode) -> any ResponseMessage {
        PartitionErrorsResponse(
            topics: topics.map { $0.map { .init(index: $0, error: code) } })
    }
}

/// An answer that is one error code for each partition.
struct PartitionErrorsResponse: ResponseMessage {
    struct Partition: Sendable {
        var index: Int32
        var error: ErrorCode
    }

    var topics: [TopicItems<Partition>]
    /// The first version that begins with the throttle time.
    var throttleSince: Int16 = 0

    func write(to writer: inout WireWriter, version: Int16) {
        if version >= throttleSince { writer.integer(Int32(0)) }
        writer.topics(topics) { writer, partition in
            writer.integer(partition.index)
            writer.error(partition.error)
            writer.endStructure()
        }
        writer.endStructure()
    }
}

/// An answer that is one error code.
struct ErrorResponse: ResponseMessage {
    var error: ErrorCode
    /// The first version that begins with the throttle time.
    var throttleSince: Int16 = 0

    func write(to writer: inout WireWriter, version: Int16) {
        if version >= throttleSince { writer.integer(Int32(0)) }
        writer.error(error)
    }
}

/// Takes the offsets of a consumer group into the open transaction.
struct AddOffsetsToTransactionRequest: RequestMessage {
    var transactionalID: String
    var producer: ProducerIdentity
    var group: String

    init(from reader: inout WireReader, version: Int16) throws {
        transactionalID = try reader.string()
        producer = try ProducerIdentity(from: &reader)
        group = try reader.string()
    }

    func refused(_ code: ErrorCode) -> any ResponseMessage { ErrorResponse(error: code) }
}

/// Commits or aborts the open transaction.
struct EndTransactionRequest: RequestMessage {
    var transactionalID: String
    var producer: ProducerIdentity
    var commits: Bool

    init(from reader: inout WireReader, version: Int16) throws {
        transactionalID = try reader.string()
        producer = try ProducerIdentity(from: &reader)
        commits = try reader.boolean()
    }

    func refused(_ code: ErrorCode) -> any ResponseMessage { ErrorResponse(error: code) }
}

/// Stores a group's offsets that become valid when the transaction commits.
struct TransactionOffsetCommitRequest: RequestMessage {
    var transactionalID: String
    var group: String
    var producer: ProducerIdentity
    var membership: Membership
    var topics: [TopicItems<OffsetToCommit>]

    init(from reader: inout WireReader, version: Int16) throws {
        transactionalID = try reader.string()
        group = try reader.string()
        producer = try ProducerIdentity(from: &reader)
        membership = .none
        if version >= 3 {
            membership.generation = try reader.integer()
            membership.member = try reader.string()
            membership.instance = try reader.nullableString()
        }
        topics = try reader.topics { reader in
            let partition = OffsetToCommit(
                index: try reader.integer(),
                offset: try reader.integer(),
                leaderEpoch: version >= 2 ? try reader.integer() : -1,
                metadata: try reader.nullableString() ?? "")
            try reader.endStructure()
            return partition
        }
        try reader.endStructure()
    }

    func refused(_ code: ErrorCode) -> any ResponseMessage {
        PartitionErrorsResponse(
            topics: topics.map { $0.map { .init(index: $0.index, error: code) } })
    }
}
