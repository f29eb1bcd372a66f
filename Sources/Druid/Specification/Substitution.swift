/// A `${name}` without a value, or without an end.
struct SubstitutionError: Error {
    let position: TextPosition
    let message: String
}

/// Replaces each `${name}` in a spec's text by its value, written so that it can stand within a
/// JSON string: quotes, backslashes and control characters are escaped. Lines keep their numbers.
func substitute(
    _ text: [UInt8], variables: [String: String]
) throws(SubstitutionError) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
        guard text[index] == UInt8(ascii: "$"), index + 1 < text.count,
            text[index + 1] == UInt8(ascii: "{")
        else {
            result.append(text[index])
            index += 1
            continue
        }
        let start = index + 2
        guard let end = text[start...].firstIndex(where: { !isNameByte($0) }),
            text[end] == UInt8(ascii: "}"), end > start
        else {
            throw SubstitutionError(
                position: position(of: index, in: text),
                message: "'${' does not begin a ${name} of letters, digits, '_', '-' and '.'")
        }
        let name = String(decoding: text[start..<end], as: UTF8.self)
        guard let value = variables[name] else {
            throw SubstitutionError(
                position: position(of: index, in: text),
                message: "${\(name)} has no value; give --set \(name)=…")
        }
        appendEscaped(value, to: &result)
        index = end + 1
    }
    return result
}

private func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
        UInt8(ascii: "."):
        true
    default: false
    }
}

private func position(of index: Int, in text: [UInt8]) -> TextPosition {
    let before = text[..<index]
    let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    return TextPosition(
        line: before.count { $0 == 0x0A } + 1,
        column: text[lineStart..<index].count { $0 & 0xC0 != 0x80 } + 1)
}

private func appendEscaped(_ value: String, to result: inout [UInt8]) {
    for byte in value.utf8 {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): result += [UInt8(ascii: "\\"), byte]
        case 0..<0x20:
            let digits = Array("0123456789abcdef".utf8)
            result += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        default: result.append(byte)
        }
    }
}
