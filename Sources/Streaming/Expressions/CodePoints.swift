/// Code points of UTF-8 bytes. Bytes that are no UTF-8 never trap; each counts as something.
enum CodePoints {
    @inline(__always)
    static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xc0 == 0x80 }

    /// How many bytes a code point has that begins with `byte`.
    @inline(__always)
    static func length(ofFirst byte: UInt8) -> Int {
        byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4
    }

    /// The offset after the code point at `offset`, at most the end.
    @inline(__always)
    static func next(_ bytes: Span<UInt8>, after offset: Int) -> Int {
        min(offset + length(ofFirst: bytes[offset]), bytes.count)
    }

    static func count(_ bytes: Span<UInt8>) -> Int {
        var count = 0
        for index in 0..<bytes.count where !isContinuation(bytes[index]) { count += 1 }
        return count
    }

    /// The offset `count` code points after `offset`, at most the end.
    static func offset(_ bytes: Span<UInt8>, from offset: Int, advancedBy count: Int) -> Int {
        var offset = offset
        var remaining = count
        while remaining > 0, offset < bytes.count {
            offset = next(bytes, after: offset)
            remaining -= 1
        }
        return offset
    }

    /// The code point at `offset`; U+FFFD for bytes that are none.
    static func scalar(_ bytes: Span<UInt8>, at offset: Int) -> Unicode.Scalar {
        let first = bytes[offset]
        if first < 0x80 { return Unicode.Scalar(first) }
        let length = length(ofFirst: first)
        guard length > 1, offset + length <= bytes.count else { return "\u{fffd}" }
        var value = UInt32(first) & (0xff >> UInt32(length + 1))
        for index in 1..<length { value = value << 6 | UInt32(bytes[offset + index] & 0x3f) }
        return Unicode.Scalar(value) ?? "\u{fffd}"
    }

    /// Where `part` begins in `bytes`, at or after `start`.
    static func firstIndex(of part: Span<UInt8>, in bytes: Span<UInt8>, from start: Int) -> Int? {
        guard part.count > 0 else { return start }
        var candidate = start
        while candidate + part.count <= bytes.count {
            if matches(part, bytes, at: candidate) { return candidate }
            candidate += 1
        }
        return nil
    }

    /// Whether `bytes` has `part` at `offset`.
    static func matches(_ part: Span<UInt8>, _ bytes: Span<UInt8>, at offset: Int) -> Bool {
        guard offset >= 0, offset + part.count <= bytes.count else { return false }
        for index in 0..<part.count where bytes[offset + index] != part[index] { return false }
        return true
    }

    /// Whether the code point at `offset` of `bytes` is one of `set`; its position there.
    static func position(
        _ bytes: Span<UInt8>, _ range: Range<Int>, in set: Span<UInt8>
    ) -> Int? {
        var offset = 0
        var position = 0
        while offset < set.count {
            let end = next(set, after: offset)
            if end - offset == range.count {
                var isSame = true
                for index in 0..<range.count
                where set[offset + index] != bytes[range.lowerBound + index] {
                    isSame = false
                    break
                }
                if isSame { return position }
            }
            offset = end
            position += 1
        }
        return nil
    }
}
