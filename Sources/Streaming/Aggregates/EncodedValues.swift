/// A value of any type that a pane keeps as bytes in its window's heap, in the order-preserving
/// ``RowEncoding``. Two words: where it begins, and its length with the room reserved for it.
///
/// A new value takes the old one's place if it fits, else twice the room: a pane that is
/// overwritten for every record does not grow without bound.
private struct HeapSlot {
    static let words = 2

    /// Whether the pane has a value.
    @inline(__always)
    static func isSet(_ words: Buffer<UInt64>, _ word: Int) -> Bool { words[word + 1] != 0 }

    static func length(_ words: Buffer<UInt64>, _ word: Int) -> Int {
        Int(words[word + 1] & 0xFFFF_FFFF)
    }

    static func store(_ value: ByteArena, in window: WindowState, _ word: Int) {
        let words = window.words
        var room = Int(words[word + 1] >> 32)
        if value.count > room {
            room = max(16, value.count * 2)
            words[word] = UInt64(window.heap.count)
            // Zeroed, so that the heap is a function of the records alone.
            for _ in 0..<room { window.heap.append(0 as UInt8) }
        }
        words[word + 1] = UInt64(room) << 32 | UInt64(value.count)
        window.heap.storage.copy(
            from: value.storage, at: 0, to: Int(words[word]), count: value.count)
    }

    /// The order of `value` against the stored one: negative, zero or positive.
    static func compare(_ value: ByteArena, _ window: WindowState, _ word: Int) -> Int {
        compareBytes(
            value.storage, at: 0, count: value.count,
            window.heap.storage, at: Int(window.words[word]), count: length(window.words, word))
    }
}

/// The order of two runs of bytes: negative, zero or positive.
func compareBytes(
    _ left: Buffer<UInt8>, at leftStart: Int, count leftCount: Int,
    _ right: Buffer<UInt8>, at rightStart: Int, count rightCount: Int
) -> Int {
    let leftEnd = leftStart + leftCount
    let rightEnd = rightStart + rightCount
    var position = 0
    while position < min(leftCount, rightCount) {
        let mine = left.word(at: leftStart + position, end: leftEnd).byteSwapped
        let theirs = right.word(at: rightStart + position, end: rightEnd).byteSwapped
        if mine != theirs { return mine < theirs ? -1 : 1 }
        position += 8
    }
    return leftCount - rightCount
}

/// What the aggregates of whole values share.
class EncodedAccumulator: Accumulator {
    private let encoding: RowEncoding
    private let scratch = ByteArena()

    init(type: DataType) {
        encoding = RowEncoding(types: [type], normalizesZero: false)
        super.init(wordCount: HeapSlot.words)
    }

    /// The value of `row`, encoded; valid until the next call.
    fileprivate final func encoded(_ input: AggregateInput, _ row: Int) -> ByteArena {
        scratch.removeAll()
        encoding.encode(input.arguments, row: row, to: scratch)
        return scratch
    }

    override final func finish(
        _ window: WindowState, word: Int, into output: ColumnVector, row: Int, errors: RowErrors
    ) {
        guard HeapSlot.isSet(window.words, word) else { return output.setNull(row) }
        encoding.decode(
            window.heap.storage, at: Int(window.words[word]),
            count: HeapSlot.length(window.words, word), into: [output], row: row)
    }
}

/// `min` and `max` of STRING and STRUCT.
final class EncodedExtremeAccumulator: EncodedAccumulator {
    private let isMaximum: Bool

    init(type: DataType, isMaximum: Bool) {
        self.isMaximum = isMaximum
        super.init(type: type)
    }

    override func fold(_ window: WindowState, _ input: AggregateInput) {
        let nulls = input.arguments[0].nulls
        window.forEachAssignment(input, offset: offset) { row, word in
            guard !nulls[row] else { return }
            let value = encoded(input, row)
            if HeapSlot.isSet(window.words, word) {
                let order = HeapSlot.compare(value, window, word)
                guard isMaximum ? order > 0 : order < 0 else { return }
            }
            HeapSlot.store(value, in: window, word)
        }
    }
}

/// `first` and `last` of DECIMAL, STRING and STRUCT. A null is a value too, unless ignored.
final class EncodedPositionAccumulator: EncodedAccumulator {
    private let isLast: Bool
    private let ignoresNulls: Bool

    init(type: DataType, isLast: Bool, ignoresNulls: Bool) {
        self.isLast = isLast
        self.ignoresNulls = ignoresNulls
        super.init(type: type)
    }

    override func fold(_ window: WindowState, _ input: AggregateInput) {
        let nulls = input.arguments[0].nulls
        window.forEachAssignment(input, offset: offset) { row, word in
            guard isLast || !HeapSlot.isSet(window.words, word) else { return }
            guard !ignoresNulls || !nulls[row] else { return }
            HeapSlot.store(encoded(input, row), in: window, word)
        }
    }
}

/// `first` and `last` of the types stored in one word: the value, and its state. Two words.
final class WordPositionAccumulator: Accumulator {
    private let isDouble: Bool
    private let isLast: Bool
    private let ignoresNulls: Bool

    private static let unset: UInt64 = 0
    private static let value: UInt64 = 1
    private static let null: UInt64 = 2

    init(isDouble: Bool, isLast: Bool, ignoresNulls: Bool) {
        self.isDouble = isDouble
        self.isLast = isLast
        self.ignoresNulls = ignoresNulls
        super.init(wordCount: 2)
    }

    override func fold(_ window: WindowState, _ input: AggregateInput) {
        let column = input.arguments[0]
        if isDouble {
            let values = column.doubles
            fold(window, input, column.nulls) { values[$0].bitPattern }
        } else {
            let values = column.integers
            fold(window, input, column.nulls) { UInt64(bitPattern: values[$0]) }
        }
    }

    @inline(__always)
    private func fold(
        _ window: WindowState, _ input: AggregateInput, _ nulls: Buffer<Bool>,
        _ bits: (Int) -> UInt64
    ) {
        let words = window.words
        window.forEachAssignment(input, offset: offset) { row, word in
            guard isLast || words[word + 1] == Self.unset else { return }
            if nulls[row] {
                if !ignoresNulls { words[word + 1] = Self.null }
            } else {
                words[word] = bits(row)
                words[word + 1] = Self.value
            }
        }
    }

    override func finish(
        _ window: WindowState, word: Int, into output: ColumnVector, row: Int, errors: RowErrors
    ) {
        guard window.words[word + 1] == Self.value else { return output.setNull(row) }
        let bits = window.words[word]
        if isDouble {
            output.set(row, double: Double(bitPattern: bits))
        } else {
            output.set(row, integer: Int64(bitPattern: bits))
        }
    }
}
