/// The text of a query after substitution, with the way back to the text as it was given.
struct SourceText {
    let original: [UInt8]
    /// The text that is read: variables replaced, `SET` statements removed.
    private(set) var bytes: [UInt8] = []
    /// For each byte of ``bytes`` the part of ``original`` that it stands for.
    private var starts: [Int] = []
    private var ends: [Int] = []

    init(original: [UInt8]) { self.original = original }

    /// Copies a byte of the original as it is.
    mutating func copy(_ index: Int) {
        bytes.append(original[index])
        starts.append(index)
        ends.append(index + 1)
    }

    /// Puts `value` where `range` of the original was.
    mutating func replace(_ range: Range<Int>, with value: [UInt8]) {
        bytes += value
        for _ in value {
            starts.append(range.lowerBound)
            ends.append(range.upperBound)
        }
    }

    func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }

    /// The range of the original that `range` of the substituted text came from.
    func originalRange(_ range: Range<Int>) -> Range<Int> {
        guard !bytes.isEmpty else { return original.count..<original.count }
        let first = range.lowerBound
        guard first < bytes.count else {
            // The end of the text: just behind what was read last.
            return ends[bytes.count - 1]..<ends[bytes.count - 1]
        }
        let last = min(max(range.upperBound - 1, first), bytes.count - 1)
        return starts[first]..<max(starts[first], ends[last])
    }

    /// Places `fault`, whose range is one of the substituted text.
    func located(_ fault: Fault) -> QueryError {
        Self.locate(fault, at: fault.range.map(originalRange), in: original)
    }

    /// Places `fault` at a range of `original`.
    static func locate(
        _ fault: Fault, at range: Range<Int>?, in original: [UInt8]
    ) -> QueryError {
        var error = QueryError(
            errorClass: fault.errorClass, message: fault.message, hint: fault.hint)
        guard let range else { return error }
        error.position = position(of: range.lowerBound, in: original)
        let text = String(decoding: original[range], as: UTF8.self)
        error.length = max(1, text.prefix { !$0.isNewline }.count)
        return error
    }

    static func position(of offset: Int, in original: [UInt8]) -> SourcePosition {
        let before = original[..<min(offset, original.count)]
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let column = String(decoding: before[lineStart...], as: UTF8.self).count + 1
        return SourcePosition(line: line, column: column)
    }
}
