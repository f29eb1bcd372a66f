internal import Streaming

/// Reads plain strict JSON, in one pass and without allocation.
///
/// Whatever it is not sure of it leaves to the ``SlowReader``: escapes, most numbers for a STRING,
/// wrong types, invalid text. What it accepts it reads exactly as that does.
struct FastReader {
    /// The next byte to read.
    var index = 0

    private var recentMinute = RecentMinute()
    private let table: FieldTable
    let fields: Buffer<FieldTable.Field>
    /// More digits are Spark's limit for a number.
    static let maximumNumberLength = 1000
    static let maximumNameLength = 50_000
    /// Deeper nesting of values that nobody asked for goes to the slow reader.
    private static let maximumSkipDepth = 64

    init(table: FieldTable) {
        self.table = table
        fields = table.fields
    }

    /// Reads the object that `text` is into row `row`, where every column is null; false if the
    /// slow reader must do it.
    @inline(__always)
    mutating func readRecord(_ text: Span<UInt8>, row: Int) -> Bool {
        let start = Self.skipBlanks(text, 0)
        guard Self.byte(text, start) == UInt8(ascii: "{") else { return false }
        index = start &+ 1
        return readMembers(text, table.root, row: row)
    }

    /// Reads the object of a STRUCT, after its opening brace. Recursion is bounded by the schema.
    @inline(never)
    private mutating func readNested(
        _ text: Span<UInt8>, _ group: FieldGroup, row: Int
    ) -> Bool {
        for field in group.first..<group.first &+ group.count { fields[field].setNull(row) }
        return readMembers(text, group, row: row)
    }

    /// The byte at `index`, 0 beyond the end: never valid where it is asked for.
    @inline(__always)
    static func byte(_ text: Span<UInt8>, _ index: Int) -> UInt8 {
        // Within bounds: an index begins at 0 and only grows.
        index < text.count ? unsafe text[unchecked: index] : 0
    }

    /// The index of the first byte from `start` on that is not a blank.
    @inline(__always)
    static func skipBlanks(_ text: Span<UInt8>, _ start: Int) -> Int {
        var index = start
        while isBlank(byte(text, index)) { index &+= 1 }
        return index
    }

    @inline(__always)
    static func isBlank(_ byte: UInt8) -> Bool {
        byte <= 0x20 && (byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09)
    }

    /// Reads the members of an object, after its opening brace. Fields that it lacks stay null.
    @inline(__always)
    private mutating func readMembers(
        _ text: Span<UInt8>, _ group: FieldGroup, row: Int
    ) -> Bool {
        let end = group.first &+ group.count
        // In a register, where the common path needs no call. A member begins at the comma before
        // it, the first one at the brace.
        var at = index &- 1
        var separatorMask = Self.anySeparator
        var expected = group.first
        while true {
            var field = expected
            // Most often the members come in the order of the schema, without blanks.
            if expected < end, matchesLink(text, at, expected, separatorMask) {
                at &+= fields[expected].linkLength
            } else {
                index = at
                guard
                    let found = readLink(
                        text, group, expected, isFirst: separatorMask == Self.anySeparator)
                else { return false }
                guard found != Self.noMember else { return true }
                field = found
                at = index
            }
            separatorMask = .max
            at = Self.skipBlanks(text, at)
            if field >= 0 {
                expected = field &+ 1
                if readCommonValue(text, &at, field, row: row) { continue }
            }
            index = at
            guard field >= 0 ? readOther(text, field, row: row) : skipValue(text) else {
                return false
            }
            at = index
        }
    }

    /// Does not look at the first byte.
    private static let anySeparator = ~UInt64(0xFF)
    /// The object has ended.
    private static let noMember = -2

    /// Whether the bytes at `at` are `,"name":`.
    /// - Parameter separatorMask: the bits of the first eight bytes to look at.
    @inline(__always)
    private func matchesLink(
        _ text: Span<UInt8>, _ at: Int, _ field: Int, _ separatorMask: UInt64
    ) -> Bool {
        let left = text.count &- at
        let length = fields[field].linkLength
        guard length > 0, left >= 8 else { return false }
        let word = ByteScan.word(text, at: at) ^ fields[field].link.0
        guard word & fields[field].linkMask.0 & separatorMask == 0 else { return false }
        guard length > 8 else { return true }
        guard left >= 16 else { return false }
        let second = ByteScan.word(text, at: at &+ 8) ^ fields[field].link.1
        return second & fields[field].linkMask.1 == 0
    }

    /// Reads from behind a value, or from the opening brace, to behind the next colon; the field of
    /// that name or -1, ``noMember`` at the end of the object, nil to give up.
    @inline(never)
    private mutating func readLink(
        _ text: Span<UInt8>, _ group: FieldGroup, _ expected: Int, isFirst: Bool
    ) -> Int? {
        if !isFirst { index = Self.skipBlanks(text, index) }
        let separator = next(text)
        index = Self.skipBlanks(text, index &+ 1)
        if separator == UInt8(ascii: "}") { return Self.noMember }
        if isFirst, next(text) == UInt8(ascii: "}") {
            index &+= 1
            return Self.noMember
        }
        guard isFirst || separator == UInt8(ascii: ",") else { return nil }
        if expected < group.first &+ group.count,
            matchesLink(text, index &- 1, expected, Self.anySeparator)
        {
            index &+= fields[expected].linkLength &- 1
            return expected
        }
        return readKey(text, group)
    }

    /// Reads the value at `at` into `field` if it is what most are; false if something else must
    /// look at it.
    @inline(__always)
    private mutating func readCommonValue(
        _ text: Span<UInt8>, _ at: inout Int, _ field: Int, row: Int
    ) -> Bool {
        switch fields[field].kind {
        case .double:
            guard let value = ShortNumber.read(text, &at) ?? Self.readDouble(text, &at) else {
                return false
            }
            fields[field].set(row, double: value)
            return true
        case .string:
            if let range = Self.plainString(text, at) {
                fields[field].set(row, bytes: text.extracting(range))
                at = range.upperBound &+ 1
                return true
            }
            guard let range = Self.wholeNumber(text, at) else { return false }
            fields[field].set(row, bytes: text.extracting(range))
            at = range.upperBound
            return true
        case .timestamp:
            guard Self.byte(text, at) == UInt8(ascii: "\"") else { return false }
            if let timestamp = recentMinute.read(text, from: at &+ 1) {
                fields[field].set(row, integer: timestamp)
                at &+= 1 &+ RecentMinute.length &+ 1
                return true
            }
            guard let timestamp = readTimestamp(text, &at) else { return false }
            fields[field].set(row, integer: timestamp)
            return true
        default: return false
        }
    }

    /// Reads a number of any length; nil to give up.
    @inline(never)
    private static func readDouble(_ text: Span<UInt8>, _ at: inout Int) -> Double? {
        let start = at
        guard let number = FastNumber(text, &at) else { return nil }
        return number.double(text, start..<at)
    }

    /// Reads a timestamp in quotes of which the last one does not help to know the minute; nil to
    /// give up.
    @inline(never)
    private mutating func readTimestamp(_ text: Span<UInt8>, _ at: inout Int) -> Int64? {
        let start = at &+ 1
        guard let timestamp = PlainTimestamp(text, from: start),
            Self.byte(text, timestamp.end) == UInt8(ascii: "\"")
        else { return nil }
        recentMinute.note(timestamp.microseconds, text, from: start)
        at = timestamp.end &+ 1
        return timestamp.microseconds
    }

    /// Where the contents of the string at `at` are, if it is plain ASCII without escapes.
    @inline(__always)
    private static func plainString(_ text: Span<UInt8>, _ at: Int) -> Range<Int>? {
        guard byte(text, at) == UInt8(ascii: "\"") else { return nil }
        let stop = ByteScan.endOfPlainRun(text, from: at &+ 1)
        guard byte(text, stop) == UInt8(ascii: "\"") else { return nil }
        return at &+ 1..<stop
    }

    /// Where the number at `at` is, if it is one of at most 18 digits and no more: for a STRING it
    /// is taken as it is written.
    @inline(__always)
    private static func wholeNumber(_ text: Span<UInt8>, _ at: Int) -> Range<Int>? {
        var end = at
        while byte(text, end) &- UInt8(ascii: "0") <= 9 { end &+= 1 }
        let length = end &- at
        guard length > 0, length <= 18, length == 1 || byte(text, at) != UInt8(ascii: "0") else {
            return nil
        }
        let next = byte(text, end)
        guard next != UInt8(ascii: "."), next | 0x20 != UInt8(ascii: "e") else { return nil }
        return at..<end
    }

    /// Reads a name and the colon; the field of that name or -1, nil to give up.
    @inline(never)
    private mutating func readKey(_ text: Span<UInt8>, _ group: FieldGroup) -> Int? {
        guard let name = readString(text), name.count <= Self.maximumNameLength else { return nil }
        index = Self.skipBlanks(text, index)
        guard next(text) == UInt8(ascii: ":") else { return nil }
        index &+= 1
        index = Self.skipBlanks(text, index)
        return table.index(of: text, name.lowerBound, name.upperBound, in: group)
    }

    /// Reads a string without escapes; where its contents are. Nil to give up.
    private mutating func readString(_ text: Span<UInt8>) -> Range<Int>? {
        guard next(text) == UInt8(ascii: "\"") else { return nil }
        let start = index &+ 1
        let stop = ByteScan.endOfPlainRun(text, from: start)
        if Self.byte(text, stop) == UInt8(ascii: "\"") {
            index = stop &+ 1
            return start..<stop
        }
        return Self.byte(text, stop) >= 0x80
            ? readUnicodeString(text, start: start, from: stop) : nil
    }

    /// The rest of a string, from its first character beyond ASCII on.
    private mutating func readUnicodeString(
        _ text: Span<UInt8>, start: Int, from first: Int
    ) -> Range<Int>? {
        var stop = first
        while stop < text.count {
            if text[stop] >= 0x80 {
                let sequence = UTF8Sequence(text, at: stop, end: text.count)
                guard sequence.isValid else { return nil }
                stop &+= sequence.length
            } else if text[stop] == UInt8(ascii: "\"") {
                index = stop &+ 1
                return start..<stop
            } else {
                guard ByteScan.isPlain(text[stop]) else { return nil }
                stop &+= 1
            }
        }
        return nil
    }

    /// The byte at ``index``.
    @inline(__always)
    private func next(_ text: Span<UInt8>) -> UInt8 { Self.byte(text, index) }

    /// Reads `null`; false if there is something else.
    private mutating func readNull(
        _ text: Span<UInt8>, _ field: Int, row: Int
    ) -> Bool {
        guard matches("null", text) else { return false }
        fields[field].setNull(row)
        return true
    }

    @inline(never)
    private mutating func readOther(
        _ text: Span<UInt8>, _ field: Int, row: Int
    ) -> Bool {
        let start = index
        switch (fields[field].kind, next(text)) {
        case (_, UInt8(ascii: "n")): return readNull(text, field, row: row)
        case (.string, UInt8(ascii: "\"")):
            guard let range = readString(text) else { return false }
            fields[field].set(row, bytes: text.extracting(range))
            return true
        case (.structure, UInt8(ascii: "{")):
            index &+= 1
            guard readNested(text, fields[field].children, row: row) else { return false }
            fields[field].withColumn { $0.setPresent(row) }
            return true
        case (.boolean, UInt8(ascii: "t")):
            guard matches("true", text) else { return false }
            fields[field].set(row, integer: 1)
            return true
        case (.boolean, UInt8(ascii: "f")):
            guard matches("false", text) else { return false }
            fields[field].set(row, integer: 0)
            return true
        case (.date, UInt8(ascii: "\"")):
            guard let range = readString(text),
                let days = TextParser.date(text.extracting(range))
            else { return false }
            fields[field].set(row, integer: days)
            return true
        case (.integer, _):
            guard let number = FastNumber(text, &index), let value = number.integer,
                value >= fields[field].lower, value <= fields[field].upper
            else { return false }
            fields[field].set(row, integer: value)
            return true
        case (.float, _):
            guard FastNumber(text, &index) != nil else { return false }
            let value = TextParser.float(ofNumber: text.extracting(start..<index))
            fields[field].set(row, double: value)
            return true
        case (.decimal, _):
            guard FastNumber(text, &index) != nil else { return false }
            return setDecimal(text.extracting(start..<index), field, row: row)
        default: return false
        }
    }

    private func setDecimal(_ number: Span<UInt8>, _ field: Int, row: Int) -> Bool {
        do throws(RowError) {
            let value = try TextParser.decimal(
                ofNumber: number, precision: fields[field].precision, scale: fields[field].scale)
            guard let value else { return false }
            fields[field].withColumn { $0.set(row, decimal: value) }
            return true
        } catch { return false }
    }

    /// Whether the next bytes are `word`; then they are read.
    @inline(__always)
    private mutating func matches(_ word: StaticString, _ text: Span<UInt8>) -> Bool {
        let length = word.utf8CodeUnitCount
        guard text.count &- index >= length else { return false }
        for offset in 0..<length {
            guard unsafe text[index &+ offset] == word.utf8Start[offset] else { return false }
        }
        index &+= length
        return true
    }

    /// Reads past a value that no field wants; false to give up.
    @inline(never)
    private mutating func skipValue(_ text: Span<UInt8>) -> Bool {
        // One bit a level: whether it is an object.
        var objects: UInt64 = 0
        var depth = 0
        while true {
            var isOpen = false
            switch next(text) {
            case UInt8(ascii: "\""): guard readString(text) != nil else { return false }
            case UInt8(ascii: "t"): guard matches("true", text) else { return false }
            case UInt8(ascii: "f"): guard matches("false", text) else { return false }
            case UInt8(ascii: "n"): guard matches("null", text) else { return false }
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                guard depth < Self.maximumSkipDepth else { return false }
                objects = objects << 1 | (text[index] == UInt8(ascii: "{") ? 1 : 0)
                depth &+= 1
                index &+= 1
                isOpen = true
            default: guard FastNumber(text, &index) != nil else { return false }
            }
            guard closeLevels(text, &objects, &depth, isOpen: isOpen) else { return false }
            if depth == 0 { return true }
            if objects & 1 == 1 {
                guard let name = readString(text), name.count <= Self.maximumNameLength else {
                    return false
                }
                index = Self.skipBlanks(text, index)
                guard next(text) == UInt8(ascii: ":") else { return false }
                index &+= 1
                index = Self.skipBlanks(text, index)
            }
        }
    }

    /// Reads closing brackets and, unless the outermost level is closed, the comma that follows.
    private mutating func closeLevels(
        _ text: Span<UInt8>, _ objects: inout UInt64, _ depth: inout Int, isOpen: Bool
    ) -> Bool {
        var isOpen = isOpen
        while depth > 0 {
            index = Self.skipBlanks(text, index)
            let byte = next(text)
            if byte == (objects & 1 == 1 ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
                index &+= 1
                objects >>= 1
                depth &-= 1
                isOpen = false
                continue
            }
            if isOpen { return true }
            guard byte == UInt8(ascii: ",") else { return false }
            index &+= 1
            index = Self.skipBlanks(text, index)
            return true
        }
        return true
    }
}
