/// The results of text functions, for single values. Positions and lengths are in code points.
enum TextBuilding {
    static func appendReversed(_ bytes: Span<UInt8>, to arena: ByteArena) {
        var end = bytes.count
        while end > 0 {
            var start = end - 1
            while start > 0, CodePoints.isContinuation(bytes[start]) { start -= 1 }
            arena.append(bytes.extracting(start..<end))
            end = start
        }
    }

    /// What is left of `bytes` without the code points of `characters` at its ends.
    static func trimmed(
        _ bytes: Span<UInt8>, of characters: Span<UInt8>, _ isLeading: Bool, _ isTrailing: Bool
    ) -> Range<Int> {
        var start = 0
        var end = bytes.count
        while isLeading, start < end {
            let next = CodePoints.next(bytes, after: start)
            guard CodePoints.position(bytes, start..<next, in: characters) != nil else { break }
            start = next
        }
        while isTrailing, end > start {
            var previous = end - 1
            while previous > start, CodePoints.isContinuation(bytes[previous]) { previous -= 1 }
            guard CodePoints.position(bytes, previous..<end, in: characters) != nil else { break }
            end = previous
        }
        return start..<end
    }

    /// As Spark: `position` counts from 1, 0 means 1, and below from the end, where it may begin
    /// before the text; the part that lies within the text is the result.
    static func substring(_ bytes: Span<UInt8>, from position: Int64, length: Int64) -> Range<Int> {
        var start: Int64
        if position > 0 {
            start = position - 1
        } else if position == 0 {
            start = 0
        } else {
            start = Int64(CodePoints.count(bytes)) + position
        }
        // Spark's arithmetic is that of Java's int, held at its ends.
        let end = min(start + length, Int64(Int32.max))
        start = max(start, 0)
        guard end > start else { return 0..<0 }
        let from = CodePoints.offset(bytes, from: 0, advancedBy: Int(start))
        let to = CodePoints.offset(bytes, from: from, advancedBy: Int(end - start))
        return from..<to
    }

    static func append(
        _ bytes: Span<UInt8>, times count: Int64, to arena: ByteArena
    ) throws(RowError) {
        guard count > 0, bytes.count > 0 else { return }
        let (total, overflows) = count.multipliedReportingOverflow(by: Int64(bytes.count))
        guard !overflows, total <= Limits.maximumTextBytes else { throw .textTooLong }
        for _ in 0..<count { arena.append(bytes) }
    }

    /// Filled up with `padding` to `length` code points, or cut to them.
    static func appendPadded(
        _ bytes: Span<UInt8>, with padding: Span<UInt8>, length: Int64, isLeft: Bool,
        to arena: ByteArena
    ) throws(RowError) {
        guard length > 0 else { return }
        let missing = length - Int64(CodePoints.count(bytes))
        if missing <= 0 || padding.count == 0 {
            return arena.append(bytes.extracting(substring(bytes, from: 1, length: length)))
        }
        if !isLeft { arena.append(bytes) }
        let unit = Int64(CodePoints.count(padding))
        let whole = unit == 0 ? 0 : missing / unit
        try append(padding, times: whole, to: arena)
        let rest = unit == 0 ? 0 : missing % unit
        arena.append(padding.extracting(substring(padding, from: 1, length: rest)))
        if isLeft { arena.append(bytes) }
    }

    static func appendReplacing(
        _ bytes: Span<UInt8>, _ part: Span<UInt8>, by replacement: Span<UInt8>, to arena: ByteArena
    ) throws(RowError) {
        guard part.count > 0 else { return arena.append(bytes) }
        let first = arena.count
        var start = 0
        while let found = CodePoints.firstIndex(of: part, in: bytes, from: start) {
            arena.append(bytes.extracting(start..<found))
            arena.append(replacement)
            start = found + part.count
            guard arena.count - first <= Limits.maximumTextBytes else { throw .textTooLong }
        }
        arena.append(bytes.extracting(start..<bytes.count))
    }

    /// Each code point of `from` becomes the one at its place in `to`, or nothing if there is none.
    static func appendTranslating(
        _ bytes: Span<UInt8>, _ from: Span<UInt8>, to: Span<UInt8>, _ arena: ByteArena
    ) {
        var offset = 0
        while offset < bytes.count {
            let end = CodePoints.next(bytes, after: offset)
            if let position = CodePoints.position(bytes, offset..<end, in: from) {
                let start = CodePoints.offset(to, from: 0, advancedBy: position)
                if start < to.count {
                    arena.append(to.extracting(start..<CodePoints.next(to, after: start)))
                }
            } else {
                arena.append(bytes.extracting(offset..<end))
            }
            offset = end
        }
    }
}
