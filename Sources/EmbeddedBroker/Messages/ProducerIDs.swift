/// Who a producer is to the broker: its number, and how often it was started anew under it.
struct ProducerIdentity: Hashable, Sendable {
    var id: Int64
    var epoch: Int16

    init(id: Int64, epoch: Int16) {
        self.id = id
        self.epoch = epoch
    }

    init(from reader: inout WireReader) throws {
        id = try reader.integer()
        epoch = try reader.integer()
    }

    /// What stands for "no producer id" on the wire.
    static let none = ProducerIdentity(id: -1, epoch: -1)
}

/// Asks for a producer id; with a transactional id it fences whoever had it before.
struct InitProducerIDRequest: RequestMessage {
    var transactionalID: String?
    var transactionTimeout: Milliseconds
    /// What the producer has already, when it only wants a higher epoch.
    var current: ProducerIdentity = .none

    init(from reader: inout WireReader, version: Int16) throws {
        transactionalID = try reader.nullableString()
        transactionTimeout = Milliseconds(try reader.integer(Int32.self))
        if version >= 3 { current = try ProducerIdentity(from: &reader) }
        try reader.endStructure()
    }

    func refused(_ code: ErrorCode) -> any ResponseMessage {
        InitProducerIDResponse(error: code, producer: .none)
    }
}

struct InitProducerIDResponse: ResponseMessage {
    var error: ErrorCode = .none
    var producer: ProducerIdentity

    func write(to writer: inout WireWriter, version: Int16) {
        writer.integer(Int32(0))
        writer.error(error)
        writer.integer(producer.id)
        writer.integer(producer.epoch)
        writer.endStructure()
    }
}
