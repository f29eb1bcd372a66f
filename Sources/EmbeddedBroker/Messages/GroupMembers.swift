/// Brings the leader's assignment, or waits for one's own.
struct SyncGroupRequest: RequestMessage {
    struct Assignment: Sendable {
        var member: String
        var bytes: [UInt8]
    }

    var group: String
    var membership: Membership
    var assignments: [Assignment]

    init(from reader: inout WireReader, version: Int16) throws {
        group = try reader.string()
        membership = Membership(generation: try reader.integer(), member: try reader.string())
        if version >= 3 { membership.instance = try reader.nullableString() }
        assignments = try reader.array { reader in
            Assignment(member: try reader.string(), bytes: try reader.bytes())
        }
    }

    func refused(_ code: ErrorCode) -> any ResponseMessage { SyncGroupResponse(error: code) }
}

struct SyncGroupResponse: ResponseMessage {
    var error: ErrorCode
    var assignment: [UInt8] = []

    func write(to writer: inout WireWriter, version: Int16) {
        if version >= 1 { writer.integer(Int32(0)) }
        writer.error(error)
        writer.nullableBytes(assignment)
    }
}

/// Says that a member is alive.
struct HeartbeatRequest: RequestMessage {
    var group: String
    var membership: Membership

    init(from reader: inout WireReader, version: Int16) throws {
        group = try reader.string()
        membership = Membership(generation: try reader.integer(), member: try reader.string())
        if version >= 3 { membership.instance = try reader.nullableString() }
    }

    func refused(_ code: ErrorCode) -> any ResponseMessage {
        ErrorResponse(error: code, throttleSince: 1)
    }
}

/// Takes members out of their group.
struct LeaveGroupRequest: RequestMessage {
    struct Member: Sendable {
        var member: String
        var instance: String?
    }

    var group: String
    var members: [Member]

    init(from reader: inout WireReader, version: Int16) throws {
        group = try reader.string()
        if version >= 3 {
            members = try reader.array { reader in
                Member(member: try reader.string(), instance: try reader.nullableString())
            }
        } else {
            members = [Member(member: try reader.string())]
        }
    }

    func refused(_ code: ErrorCode) -> any ResponseMessage { LeaveGroupResponse(error: code) }
}

struct LeaveGroupResponse: ResponseMessage {
    struct Member: Sendable {
        var member: String
        var instance: String?
        var error: ErrorCode
    }

    var error: ErrorCode = .none
    var members: [Member] = []

    func write(to writer: inout WireWriter, version: Int16) {
        if version >= 1 { writer.integer(Int32(0)) }
        // Older versions tell of their only member where newer ones tell of the request.
        writer.error(version >= 3 || error != .none ? error : members.first?.error ?? .none)
        if version >= 3 {
            writer.array(members) { writer, member in
                writer.string(member.member)
                writer.nullableString(member.instance)
                writer.error(member.error)
            }
        }
    }
}
