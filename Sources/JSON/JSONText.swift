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
