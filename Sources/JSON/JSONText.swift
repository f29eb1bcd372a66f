public import Streaming

/// Text as a JSON string.
public enum JSONText {
    /// Appends `bytes`, which are UTF-8, between quotes and escaped as Spark does: `"`, `\`, and
    /// \b \t \n \f \r with a backslash, other characters below U+0020 as \u00XX with upper-case
    /// digits, nothing else.
    public static func appendQuoted(_ bytes: Span<UInt8>, to output: ByteArena) {
        output.append(UInt8(ascii: "\""))
        var start = 0
        var index = 0
        while true {
            index = ByteScan.endOfPlainRun(bytes, from: index)
            guard index < bytes.count else { break }
            // The scan stops at bytes beyond ASCII too, which stay as they are.
            if bytes[index] < 0x80 {
                output.append(bytes.extracting(start..<index))
                appendEscaped(bytes[index], to: output)
                start = index + 1
            }
            index += 1
        }
        output.append(bytes.extracting(start..<bytes.count))
        output.append(UInt8(ascii: "\""))
    }

    /// Appends `bytes` as ``appendQuoted(_:to:)`` does, with each UTF-16 surrogate as an escape, as
    /// Jackson copies a value into a text: `\uD83C\uDF89` for a character beyond U+FFFF. A lone
    /// surrogate stands in `bytes` as the three bytes that it would have as a character.
    static func appendQuotedCopy(_ bytes: Span<UInt8>, to output: ByteArena) {
        output.append(UInt8(ascii: "\""))
        var start = 0
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte >= 0xF0 {
                output.append(bytes.extracting(start..<index))
                let scalar = scalar(bytes, at: index, length: 4) - 0x10000
                appendUnit(0xD800 + scalar >> 10, to: output)
                appendUnit(0xDC00 + scalar & 0x3FF, to: output)
                index += 4
                start = index
            } else if byte == 0xED, bytes[index + 1] >= 0xA0 {
                output.append(bytes.extracting(start..<index))
                appendUnit(scalar(bytes, at: index, length: 3), to: output)
                index += 3
                start = index
            } else if ByteScan.isPlain(byte) || byte >= 0x80 {
                index += 1
            } else {
                output.append(bytes.extracting(start..<index))
                appendEscaped(byte, to: output)
                index += 1
                start = index
            }
        }
        output.append(bytes.extracting(start..<bytes.count))
        output.append(UInt8(ascii: "\""))
    }

    private static func scalar(_ bytes: Span<UInt8>, at start: Int, length: Int) -> UInt32 {
        var scalar = UInt32(bytes[start]) & (length == 4 ? 0x07 : 0x0F)
        for index in start + 1..<start + length {
            scalar = scalar << 6 | UInt32(bytes[index] & 0x3F)
        }
        return scalar
    }

    private static func appendUnit(_ unit: UInt32, to output: ByteArena) {
        output.append("\\u" as StaticString)
        for shift in stride(from: UInt32(12), through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: unit >> shift & 0xF)
            output.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "A") + digit - 10)
        }
    }

    private static func appendEscaped(_ byte: UInt8, to output: ByteArena) {
        output.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: output.append(UInt8(ascii: "b"))
        case 0x09: output.append(UInt8(ascii: "t"))
        case 0x0A: output.append(UInt8(ascii: "n"))
        case 0x0C: output.append(UInt8(ascii: "f"))
        case 0x0D: output.append(UInt8(ascii: "r"))
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): output.append(byte)
        default:
            output.append("u00" as StaticString)
            output.append(byte < 0x10 ? UInt8(ascii: "0") : UInt8(ascii: "1"))
            let low = byte & 0x0F
            output.append(low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "A") + (low - 10))
        }
    }

    /// Appends a DOUBLE, quoted where JSON has no number for it.
    static func append(double value: Double, to output: ByteArena) {
        guard !value.isFinite else { return TextFormat.append(double: value, to: output) }
        output.append(UInt8(ascii: "\""))
        TextFormat.append(double: value, to: output)
        output.append(UInt8(ascii: "\""))
    }
}
