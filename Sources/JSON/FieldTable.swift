internal import Streaming

/// Fields of one object: a run in the table.
struct FieldGroup: BitwiseCopyable {
    var first: Int
    var count: Int
}

/// The fields of a schema, nested ones too, as plain values that readers look up without reference
/// counting. One thread uses it, and no access to a property is under way during another: the
/// run-time exclusivity checks are off.
final class FieldTable {
    /// How a reader converts to the type of a field.
    enum Kind: UInt8, BitwiseCopyable {
        case void, boolean, integer, float, double, decimal, string, date, timestamp, structure
    }

    /// Does not retain its column and the buffers of it: the table's `columns` keep them alive, and
    /// a buffer stays the column's until the next ``bind(_:)``.
    @safe struct Field: BitwiseCopyable {
        var kind: Kind
        /// `,"name":` as little-endian words, and which of their bits count.
        var link = (UInt64(0), UInt64(0))
        var linkMask = (UInt64(0), UInt64(0))
        /// Bytes of `,"name":`, or 0 where they are more than 16 or need escapes.
        var linkLength = 0
        /// The fields of a STRUCT.
        var children = FieldGroup(first: 0, count: 0)
        private var column: Unmanaged<ColumnVector>
        private var nulls: Unmanaged<Buffer<Bool>>
        private var integers: Unmanaged<Buffer<Int64>>
        private var doubles: Unmanaged<Buffer<Double>>
        private var starts: Unmanaged<Buffer<Int>>
        private var lengths: Unmanaged<Buffer<Int>>
        private var arena: Unmanaged<ByteArena>
        /// Where the name is in ``names``.
        var nameStart = 0
        var nameLength = 0
        /// The values of an integral type.
        var lower: Int64 = 0
        var upper: Int64 = 0
        var precision = 0
        var scale = 0

        init(kind: Kind, column: ColumnVector) {
            self.kind = kind
            unsafe self.column = .passUnretained(column)
            unsafe nulls = .passUnretained(column.nulls)
            unsafe integers = .passUnretained(column.integers)
            unsafe doubles = .passUnretained(column.doubles)
            unsafe starts = .passUnretained(column.starts)
            unsafe lengths = .passUnretained(column.lengths)
            unsafe arena = .passUnretained(column.arena)
        }

        mutating func bind(_ column: ColumnVector) {
            unsafe self.column = .passUnretained(column)
            unsafe nulls = .passUnretained(column.nulls)
            unsafe integers = .passUnretained(column.integers)
            unsafe doubles = .passUnretained(column.doubles)
            unsafe starts = .passUnretained(column.starts)
            unsafe lengths = .passUnretained(column.lengths)
            unsafe arena = .passUnretained(column.arena)
        }
    }

    private(set) var fields: Buffer<Field>
    private(set) var root = FieldGroup(first: 0, count: 0)
    /// The names one after the other, as UTF-8.
    let names = ByteArena()
    /// The columns of the last ``bind(_:)``; they live as long as the fields refer to them.
    private var columns: [ColumnVector]

    init(schema: Schema) {
        let placeholder = ColumnVector(type: .void)
        columns = [placeholder]
        let filler = Field(kind: .void, column: placeholder)
        fields = Buffer(count: Self.count(schema.fields), filler: filler)
        var used = 0
        root = add(schema.fields, &used)
    }

    private static func count(_ fields: [StructField]) -> Int {
        fields.reduce(0) { total, field in
            guard case .structure(let children) = field.type else { return total + 1 }
            return total + 1 + count(children)
        }
    }

    private func add(_ members: [StructField], _ used: inout Int) -> FieldGroup {
        let group = FieldGroup(first: used, count: members.count)
        used += members.count
        for (index, member) in members.enumerated() {
            var field = fields[group.first + index]
            field.kind = Self.kind(member.type)
            if case .structure(let children) = member.type {
                field.children = add(children, &used)
            }
            if case .decimal(let precision, let scale) = member.type {
                field.precision = precision
                field.scale = scale
            }
            if let range = member.type.integralRange {
                field.lower = range.lowerBound
                field.upper = range.upperBound
            }
            field.nameStart = names.count
            names.append(member.name)
            field.nameLength = names.count - field.nameStart
            // Of fields with one name Spark fills the last.
            if !members[(index + 1)...].contains(where: { $0.name == member.name }) {
                setLink(&field, member.name)
            }
            fields[group.first + index] = field
        }
        return group
    }

    static func kind(_ type: DataType) -> Kind {
        switch type {
        case .void: .void
        case .boolean: .boolean
        case .tinyint, .smallint, .int, .bigint: .integer
        case .float: .float
        case .double: .double
        case .decimal: .decimal
        case .string: .string
        case .date: .date
        case .timestamp: .timestamp
        case .structure: .structure
        }
    }

    private func setLink(_ field: inout Field, _ name: String) {
        let link = ByteArena()
        let bytes = Array(name.utf8)
        link.append(UInt8(ascii: ","))
        JSONText.appendQuoted(bytes.span, to: link)
        link.append(UInt8(ascii: ":"))
        // Four bytes more than the name: nothing was escaped.
        guard link.count <= 16, link.count == bytes.count + 4 else { return }
        field.linkLength = link.count
        for index in 0..<link.count {
            let shift = UInt64(index % 8 * 8)
            if index < 8 {
                field.link.0 |= UInt64(link[index]) << shift
                field.linkMask.0 |= 0xFF << shift
            } else {
                field.link.1 |= UInt64(link[index]) << shift
                field.linkMask.1 |= 0xFF << shift
            }
        }
    }

    /// Makes `columns`, one for each field of the schema, the target of the values read from now
    /// on.
    func bind(_ columns: [ColumnVector]) {
        precondition(columns.count == root.count)
        self.columns = columns
        bind(columns, root)
    }

    private func bind(_ columns: [ColumnVector], _ group: FieldGroup) {
        for (index, column) in columns.enumerated() {
            fields[group.first + index].bind(column)
            bind(column.children, fields[group.first + index].children)
        }
    }
}

extension FieldTable.Field {
    /// The column of the field.
    @inline(__always)
    func withColumn<Result>(_ body: (ColumnVector) -> Result) -> Result {
        unsafe column._withUnsafeGuaranteedRef { body($0) }
    }

    @inline(__always)
    func isNull(_ row: Int) -> Bool {
        unsafe nulls._withUnsafeGuaranteedRef { $0[row] }
    }

    @inline(__always)
    func setNull(_ row: Int) {
        if kind == .structure { return withColumn { $0.setNull(row) } }
        unsafe nulls._withUnsafeGuaranteedRef { $0[row] = true }
    }

    @inline(__always)
    func set(_ row: Int, integer value: Int64) {
        unsafe nulls._withUnsafeGuaranteedRef { $0[row] = false }
        unsafe integers._withUnsafeGuaranteedRef { $0[row] = value }
    }

    @inline(__always)
    func set(_ row: Int, double value: Double) {
        unsafe nulls._withUnsafeGuaranteedRef { $0[row] = false }
        unsafe doubles._withUnsafeGuaranteedRef { $0[row] = value }
    }

    @inline(__always)
    func set(_ row: Int, bytes: Span<UInt8>) {
        unsafe nulls._withUnsafeGuaranteedRef { $0[row] = false }
        unsafe arena._withUnsafeGuaranteedRef { arena in
            let start = arena.count
            unsafe starts._withUnsafeGuaranteedRef { $0[row] = start }
            arena.append(bytes)
        }
        unsafe lengths._withUnsafeGuaranteedRef { $0[row] = bytes.count }
    }
}

extension FieldTable {
    /// The field of `group` that is named by bytes `start ..< end` of `text`, or -1.
    ///
    /// The last of several fields with one name is found, as Spark does.
    func index(of text: Span<UInt8>, _ start: Int, _ end: Int, in group: FieldGroup) -> Int {
        var index = group.first + group.count
        while index > group.first {
            index -= 1
            let field = fields[index]
            if field.nameLength == end - start, isName(field, text, start) { return index }
        }
        return -1
    }

    private func isName(_ field: Field, _ text: Span<UInt8>, _ start: Int) -> Bool {
        for offset in 0..<field.nameLength
        where names[field.nameStart + offset] != text[start + offset] {
            return false
        }
        return true
    }
}
