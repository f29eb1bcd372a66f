/// A way of assigning partitions that a member supports, with what the assignor needs of it.
struct GroupProtocol: Hashable, Sendable {
    var name: String
    var metadata: [UInt8]
}

/// Joins a consumer group, or joins again when it rebalances.
struct JoinGroupRequest: RequestMessage {
    var group: String
    var sessionTimeout: Milliseconds
    var rebalanceTimeout: Milliseconds
    /// Empty for a member that has no id yet.
    var member: String
    var instance: String?
    var protocolType: String
    var protocols: [GroupProtocol]

    init(from reader: inout WireReader, version: Int16) throws {
        group = try reader.string()
        sessionTimeout = Milliseconds(try reader.integer(Int32.self))
        rebalanceTimeout =
            version >= 1 ? Milliseconds(try reader.integer(Int32.self)) : sessionTimeout
        member = try reader.string()
        instance = version >= 5 ? try reader.nullableString() : nil
        protocolType = try reader.string()
        protocols = try reader.array { reader in
            GroupProtocol(name: try reader.string(), metadata: try reader.bytes())
        }
    }

    func refused(_ code: ErrorCode) -> any ResponseMessage {
        JoinGroupResponse(error: code, member: member)
    }
}

struct JoinGroupResponse: ResponseMessage {
    struct Member: Sendable {
        var member: String
        var instance: String?
        var metadata: [UInt8]
    }

    var error: ErrorCode
    var generation: Int32 = -1
    var protocolName = ""
    var leader = ""
    var member: String
    /// All members for the leader, who assigns; none for the others.
    var members: [Member] = []

    func write(to writer: inout WireWriter, version: Int16) {
        if version >= 2 { writer.integer(Int32(0)) }
        writer.error(error)
        writer.integer(generation)
        writer.string(protocolName)
        writer.string(leader)
        writer.string(member)
        writer.array(members) { writer, member in
            writer.string(member.member)
            if version >= 5 { writer.nullableString(member.instance) }
            writer.nullableBytes(member.metadata)
        }
    }
}
