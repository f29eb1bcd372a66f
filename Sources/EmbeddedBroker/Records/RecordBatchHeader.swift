/// The header of a record batch of version 2: all that the broker reads of one.
///
/// The records behind it stay as the client framed and compressed them.
struct RecordBatchHeader: Sendable, Equatable {
    var baseOffset: Int64
    var attributes: Int16
    var lastOffsetDelta: Int32
    var baseTimestamp: Milliseconds
    var maxTimestamp: Milliseconds
    var producer: ProducerIdentity
    var baseSequence: Int32
    var recordCount: Int32

    /// Bytes of the header, which are the least that a batch has.
    static let size = 61

    var lastOffset: Int64 { baseOffset + Int64(lastOffsetDelta) }
    /// 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd.
    var codec: Int { Int(attributes & 7) }
    var isLogAppendTime: Bool { attributes & Self.logAppendTime != 0 }
    var isTransactional: Bool { attributes & Self.transactional != 0 }
    var isControl: Bool { attributes & Self.control != 0 }

    static let logAppendTime: Int16 = 0x08
    static let transactional: Int16 = 0x10
    static let control: Int16 = 0x20

    /// Where the fields are that the broker writes.
    enum Field {
        static let batchLength = 8
        static let leaderEpoch = 12
        static let magic = 16
        static let checksum = 17
        static let attributes = 21
        static let maxTimestamp = 35
    }

    /// Reads and checks a batch that a producer sent: one whole batch, and nothing behind it.
    ///
    /// - Throws: the code that Kafka answers.
    init(checking bytes: [UInt8]) throws(ErrorCode) {
        guard bytes.count > Field.magic else { throw .invalidRecord }
        guard bytes[Field.magic] == 2 else { throw .unsupportedForMessageFormat }
        guard bytes.count >= Self.size else { throw .corruptMessage }
        self.init(reading: bytes)
        let length: Int32 = Self.integer(in: bytes, at: Field.batchLength)
        guard Int(length) == bytes.count - Field.leaderEpoch else { throw .invalidRecord }
        let checksum: UInt32 = Self.integer(in: bytes, at: Field.checksum)
        guard checksum == CRC32C.checksum(bytes, from: Field.attributes) else {
            throw .corruptMessage
        }
        guard recordCount > 0, lastOffsetDelta == recordCount - 1, !isControl else {
            throw .invalidRecord
        }
        guard producer.id < 0 || (producer.epoch >= 0 && baseSequence >= 0) else {
            throw .invalidRecord
        }
        guard producer.id >= 0 || !isTransactional else { throw .invalidRecord }
    }

    /// Reads the header of a batch known to hold one.
    init(reading bytes: [UInt8]) {
        baseOffset = Self.integer(in: bytes, at: 0)
        attributes = Self.integer(in: bytes, at: Field.attributes)
        lastOffsetDelta = Self.integer(in: bytes, at: 23)
        baseTimestamp = Self.integer(in: bytes, at: 27)
        maxTimestamp = Self.integer(in: bytes, at: Field.maxTimestamp)
        producer = ProducerIdentity(
            id: Self.integer(in: bytes, at: 43), epoch: Self.integer(in: bytes, at: 51))
        baseSequence = Self.integer(in: bytes, at: 53)
        recordCount = Self.integer(in: bytes, at: 57)
    }

    /// The sequence number of the batch's last record; numbers begin again at 0 after the largest.
    var lastSequence: Int32 { Self.sequence(baseSequence, advancedBy: lastOffsetDelta) }

    static func sequence(_ sequence: Int32, advancedBy count: Int32) -> Int32 {
        (sequence &+ count) & Int32.max
    }

    private static func integer<T: FixedWidthInteger>(in bytes: [UInt8], at index: Int) -> T {
        var value: T = 0
        for offset in 0..<(T.bitWidth / 8) {
            value = value << 8 | T(truncatingIfNeeded: bytes[index + offset])
        }
        return value
    }

    /// Overwrites a field of `bytes`.
    static func put<T: FixedWidthInteger>(_ value: T, into bytes: inout [UInt8], at index: Int) {
        let size = T.bitWidth / 8
        for offset in 0..<size {
            bytes[index + offset] = UInt8(truncatingIfNeeded: value >> T(8 * (size - 1 - offset)))
        }
    }

    /// Gives the batch its place in the log; the checksum does not cover that.
    mutating func place(at offset: Int64, in bytes: inout [UInt8]) {
        baseOffset = offset
        Self.put(offset, into: &bytes, at: 0)
        Self.put(Int32(0), into: &bytes, at: Field.leaderEpoch)
    }

    /// Makes the broker's time the time of every record, or the client's if `time` is nil.
    mutating func stamp(_ time: Milliseconds?, in bytes: inout [UInt8]) {
        guard time != nil || isLogAppendTime else { return }
        if let time {
            attributes |= Self.logAppendTime
            maxTimestamp = time
            Self.put(time, into: &bytes, at: Field.maxTimestamp)
        } else {
            attributes &= ~Self.logAppendTime
        }
        Self.put(attributes, into: &bytes, at: Field.attributes)
        Self.seal(&bytes)
    }

    /// Computes the checksum after a change to what it covers.
    static func seal(_ bytes: inout [UInt8]) {
        put(CRC32C.checksum(bytes, from: Field.attributes), into: &bytes, at: Field.checksum)
    }
}
