/// Asks for brokers, topics and the leaders of partitions.
struct MetadataRequest: RequestMessage {
    /// The topics asked for; nil for all.
    var topics: [String]?
    var allowsCreation = true

    init(from reader: inout WireReader, version: Int16) throws {
        topics = try reader.nullableArray { try $0.string() }
        if version == 0, topics?.isEmpty == true { topics = nil }
        if version >= 4 { allowsCreation = try reader.boolean() }
        if version >= 8 {
            _ = try reader.boolean()  // The authorized operations of the cluster,
            _ = try reader.boolean()  // and of the topics: nothing is guarded.
        }
    }

    func refused(_ code: ErrorCode) -> any ResponseMessage {
        MetadataResponse(
            broker: nil, clusterID: "",
            topics: (topics ?? []).map { .init(error: code, name: $0, partitions: 0) })
    }
}

struct MetadataResponse: ResponseMessage {
    struct Topic: Sendable {
        var error: ErrorCode = .none
        var name: String
        var partitions: Int
    }

    var broker: Endpoint?
    var clusterID: String
    var topics: [Topic]

    /// The only broker's node id.
    static let node: Int32 = 1

    func write(to writer: inout WireWriter, version: Int16) {
        if version >= 3 { writer.integer(Int32(0)) }
        writer.array(broker.map { [$0] } ?? []) { writer, broker in
            writer.integer(Self.node)
            writer.string(broker.host)
            writer.integer(Int32(clamping: broker.port))
            if version >= 1 { writer.nullableString(nil) }  // No rack.
        }
        if version >= 2 { writer.nullableString(clusterID) }
        if version >= 1 { writer.integer(Self.node) }  // The controller.
        writer.array(topics) { writer, topic in
            writer.error(topic.error)
            writer.string(topic.name)
            if version >= 1 { writer.boolean(false) }  // Not internal.
            writer.array(Array(0..<topic.partitions)) { writer, partition in
                Self.write(partition: partition, to: &writer, version: version)
            }
            if version >= 8 { writer.integer(Int32.min) }  // Operations: not told.
        }
        if version >= 8 { writer.integer(Int32.min) }
    }

    private static func write(partition: Int, to writer: inout WireWriter, version: Int16) {
        writer.error(.none)
        writer.integer(Int32(clamping: partition))
        writer.integer(node)
        if version >= 7 { writer.integer(Int32(-1)) }  // No leader epochs: there are no elections.
        writer.array([node]) { $0.integer($1) }  // Replicas,
        writer.array([node]) { $0.integer($1) }  // those in sync,
        if version >= 5 { writer.array([Int32]()) { $0.integer($1) } }  // and those offline.
    }
}
