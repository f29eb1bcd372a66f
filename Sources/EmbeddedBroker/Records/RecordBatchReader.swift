/// Why the records of a batch cannot be listed.
public enum RecordBatchError: Error, Hashable, Sendable {
    /// The batch is compressed in a way that only clients undo: 1 gzip, 2 snappy, 4 zstd.
    case compressed(codec: Int)
    /// The producer's framing of the records is wrong.
    case malformed
}

/// Takes the records out of batches that are not compressed, or by lz4.
enum RecordBatchReader {
    static func records(in bytes: [UInt8]) throws(RecordBatchError) -> [BrokerRecord] {
        let header = RecordBatchHeader(reading: bytes)
        guard header.recordCount >= 0 else { throw .malformed }
        var cursor = VarintCursor(bytes: bytes, position: RecordBatchHeader.size)
        switch header.codec {
        case 0: break
        case 3:
            guard let contents = LZ4Frame.decompress(bytes, from: RecordBatchHeader.size) else {
                throw .malformed
            }
            cursor = VarintCursor(bytes: contents, position: 0)
        default: throw .compressed(codec: header.codec)
        }
        var records: [BrokerRecord] = []
        for _ in 0..<header.recordCount { records.append(try record(&cursor, header)) }
        return records
    }

    private static func record(
        _ cursor: inout VarintCursor, _ header: RecordBatchHeader
    ) throws(RecordBatchError) -> BrokerRecord {
        guard try cursor.length() != nil, cursor.skip(1) else { throw .malformed }
        let timestampDelta = try cursor.signed()
        let offsetDelta = try cursor.signed()
        let key = try cursor.field()
        let value = try cursor.field()
        var headers: [BrokerRecord.Header] = []
        for _ in 0..<(try cursor.length() ?? 0) {
            let name = try cursor.field() ?? []
            headers.append(
                .init(name: String(decoding: name, as: UTF8.self), value: try cursor.field()))
        }
        let time =
            header.isLogAppendTime ? header.maxTimestamp : header.baseTimestamp &+ timestampDelta
        return BrokerRecord(
            offset: header.baseOffset &+ offsetDelta, timestamp: time, key: key, value: value,
            headers: headers)
    }
}

/// Reads the zigzag numbers and the fields of records.
private struct VarintCursor {
    let bytes: [UInt8]
    var position: Int

    mutating func signed() throws(RecordBatchError) -> Int64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard position < bytes.count else { throw .malformed }
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return Int64(bitPattern: value >> 1 ^ (0 &- (value & 1))) }
        }
        throw .malformed
    }

    /// A count or length that what is left of the batch can hold; nil for null.
    mutating func length() throws(RecordBatchError) -> Int? {
        let length = try signed()
        guard length >= -1, length <= Int64(bytes.count - position) else { throw .malformed }
        return length == -1 ? nil : Int(length)
    }

    mutating func skip(_ count: Int) -> Bool {
        position += count
        return position <= bytes.count
    }

    mutating func field() throws(RecordBatchError) -> [UInt8]? {
        guard let length = try length() else { return nil }
        defer { position += length }
        return Array(bytes[position..<(position + length)])
    }
}
