/// Creates topics.
struct CreateTopicsRequest: RequestMessage {
    struct Setting: Sendable {
        var name: String
        var value: String?
    }

    struct Topic: Sendable {
        var name: String
        /// -1 for the broker's default.
        var partitions: Int32
        var replicationFactor: Int16
        var hasAssignments: Bool
        var settings: [Setting]
    }

    var topics: [Topic]
    var validatesOnly = false

    init(from reader: inout WireReader, version: Int16) throws {
        topics = try reader.array { reader in
            let name = try reader.string()
            let partitions: Int32 = try reader.integer()
            let replicationFactor: Int16 = try reader.integer()
            let assigned = try reader.array { reader in
                _ = try reader.integer(Int32.self)  // The partition,
                return try reader.array { try $0.integer(Int32.self) }  // and its brokers.
            }
            return Topic(
                name: name,
                partitions: assigned.isEmpty ? partitions : Int32(clamping: assigned.count),
                replicationFactor: replicationFactor, hasAssignments: !assigned.isEmpty,
                settings: try reader.array { reader in
                    Setting(name: try reader.string(), value: try reader.nullableString())
                })
        }
        _ = try reader.integer(Int32.self)  // How long to wait for it: nothing waits here.
        if version >= 1 { validatesOnly = try reader.boolean() }
    }

    func refused(_ code: ErrorCode) -> any ResponseMessage {
        TopicErrorsResponse(
            topics: topics.map { .init(name: $0.name, error: code) },
            throttleSince: 2, messageSince: 1)
    }
}

/// An answer that is an error code, and since some version a message, for each topic.
struct TopicErrorsResponse: ResponseMessage {
    struct Topic: Sendable {
        var name: String
        var error: ErrorCode
        var message: String?
    }

    var topics: [Topic]
    var throttleSince: Int16
    var messageSince: Int16

    func write(to writer: inout WireWriter, version: Int16) {
        if version >= throttleSince { writer.integer(Int32(0)) }
        writer.array(topics) { writer, topic in
            writer.string(topic.name)
            writer.error(topic.error)
            if version >= messageSince { writer.nullableString(topic.message) }
        }
    }
}

/// Deletes topics with all their records.
struct DeleteTopicsRequest: RequestMessage {
    var names: [String]

    init(from reader: inout WireReader, version: Int16) throws {
        names = try reader.array { try $0.string() }
        _ = try reader.integer(Int32.self)
    }

    func refused(_ code: ErrorCode) -> any ResponseMessage {
        TopicErrorsResponse(
            topics: names.map { .init(name: $0, error: code) },
            throttleSince: 1, messageSince: .max)
    }
}

/// Gives topics more partitions.
struct CreatePartitionsRequest: RequestMessage {
    struct Topic: Sendable {
        var name: String
        /// How many partitions the topic shall have in all.
        var count: Int32
    }

    var topics: [Topic]
    var validatesOnly: Bool

    init(from reader: inout WireReader, version: Int16) throws {
        topics = try reader.array { reader in
            let topic = Topic(name: try reader.string(), count: try reader.integer())
            _ = try reader.nullableArray { reader in
                try reader.array { try $0.integer(Int32.self) }  // The brokers of a new partition.
            }
            return topic
        }
        _ = try reader.integer(Int32.self)
        validatesOnly = try reader.boolean()
    }

    func refused(_ code: ErrorCode) -> any ResponseMessage {
        TopicErrorsResponse(
            topics: topics.map { .init(name: $0.name, error: code) },
            throttleSince: 0, messageSince: 0)
    }
}

/// Moves the start of partitions' logs.
struct DeleteRecordsRequest: RequestMessage {
    struct Partition: Sendable {
        var index: Int32
        /// The new start; -1 for the end of the log.
        var offset: Int64
    }

    var topics: [TopicItems<Partition>]

    init(from reader: inout WireReader, version: Int16) throws {
        topics = try reader.topics { reader in
            Partition(index: try reader.integer(), offset: try reader.integer())
        }
        _ = try reader.integer(Int32.self)
    }

    func refused(_ code: ErrorCode) -> any ResponseMessage {
        DeleteRecordsResponse(topics: topics.map { $0.map { .init(index: $0.index, error: code) } })
    }
}

struct DeleteRecordsResponse: ResponseMessage {
    struct Partition: Sendable {
        var index: Int32
        var lowWatermark: Int64 = -1
        var error: ErrorCode
    }

    var topics: [TopicItems<Partition>]

    func write(to writer: inout WireWriter, version: Int16) {
        writer.integer(Int32(0))
        writer.topics(topics) { writer, partition in
            writer.integer(partition.index)
            writer.integer(partition.lowWatermark)
            writer.error(partition.error)
        }
    }
}
