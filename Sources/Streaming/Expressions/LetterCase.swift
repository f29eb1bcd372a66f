/// Upper, lower and title case of UTF-8 text by Unicode's rules, appended to an arena.
enum LetterCase {
    static func appendUpper(_ bytes: Span<UInt8>, to arena: ByteArena) {
        append(bytes, to: arena) { byte in
            byte &- UInt8(ascii: "a") < 26 ? byte & 0xdf : byte
        } mapping: { offset, scalar in
            arena.append(scalar.properties.uppercaseMapping)
        }
    }

    static func appendLower(_ bytes: Span<UInt8>, to arena: ByteArena) {
        append(bytes, to: arena) { byte in
            byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
        } mapping: { offset, scalar in
            if scalar == "\u{3a3}", isFinalSigma(bytes, at: offset) {
                arena.append("\u{3c2}" as StaticString)
            } else {
                arena.append(scalar.properties.lowercaseMapping)
            }
        }
    }

    /// As Spark's `initcap`: all in lower case, then what begins the text or follows U+0020 in
    /// title case.
    static func appendTitle(_ bytes: Span<UInt8>, to arena: ByteArena, scratch: ByteArena) {
        scratch.removeAll()
        appendLower(bytes, to: scratch)
        scratch.withSpan { lower in
            var isStart = true
            var offset = 0
            while offset < lower.count {
                let end = CodePoints.next(lower, after: offset)
                let scalar = CodePoints.scalar(lower, at: offset)
                if isStart {
                    let title = scalar.properties.titlecaseMapping
                    // One character becomes one: the first letter of a word does not grow.
                    arena.append(title.unicodeScalars.count == 1 ? title : String(scalar))
                } else {
                    arena.append(lower.extracting(offset..<end))
                }
                isStart = scalar == " "
                offset = end
            }
        }
    }

    /// `ascii` maps text that is ASCII throughout; else `mapping` appends each code point.
    @inline(__always)
    private static func append(
        _ bytes: Span<UInt8>, to arena: ByteArena, ascii: (UInt8) -> UInt8,
        mapping: (Int, Unicode.Scalar) -> Void
    ) {
        var isASCII = true
        for index in 0..<bytes.count where bytes[index] >= 0x80 {
            isASCII = false
            break
        }
        if isASCII {
            let start = arena.appendUninitialized(bytes.count)
            let storage = arena.storage
            for index in 0..<bytes.count { storage[start + index] = ascii(bytes[index]) }
            return
        }
        var offset = 0
        while offset < bytes.count {
            if bytes[offset] < 0x80 {
                arena.append(ascii(bytes[offset]))
            } else {
                mapping(offset, CodePoints.scalar(bytes, at: offset))
            }
            offset = CodePoints.next(bytes, after: offset)
        }
    }

    /// Whether the capital sigma at `offset` ends a word, where its small letter is another: a
    /// cased letter before it and none after, not counting marks and the like.
    private static func isFinalSigma(_ bytes: Span<UInt8>, at offset: Int) -> Bool {
        var before = offset
        var isPreceded = false
        while before > 0 {
            before -= 1
            while before > 0, CodePoints.isContinuation(bytes[before]) { before -= 1 }
            let properties = CodePoints.scalar(bytes, at: before).properties
            if properties.isCaseIgnorable { continue }
            isPreceded = properties.isCased
            break
        }
        guard isPreceded else { return false }
        var after = CodePoints.next(bytes, after: offset)
        while after < bytes.count {
            let properties = CodePoints.scalar(bytes, at: after).properties
            if !properties.isCaseIgnorable { return !properties.isCased }
            after = CodePoints.next(bytes, after: after)
        }
        return true
    }
}
