/// What is wrong with a frame that cannot be read.
enum WireError: Error, Equatable {
    /// A length, count or number points past the end of the frame, or is negative where it may not
    /// be.
    case malformed
    /// The bytes are not UTF-8 where Kafka has a string.
    case notText
    /// No such request, or not in this version.
    case unsupported(api: Int16, version: Int16)
}

/// Reads Kafka's big-endian protocol from one frame; every length is checked against what is there.
///
/// Flexible versions (compact lengths and tagged fields) and classic ones share the calls: set
/// `flexible` once per request.
struct WireReader {
    private let frame: [UInt8]
    private var position: Int
    /// Whether strings, bytes and arrays have compact lengths and structures end in tagged fields.
    var flexible = false

    init(_ bytes: [UInt8], from position: Int = 0) {
        frame = bytes
        self.position = position
    }

    /// Bytes not read yet.
    var remaining: Int { frame.count - position }

    private mutating func take(_ count: Int) throws -> Range<Int> {
        guard count >= 0, count <= remaining else { throw WireError.malformed }
        defer { position += count }
        return position..<(position + count)
    }

    mutating func integer<T: FixedWidthInteger>(_ type: T.Type = T.self) throws -> T {
        var value: T = 0
        for index in try take(T.bitWidth / 8) {
            value = value << 8 | T(truncatingIfNeeded: frame[index])
        }
        return value
    }

    mutating func boolean() throws -> Bool {
        let byte: UInt8 = try integer()
        return byte != 0
    }

    /// An unsigned number of seven bits a byte; at most 32 bits.
    mutating func unsignedVarint() throws -> Int {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 35, by: 7) {
            let byte: UInt8 = try integer()
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 {
                guard value <= UInt64(UInt32.max) else { throw WireError.malformed }
                return Int(value)
            }
        }
        throw WireError.malformed
    }

    /// A length, or nil where Kafka writes null.
    private mutating func length(classic: Int) throws -> Int? {
        if flexible {
            let length = try unsignedVarint()
            return length == 0 ? nil : length - 1
        }
        let length = classic == 2 ? Int(try integer(Int16.self)) : Int(try integer(Int32.self))
        guard length >= -1 else { throw WireError.malformed }
        return length == -1 ? nil : length
    }

    mutating func nullableString() throws -> String? {
        guard let length = try length(classic: 2) else { return nil }
        return try text(length)
    }

    mutating func string() throws -> String {
        guard let value = try nullableString() else { throw WireError.malformed }
        return value
    }

    /// A string with the classic length whatever the version: the client id of a request's header.
    mutating func classicNullableString() throws -> String? {
        let length = try integer(Int16.self)
        guard length >= -1 else { throw WireError.malformed }
        return length == -1 ? nil : try text(Int(length))
    }

    private mutating func text(_ length: Int) throws -> String {
        guard let text = String(validating: frame[try take(length)], as: UTF8.self) else {
            throw WireError.notText
        }
        return text
    }

    mutating func nullableBytes() throws -> [UInt8]? {
        guard let length = try length(classic: 4) else { return nil }
        return Array(frame[try take(length)])
    }

    mutating func bytes() throws -> [UInt8] { try nullableBytes() ?? [] }

    /// An array of `element`s, or nil where Kafka writes null.
    ///
    /// Every element takes at least one byte, so a count beyond what remains is refused before
    /// anything is allocated for it.
    mutating func nullableArray<T>(
        _ element: (inout WireReader) throws -> T
    ) throws -> [T]? {
        guard let count = try length(classic: 4) else { return nil }
        guard count <= remaining else { throw WireError.malformed }
        var values: [T] = []
        for _ in 0..<count { values.append(try element(&self)) }
        return values
    }

    mutating func array<T>(
        _ element: (inout WireReader) throws -> T
    ) throws -> [T] {
        try nullableArray(element) ?? []
    }

    /// The topics of a request, each with its partitions, which most requests are made of.
    mutating func topics<T>(
        _ partition: (inout WireReader) throws -> T
    ) throws -> [TopicItems<T>] {
        try array { reader in try TopicItems(from: &reader, partition) }
    }

    /// Passes over the tagged fields that end a structure of a flexible version.
    mutating func endStructure() throws {
        guard flexible else { return }
        let count = try unsignedVarint()
        guard count <= remaining else { throw WireError.malformed }
        for _ in 0..<count {
            _ = try unsignedVarint()
            _ = try take(try unsignedVarint())
        }
    }
}

/// A topic's name and what a message says of its partitions.
struct TopicItems<Item> {
    var topic: String
    var items: [Item]

    init(topic: String, items: [Item]) {
        self.topic = topic
        self.items = items
    }

    init(
        from reader: inout WireReader, _ item: (inout WireReader) throws -> Item
    ) throws {
        topic = try reader.string()
        items = try reader.array(item)
        try reader.endStructure()
    }

    /// The same topic with something else said of each partition.
    func map<T>(_ transform: (Item) -> T) -> TopicItems<T> {
        TopicItems<T>(topic: topic, items: items.map(transform))
    }
}

extension TopicItems: Sendable where Item: Sendable {}
extension TopicItems: Equatable where Item: Equatable {}
