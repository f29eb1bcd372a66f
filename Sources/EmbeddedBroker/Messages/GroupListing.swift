/// Lists the consumer groups.
struct ListGroupsRequest: RequestMessage {
    init(from reader: inout WireReader, version: Int16) throws {}

    func refused(_ code: ErrorCode) -> any ResponseMessage {
        ListGroupsResponse(error: code, groups: [])
    }
}

struct ListGroupsResponse: ResponseMessage {
    struct Group: Sendable {
        var name: String
        var protocolType: String
    }

    var error: ErrorCode = .none
    var groups: [Group]

    func write(to writer: inout WireWriter, version: Int16) {
        if version >= 1 { writer.integer(Int32(0)) }
        writer.error(error)
        writer.array(groups) { writer, group in
            writer.string(group.name)
            writer.string(group.protocolType)
        }
    }
}

/// Asks for the state and the members of groups.
struct DescribeGroupsRequest: RequestMessage {
    var groups: [String]

    init(from reader: inout WireReader, version: Int16) throws {
        groups = try reader.array { try $0.string() }
        if version >= 3 { _ = try reader.boolean() }  // Authorized operations: nothing is guarded.
    }

    func refused(_ code: ErrorCode) -> any ResponseMessage {
        DescribeGroupsResponse(groups: groups.map { .init(error: code, name: $0) })
    }
}

struct DescribeGroupsResponse: ResponseMessage {
    struct Member: Sendable {
        var member: String
        var instance: String?
        var clientID: String
        var clientHost: String
        var metadata: [UInt8]
        var assignment: [UInt8]
    }

    struct Group: Sendable {
        var error: ErrorCode = .none
        var name: String
        var state = ""
        var protocolType = ""
        var protocolName = ""
        var members: [Member] = []
    }

    var groups: [Group]

    func write(to writer: inout WireWriter, version: Int16) {
        if version >= 1 { writer.integer(Int32(0)) }
        writer.array(groups) { writer, group in
            writer.error(group.error)
            writer.string(group.name)
            writer.string(group.state)
            writer.string(group.protocolType)
            writer.string(group.protocolName)
            writer.array(group.members) { writer, member in
                writer.string(member.member)
                if version >= 4 { writer.nullableString(member.instance) }
                writer.string(member.clientID)
                writer.string(member.clientHost)
                writer.nullableBytes(member.metadata)
                writer.nullableBytes(member.assignment)
            }
            if version >= 3 { writer.integer(Int32.min) }  // Operations: not told.
        }
    }
}

/// Deletes groups that have no members.
struct DeleteGroupsRequest: RequestMessage {
    var groups: [String]

    init(from reader: inout WireReader, version: Int16) throws {
        groups = try reader.array { try $0.string() }
    }

    func refused(_ code: ErrorCode) -> any ResponseMessage {
        DeleteGroupsResponse(results: groups.map { .init(group: $0, error: code) })
    }
}

struct DeleteGroupsResponse: ResponseMessage {
    struct Result: Sendable {
        var group: String
        var error: ErrorCode
    }

    var results: [Result]

    func write(to writer: inout WireWriter, version: Int16) {
        writer.integer(Int32(0))
        writer.array(results) { writer, result in
            writer.string(result.group)
            writer.error(result.error)
        }
    }
}
