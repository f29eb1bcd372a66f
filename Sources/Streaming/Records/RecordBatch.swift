/// The records of a micro-batch: their bytes, where they came from and the columns decoded of them.
///
/// A source fills it, a decoder adds the columns, the engine reads it; then ``removeAll()`` empties
/// it and keeps the memory. Records of several partitions may follow one another; those of one
/// partition are in log order.
///
/// Not Sendable: one thread uses it, and no access to a property is under way during another, so the
/// run-time exclusivity checks are off, as in ``ByteArena``.
public final class RecordBatch {
    /// The bytes of values and keys.
    public let bytes: ByteArena
    @safe @exclusivity(unchecked) public private(set) var count = 0
    @safe @exclusivity(unchecked) public private(set) var valueStarts = Buffer<Int>(
        count: 0, filler: 0)
    /// ``noBytes`` for a null value.
    @safe @exclusivity(unchecked) public private(set) var valueLengths = Buffer<Int>(
        count: 0, filler: 0)
    @safe @exclusivity(unchecked) public private(set) var keyStarts = Buffer<Int>(
        count: 0, filler: 0)
    /// ``noBytes`` for a null key.
    @safe @exclusivity(unchecked) public private(set) var keyLengths = Buffer<Int>(
        count: 0, filler: 0)
    /// Which partition, as the position in the caller's list of partitions.
    @safe @exclusivity(unchecked) public private(set) var partitions = Buffer<Int32>(
        count: 0, filler: 0)
    /// Offset in the partition; for files the number of the line, from 0.
    @safe @exclusivity(unchecked) public private(set) var offsets = Buffer<Int64>(
        count: 0, filler: 0)
    /// The record timestamp in milliseconds since 1970, ``noTimestamp`` if there is none.
    @safe @exclusivity(unchecked) public private(set) var timestamps = Buffer<Int64>(
        count: 0, filler: 0)

    /// One column for each field of the schema, filled by a decoder.
    public let columns: [ColumnVector]
    /// Why a record did not decode; ``RecordDefect/none`` where it did.
    @safe @exclusivity(unchecked) public private(set) var defects = Buffer<RecordDefect>(
        count: 0, filler: .none)

    public static let noBytes = -1
    public static let noTimestamp = Int64.min

    public init(schema: Schema) {
        bytes = ByteArena(capacity: 4096)
        columns = schema.fields.map { ColumnVector(type: $0.type) }
    }

    public func removeAll() {
        count = 0
        bytes.removeAll()
    }

    /// Adds a record with copies of its bytes.
    public func append(
        value: Span<UInt8>, key: Span<UInt8>, hasValue: Bool, hasKey: Bool,
        partition: Int, offset: Int64, timestamp: Int64
    ) {
        let valueStart = bytes.count
        if hasValue { bytes.append(value) }
        let keyStart = bytes.count
        if hasKey { bytes.append(key) }
        append(
            valueStart: valueStart, valueLength: hasValue ? value.count : Self.noBytes,
            keyStart: keyStart, keyLength: hasKey ? key.count : Self.noBytes,
            partition: partition, offset: offset, timestamp: timestamp)
    }

    /// Adds a record whose bytes are already in ``bytes``.
    public func append(
        valueStart: Int, valueLength: Int, keyStart: Int = 0, keyLength: Int = noBytes,
        partition: Int, offset: Int64, timestamp: Int64
    ) {
        if count == valueStarts.count { grow() }
        valueStarts[count] = valueStart
        valueLengths[count] = valueLength
        keyStarts[count] = keyStart
        keyLengths[count] = keyLength
        partitions[count] = Int32(truncatingIfNeeded: partition)
        offsets[count] = offset
        timestamps[count] = timestamp
        defects[count] = .none
        count += 1
    }

    private func grow() {
        let room = max(1024, count * 2)
        valueStarts = valueStarts.grown(to: room, filler: 0)
        valueLengths = valueLengths.grown(to: room, filler: 0)
        keyStarts = keyStarts.grown(to: room, filler: 0)
        keyLengths = keyLengths.grown(to: room, filler: 0)
        partitions = partitions.grown(to: room, filler: 0)
        offsets = offsets.grown(to: room, filler: 0)
        timestamps = timestamps.grown(to: room, filler: 0)
        defects = defects.grown(to: room, filler: .none)
    }

    /// Lends the value of record `row`, which must not be null.
    @inlinable @inline(__always)
    public func withValue<Result: ~Copyable, Failure: Error>(
        _ row: Int, _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try bytes.withSpan(at: valueStarts[row], count: valueLengths[row], body)
    }

    /// Lends the key of record `row`, which must not be null.
    public func withKey<Result: ~Copyable, Failure: Error>(
        _ row: Int, _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try bytes.withSpan(at: keyStarts[row], count: keyLengths[row], body)
    }
}

/// Why a record is invalid: a dead letter.
public struct RecordDefect: Hashable, Sendable, BitwiseCopyable, CustomStringConvertible {
    public enum Kind: UInt8, Sendable, BitwiseCopyable {
        case none
        /// The record has no value (a tombstone).
        case nullValue
        /// The value is not what the format asks for; Spark gives a row of nulls.
        case malformed
        /// It decodes, but no column has a value.
        case noColumns
        /// It decodes, but without an event time.
        case nullEventTime
        /// The event time is beyond the record timestamp by more than is allowed.
        case futureEventTime
        /// An expression failed; ``RecordDefect/detail`` is the ``RowError``.
        case expression
    }

    public var kind: Kind
    /// For ``Kind/malformed`` the byte at which reading stopped, for ``Kind/expression`` the raw
    /// value of the ``RowError``, else 0.
    public var detail: Int32

    public init(_ kind: Kind, detail: Int32 = 0) {
        self.kind = kind
        self.detail = detail
    }

    public static let none = RecordDefect(.none)

    public init(_ error: RowError) { self.init(.expression, detail: Int32(error.rawValue)) }

    /// The reason that a dead letter carries.
    public var description: String {
        switch kind {
        case .none: "none"
        case .nullValue: "null value"
        case .malformed: "malformed at byte \(detail)"
        case .noColumns: "no column has a value"
        case .nullEventTime: "null event time"
        case .futureEventTime: "event time too far in the future"
        case .expression:
            RowError(rawValue: UInt8(truncatingIfNeeded: detail))?.description ?? "unknown error"
        }
    }
}
