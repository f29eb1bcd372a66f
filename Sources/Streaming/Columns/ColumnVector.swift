/// The values of one column for the rows of a micro-batch.
///
/// Row `i` is null where `nulls[i]` is true; its value is then unspecified. Only the storage of the
/// type's ``PhysicalType`` has room; the others have none. A vector is reused from batch to batch:
/// ``reset(rows:)`` costs no allocation unless the batch is larger than every one before.
public final class ColumnVector {
    public let type: DataType
    /// Rows that the storage has room for.
    public private(set) var capacity: Int
    public private(set) var nulls: Buffer<Bool>
    /// BOOLEAN (0 or 1), integral types, DATE (days), TIMESTAMP (microseconds), VOID.
    public private(set) var integers: Buffer<Int64>
    /// DOUBLE, and FLOAT rounded to binary32.
    public private(set) var doubles: Buffer<Double>
    /// The unscaled values of a DECIMAL.
    public private(set) var decimals: Buffer<Int128>
    /// Where a STRING's bytes begin in ``arena``, and how many there are.
    public private(set) var starts: Buffer<Int>
    public private(set) var lengths: Buffer<Int>
    /// The bytes of a STRING column.
    public let arena: ByteArena
    /// One column for each field of a STRUCT.
    public let children: [ColumnVector]

    public init(type: DataType, capacity: Int = 0) {
        self.type = type
        self.capacity = 0
        nulls = Buffer(count: 0, filler: false)
        integers = Buffer(count: 0, filler: 0)
        doubles = Buffer(count: 0, filler: 0)
        decimals = Buffer(count: 0, filler: 0)
        starts = Buffer(count: 0, filler: 0)
        lengths = Buffer(count: 0, filler: 0)
        arena = ByteArena(capacity: 16)
        if case .structure(let fields) = type {
            children = fields.map { ColumnVector(type: $0.type) }
        } else {
            children = []
        }
        reserve(rows: capacity)
    }

    /// Makes room for `rows` rows and keeps the values.
    public func reserve(rows: Int) {
        guard rows > capacity else { return }
        let room = max(rows, capacity * 2, 16)
        nulls = nulls.grown(to: room, filler: false)
        switch type.physicalType {
        case .integer: integers = integers.grown(to: room, filler: 0)
        case .double: doubles = doubles.grown(to: room, filler: 0)
        case .decimal: decimals = decimals.grown(to: room, filler: 0)
        case .string:
            starts = starts.grown(to: room, filler: 0)
            lengths = lengths.grown(to: room, filler: 0)
        case .structure: for child in children { child.reserve(rows: room) }
        }
        capacity = room
    }

    /// Empties the byte arena and makes room for `rows` rows, whose values are then unspecified.
    public func reset(rows: Int) {
        reserve(rows: rows)
        arena.removeAll()
        for child in children { child.reset(rows: rows) }
    }
}

extension ColumnVector {
    /// Sets the first `count` rows to null, in every field of a STRUCT too.
    public func setNulls(_ count: Int) {
        let nulls = nulls
        for row in 0..<count { nulls[row] = true }
        for child in children { child.setNulls(count) }
    }

    /// Sets row `row` to null, in every field of a STRUCT too.
    @inlinable @inline(__always)
    public func setNull(_ row: Int) {
        nulls[row] = true
        if !children.isEmpty { for child in children { child.setNull(row) } }
    }

    /// Makes row `row` of a STRUCT not null; its fields are set by themselves.
    @inlinable @inline(__always)
    public func setPresent(_ row: Int) { nulls[row] = false }

    @inlinable @inline(__always)
    public func set(_ row: Int, integer value: Int64) {
        nulls[row] = false
        integers[row] = value
    }

    @inlinable @inline(__always)
    public func set(_ row: Int, double value: Double) {
        nulls[row] = false
        doubles[row] = value
    }

    @inlinable @inline(__always)
    public func set(_ row: Int, decimal value: Int128) {
        nulls[row] = false
        decimals[row] = value
    }

    /// Appends `bytes` to the arena as the value of row `row`.
    @inlinable @inline(__always)
    public func set(_ row: Int, bytes: Span<UInt8>) {
        nulls[row] = false
        starts[row] = arena.count
        lengths[row] = bytes.count
        arena.append(bytes)
    }

    /// Makes the bytes appended to the arena since `start` the value of row `row`.
    @inlinable @inline(__always)
    public func set(_ row: Int, arenaFrom start: Int) {
        nulls[row] = false
        starts[row] = start
        lengths[row] = arena.count - start
    }

    /// Lends the bytes of the STRING in row `row`, which must not be null.
    @inlinable @inline(__always)
    public func withBytes<Result: ~Copyable, Failure: Error>(
        _ row: Int, _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try arena.withSpan(at: starts[row], count: lengths[row], body)
    }

    /// The text of the STRING in row `row`, nil for null. Allocates.
    public func text(_ row: Int) -> String? {
        nulls[row] ? nil : withBytes(row) { String(decodingUTF8: $0) }
    }

    /// Copies row `sourceRow` of `source`, a column of the same type, to row `row`.
    public func copy(_ row: Int, from source: ColumnVector, _ sourceRow: Int) {
        guard !source.nulls[sourceRow] else { return setNull(row) }
        nulls[row] = false
        switch type.physicalType {
        case .integer: integers[row] = source.integers[sourceRow]
        case .double: doubles[row] = source.doubles[sourceRow]
        case .decimal: decimals[row] = source.decimals[sourceRow]
        case .string:
            starts[row] = arena.count
            lengths[row] = source.lengths[sourceRow]
            arena.append(
                from: source.arena, at: source.starts[sourceRow], count: source.lengths[sourceRow])
        case .structure:
            for (child, other) in zip(children, source.children) {
                child.copy(row, from: other, sourceRow)
            }
        }
    }
}
