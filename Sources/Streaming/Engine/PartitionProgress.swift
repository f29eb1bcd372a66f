/// How far a partition has been processed: all that a restart needs beside the log itself.
///
/// Committed with the offset n as text, `v1;c=…;m=…;B=…;h=…`: ASCII, about 80 bytes.
public struct PartitionProgress: Hashable, Sendable {
    /// n: offset of the next record to process.
    public var nextOffset: Int64
    /// c: offset of the first record that an open window still needs; at most n.
    public var replayOffset: Int64
    /// m: the largest event time so far in microseconds; nil before the first record.
    public var maximumEventTime: Int64?
    /// B: the smallest window start that is open, in microseconds. A record below n is in state iff
    /// its window starts at or above it. Never decreases.
    public var boundary: Int64

    public init(
        nextOffset: Int64, replayOffset: Int64, maximumEventTime: Int64?, boundary: Int64
    ) {
        self.nextOffset = nextOffset
        self.replayOffset = replayOffset
        self.maximumEventTime = maximumEventTime
        self.boundary = boundary
    }

    /// A partition of which nothing was processed, from `offset` on.
    public static func start(at offset: Int64) -> PartitionProgress {
        PartitionProgress(
            nextOffset: offset, replayOffset: offset, maximumEventTime: nil, boundary: Int64.min)
    }

    /// The text that is committed beside ``nextOffset``.
    /// - Parameter queryHash: what decides membership in a window; see ``fingerprint(_:)``.
    public func metadata(queryHash: UInt64) -> String {
        let time = maximumEventTime.map { String($0) } ?? "-"
        return "v1;c=\(replayOffset);m=\(time);B=\(boundary);h=\(hexadecimal(queryHash))"
    }

    /// FNV-1a, 64 bits, of the UTF-8 of `text`.
    public static func fingerprint(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { hash, byte in
            (hash ^ UInt64(byte)) &* 0x100_0000_01B3
        }
    }

    /// Reads what ``metadata(queryHash:)`` wrote.
    /// - Throws: ``MetadataError`` for a text of another origin or version, or of another query.
    public init(
        nextOffset: Int64, metadata: String, queryHash: UInt64, acceptsQueryChange: Bool = false
    ) throws(MetadataError) {
        let parts = metadata.split(separator: ";", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0] == "v1" else { throw .foreign(metadata) }
        var values: [String] = []
        for (part, name) in zip(parts.dropFirst(), ["c=", "m=", "B=", "h="]) {
            guard part.hasPrefix(name) else { throw .foreign(metadata) }
            values.append(String(part.dropFirst(2)))
        }
        let time = Int64(values[1])
        guard let replayOffset = Int64(values[0]), let boundary = Int64(values[2]),
            time != nil || values[1] == "-", let hash = UInt64(values[3], radix: 16),
            replayOffset >= 0, replayOffset <= nextOffset
        else { throw .foreign(metadata) }
        guard hash == queryHash || acceptsQueryChange else {
            throw .otherQuery(committed: hexadecimal(hash), current: hexadecimal(queryHash))
        }
        self.init(
            nextOffset: nextOffset, replayOffset: replayOffset, maximumEventTime: time,
            boundary: boundary)
    }

    public enum MetadataError: Error, Hashable, Sendable {
        /// Not written by this program, or by a version that it does not know.
        case foreign(String)
        /// Written for a query whose windows have other members.
        case otherQuery(committed: String, current: String)
    }
}

private func hexadecimal(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
}
