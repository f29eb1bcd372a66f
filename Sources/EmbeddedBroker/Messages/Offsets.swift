/// What a request says of the member that sent it.
struct Membership: Hashable, Sendable {
    var generation: Int32
    var member: String
    /// `group.instance.id` of a static member.
    var instance: String?

    /// Neither a member nor a generation: a consumer that assigns partitions itself, or a request
    /// too old to tell.
    static let none = Membership(generation: -1, member: "", instance: nil)
}

/// An offset to store for a partition.
struct OffsetToCommit: Sendable {
    var index: Int32
    var offset: Int64
    var leaderEpoch: Int32
    var metadata: String
}

/// Stores a group's offsets.
struct OffsetCommitRequest: RequestMessage {
    var group: String
    var membership: Membership = .none
    var topics: [TopicItems<OffsetToCommit>]

    init(from reader: inout WireReader, version: Int16) throws {
        group = try reader.string()
        if version >= 1 {
            membership.generation = try reader.integer()
            membership.member = try reader.string()
        }
        if version >= 7 { membership.instance = try reader.nullableString() }
        if (2...4).contains(version) { _ = try reader.integer(Int64.self) }  // How long to keep it.
        topics = try reader.topics { reader in
            let index: Int32 = try reader.integer()
            let offset: Int64 = try reader.integer()
            let leaderEpoch = version >= 6 ? try reader.integer(Int32.self) : -1
            if version == 1 { _ = try reader.integer(Int64.self) }  // The time of the commit.
            return OffsetToCommit(
                index: index, offset: offset, leaderEpoch: leaderEpoch,
                metadata: try reader.nullableString() ?? "")
        }
    }

    func refused(_ code: ErrorCode) -> any ResponseMessage {
        PartitionErrorsResponse(
            topics: topics.map { $0.map { .init(index: $0.index, error: code) } }, throttleSince: 3)
    }
}

/// Reads a group's offsets.
struct OffsetFetchRequest: RequestMessage {
    var group: String
    /// The partitions asked for; nil for all that have an offset.
    var topics: [TopicItems<Int32>]?
    /// Whether offsets of an open transaction hold the answer back.
    var requiresStable = false

    init(from reader: inout WireReader, version: Int16) throws {
        group = try reader.string()
        topics = try reader.nullableArray { reader in
            try TopicItems(from: &reader) { try $0.integer() }
        }
        if version >= 7 { requiresStable = try reader.boolean() }
        try reader.endStructure()
    }

    func refused(_ code: ErrorCode) -> any ResponseMessage {
        OffsetFetchResponse(
            error: code,
            topics: (topics ?? []).map { $0.map { .init(index: $0, error: code) } })
    }
}

struct OffsetFetchResponse: ResponseMessage {
    struct Partition: Sendable {
        var index: Int32
        var error: ErrorCode = .none
        var offset: Int64 = -1
        var leaderEpoch: Int32 = -1
        var metadata: String? = ""
    }

    var error: ErrorCode = .none
    var topics: [TopicItems<Partition>]

    func write(to writer: inout WireWriter, version: Int16) {
        if version >= 3 { writer.integer(Int32(0)) }
        writer.topics(topics) { writer, partition in
            writer.integer(partition.index)
            writer.integer(partition.offset)
            if version >= 5 { writer.integer(partition.leaderEpoch) }
            writer.nullableString(partition.metadata)
            writer.error(partition.error)
            writer.endStructure()
        }
        if version >= 2 { writer.error(error) }
        writer.endStructure()
    }
}
