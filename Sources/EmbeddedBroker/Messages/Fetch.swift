/// Which records a reader may see.
public enum IsolationLevel: Int8, Sendable {
    /// Everything, those of open and aborted transactions included.
    case readUncommitted = 0
    /// Nothing beyond the last stable offset, and nothing of an aborted transaction.
    case readCommitted = 1
}

/// Reads record batches, and waits for them when there are too few.
struct FetchRequest: RequestMessage {
    struct Partition: Sendable {
        var index: Int32
        var offset: Int64
        var maximumBytes: Int32
    }

    var maximumWait: Milliseconds
    var minimumBytes: Int32
    var maximumBytes: Int32
    var isolation: IsolationLevel
    /// The fetch session to go on with; 0 for none. The broker never opens one.
    var session: Int32 = 0
    var topics: [TopicItems<Partition>]

    init(from reader: inout WireReader, version: Int16) throws {
        _ = try reader.integer(Int32.self)  // The follower's id; clients are -1.
        maximumWait = Milliseconds(try reader.integer(Int32.self))
        minimumBytes = try reader.integer()
        maximumBytes = try reader.integer()
        isolation = IsolationLevel(rawValue: try reader.integer()) ?? .readUncommitted
        if version >= 7 {
            session = try reader.integer()
            _ = try reader.integer(Int32.self)  // The session's epoch.
        }
        topics = try reader.topics { reader in
            let index: Int32 = try reader.integer()
            if version >= 9 { _ = try reader.integer(Int32.self) }  // The leader's epoch.
            let offset: Int64 = try reader.integer()
            if version >= 5 { _ = try reader.integer(Int64.self) }  // A follower's log start.
            return Partition(index: index, offset: offset, maximumBytes: try reader.integer())
        }
        if version >= 7 {
            _ = try reader.topics { try $0.integer(Int32.self) }  // Forgotten by the session.
        }
        if version >= 11 { _ = try reader.nullableString() }  // The client's rack.
    }

    func refused(_ code: ErrorCode) -> any ResponseMessage {
        FetchResponse(
            error: code,
            topics: topics.map { $0.map { .init(index: $0.index, slice: LogSlice(error: code)) } })
    }
}

struct FetchResponse: ResponseMessage {
    struct Partition: Sendable {
        var index: Int32
        var slice: LogSlice
    }

    var error: ErrorCode = .none
    var topics: [TopicItems<Partition>]

    func write(to writer: inout WireWriter, version: Int16) {
        let bytes = topics.reduce(0) { $0 + $1.items.reduce(0) { $0 + $1.slice.byteCount } }
        writer.reserve(bytes + 128 + 128 * topics.reduce(0) { $0 + $1.items.count })
        writer.integer(Int32(0))
        if version >= 7 {
            writer.error(error)
            writer.integer(Int32(0))  // No session.
        }
        writer.topics(topics) { writer, partition in
            let slice = partition.slice
            writer.integer(partition.index)
            writer.error(slice.error)
            writer.integer(slice.highWatermark)
            writer.integer(slice.lastStableOffset)
            if version >= 5 { writer.integer(slice.logStartOffset) }
            writer.nullableArray(slice.abortedTransactions) { writer, aborted in
                writer.integer(aborted.producerID)
                writer.integer(aborted.firstOffset)
            }
            if version >= 11 { writer.integer(Int32(-1)) }  // No better replica to read from.
            writer.concatenated(slice.batches)
        }
    }
}
