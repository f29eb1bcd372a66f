/// Asks for the offset at a time, or at either end of the log.
struct ListOffsetsRequest: RequestMessage {
    struct Partition: Sendable {
        var index: Int32
        /// Milliseconds since the epoch; -1 is the end of the log, -2 its start.
        var timestamp: Int64
    }

    var isolation: IsolationLevel = .readUncommitted
    var topics: [TopicItems<Partition>]

    init(from reader: inout WireReader, version: Int16) throws {
        _ = try reader.integer(Int32.self)  // The follower's id; clients are -1.
        if version >= 2 {
            isolation = IsolationLevel(rawValue: try reader.integer()) ?? .readUncommitted
        }
        topics = try reader.topics { reader in
            let index: Int32 = try reader.integer()
            if version >= 4 { _ = try reader.integer(Int32.self) }  // The leader's epoch.
            return Partition(index: index, timestamp: try reader.integer())
        }
    }

    func refused(_ code: ErrorCode) -> any ResponseMessage {
        ListOffsetsResponse(topics: topics.map { $0.map { .init(index: $0.index, error: code) } })
    }
}

struct ListOffsetsResponse: ResponseMessage {
    struct Partition: Sendable {
        var index: Int32
        var error: ErrorCode = .none
        var timestamp: Int64 = -1
        var offset: Int64 = -1
    }

    var topics: [TopicItems<Partition>]

    func write(to writer: inout WireWriter, version: Int16) {
        if version >= 2 { writer.integer(Int32(0)) }
        writer.topics(topics) { writer, partition in
            writer.integer(partition.index)
            writer.error(partition.error)
            writer.integer(partition.timestamp)
            writer.integer(partition.offset)
            if version >= 4 { writer.integer(Int32(-1)) }
        }
    }
}
