public import Streaming

/// Base64 with padding (RFC 4648), for bytes that JSON text cannot carry.
public enum Base64 {
    public static func append(_ bytes: Span<UInt8>, to output: ByteArena) {
        output.reserve((bytes.count + 2) / 3 * 4)
        var index = 0
        while index < bytes.count {
            let left = bytes.count - index
            let second = left > 1 ? bytes[index + 1] : 0
            let third = left > 2 ? bytes[index + 2] : 0
            let group = UInt32(bytes[index]) << 16 | UInt32(second) << 8 | UInt32(third)
            output.append(digit(group >> 18))
            output.append(digit(group >> 12 & 63))
            output.append(left > 1 ? digit(group >> 6 & 63) : UInt8(ascii: "="))
            output.append(left > 2 ? digit(group & 63) : UInt8(ascii: "="))
            index += 3
        }
    }

    private static func digit(_ value: UInt32) -> UInt8 {
        let value = UInt8(truncatingIfNeeded: value)
        switch value {
        case 0..<26: return UInt8(ascii: "A") + value
        case 26..<52: return UInt8(ascii: "a") + (value - 26)
        case 52..<62: return UInt8(ascii: "0") + (value - 52)
        case 62: return UInt8(ascii: "+")
        default: return UInt8(ascii: "/")
        }
    }
}
