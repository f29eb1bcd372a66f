/// Writes Kafka's big-endian protocol; the counterpart of `WireReader`.
struct WireWriter {
    private(set) var bytes: [UInt8] = []
    /// Whether strings, bytes and arrays get compact lengths and structures end in tagged fields.
    var flexible = false

    mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

    mutating func integer<T: FixedWidthInteger>(_ value: T) {
        for shift in stride(from: T.bitWidth - 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> T(shift)))
        }
    }

    mutating func boolean(_ value: Bool) { bytes.append(value ? 1 : 0) }

    mutating func error(_ code: ErrorCode) { integer(code.rawValue) }

    mutating func unsignedVarint(_ value: Int) {
        var rest = UInt64(value)
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// A signed number in zigzag form, as records hold their lengths and deltas.
    mutating func signedVarint(_ value: Int64) {
        var rest = UInt64(bitPattern: value << 1 ^ value >> 63)
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private mutating func length(_ count: Int?, classic: Int) {
        if flexible {
            unsignedVarint(count.map { $0 + 1 } ?? 0)
        } else if classic == 2 {
            integer(Int16(clamping: count ?? -1))
        } else {
            integer(Int32(clamping: count ?? -1))
        }
    }

    /// Writes a string, cut at the 32,767 bytes that a classic length can tell.
    mutating func nullableString(_ value: String?) {
        guard let value else { return length(nil, classic: 2) }
        let utf8 = value.utf8.prefix(flexible ? Int.max : Int(Int16.max))
        length(utf8.count, classic: 2)
        bytes.append(contentsOf: utf8)
    }

    mutating func string(_ value: String) { nullableString(value) }

    mutating func nullableBytes(_ value: [UInt8]?) {
        length(value?.count, classic: 4)
        if let value { bytes.append(contentsOf: value) }
    }

    /// Writes several runs of bytes as one field.
    mutating func concatenated(_ runs: [[UInt8]]) {
        length(runs.reduce(0) { $0 + $1.count }, classic: 4)
        for run in runs { bytes.append(contentsOf: run) }
    }

    /// Bytes as they are, without a length.
    mutating func raw(_ value: [UInt8]) { bytes.append(contentsOf: value) }

    mutating func array<T>(_ values: [T], _ element: (inout WireWriter, T) -> Void) {
        length(values.count, classic: 4)
        for value in values { element(&self, value) }
    }

    mutating func nullableArray<T>(_ values: [T]?, _ element: (inout WireWriter, T) -> Void) {
        guard let values else { return length(nil, classic: 4) }
        array(values, element)
    }

    mutating func topics<T>(
        _ topics: [TopicItems<T>], _ partition: (inout WireWriter, T) -> Void
    ) {
        array(topics) { writer, topic in
            writer.string(topic.topic)
            writer.array(topic.items, partition)
            writer.endStructure()
        }
    }

    /// The bytes, with the length of those after the first four put into these.
    consuming func framed() -> [UInt8] {
        let length = UInt32(clamping: bytes.count - 4)
        var frame = bytes
        bytes = []
        for index in 0..<4 { frame[index] = UInt8(truncatingIfNeeded: length >> (24 - 8 * index)) }
        return frame
    }

    /// No tagged fields: the end of a structure of a flexible version.
    mutating func endStructure() {
        if flexible { bytes.append(0) }
    }
}
