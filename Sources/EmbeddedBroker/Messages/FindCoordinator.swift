/// Asks which broker coordinates a group or a transactional id: there is only one.
struct FindCoordinatorRequest: RequestMessage {
    init(from reader: inout WireReader, version: Int16) throws {
        _ = try reader.string()
        if version >= 1 { _ = try reader.integer(Int8.self) }  // Group (0) or transaction (1).
    }

    func refused(_ code: ErrorCode) -> any ResponseMessage {
        FindCoordinatorResponse(error: code, broker: nil)
    }
}

struct FindCoordinatorResponse: ResponseMessage {
    var error: ErrorCode = .none
    var broker: Endpoint?

    func write(to writer: inout WireWriter, version: Int16) {
        if version >= 1 { writer.integer(Int32(0)) }
        writer.error(error)
        if version >= 1 { writer.nullableString(nil) }
        writer.integer(broker == nil ? -1 : MetadataResponse.node)
        writer.string(broker?.host ?? "")
        writer.integer(Int32(clamping: broker?.port ?? -1))
    }
}
