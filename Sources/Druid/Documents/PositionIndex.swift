/// Where each member's name and each array element of a document stands, which a JSON parser
/// forgets.
struct PositionIndex {
    private var positions: [FieldPath: TextPosition] = [:]

    /// - Parameter bytes: JSON that a parser has accepted; anything else gives useless positions,
    ///   but no harm.
    init(_ bytes: [UInt8]) {
        var scan = Scan(bytes: bytes)
        while scan.step(recording: &positions) {}
    }

    /// The position of `path`, or of its nearest ancestor in the document.
    func position(of path: FieldPath) -> TextPosition {
        var path = path
        while true {
            if let position = positions[path] { return position }
            guard let parent = path.parent else { return TextPosition(line: 1, column: 1) }
            path = parent
        }
    }
}

/// One pass over the bytes with a stack of its own.
private struct Scan {
    private enum Container {
        case object(awaitsName: Bool)
        case array
    }

    private let bytes: [UInt8]
    private var next = 0
    private var line = 1
    private var column = 1
    private var containers: [Container] = []
    /// One step for each open container: the member or element that the scan is in.
    private var steps: [FieldPath.Step] = []

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// Takes one token; false at the end.
    mutating func step(recording positions: inout [FieldPath: TextPosition]) -> Bool {
        guard next < bytes.count else { return false }
        let byte = bytes[next]
        switch byte {
        case UInt8(ascii: " "), 0x09, 0x0A, 0x0D, UInt8(ascii: ":"): advance()
        case UInt8(ascii: ","):
            advance()
            startNext()
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            advance()
            if containers.popLast() != nil { steps.removeLast() }
        case UInt8(ascii: "{"):
            recordElement(&positions)
            advance()
            containers.append(.object(awaitsName: true))
            steps.append(.name(""))
        case UInt8(ascii: "["):
            recordElement(&positions)
            advance()
            containers.append(.array)
            steps.append(.index(0))
        case UInt8(ascii: "\""): takeString(&positions)
        default:
            recordElement(&positions)
            advance()
        }
        return true
    }

    private mutating func advance() {
        let byte = bytes[next]
        next += 1
        if byte == 0x0A {
            line += 1
            column = 1
        } else if next == bytes.count || bytes[next] & 0xC0 != 0x80 {
            // The following byte begins a character.
            column += 1
        }
    }

    /// After a comma.
    private mutating func startNext() {
        switch containers.last {
        case .object: containers[containers.count - 1] = .object(awaitsName: true)
        case .array:
            if case .index(let index) = steps[steps.count - 1] {
                steps[steps.count - 1] = .index(index + 1)
            }
        case nil: break
        }
    }

    private mutating func takeString(_ positions: inout [FieldPath: TextPosition]) {
        let start = next
        let position = TextPosition(line: line, column: column)
        recordElement(&positions)
        var isEscaped = false
        var hasEscapes = false
        repeat {
            advance()
            guard next < bytes.count else { return }
            if isEscaped {
                isEscaped = false
            } else if bytes[next] == UInt8(ascii: "\\") {
                isEscaped = true
                hasEscapes = true
            } else if bytes[next] == UInt8(ascii: "\"") {
                break
            }
        } while true
        advance()
        guard case .object(awaitsName: true) = containers.last else { return }
        containers[containers.count - 1] = .object(awaitsName: false)
        var name = String(decoding: bytes[(start + 1)..<(next - 1)], as: UTF8.self)
        if hasEscapes, let value = try? JSONValue(parsing: Array(bytes[start..<next])) {
            name = value.text ?? name
        }
        steps[steps.count - 1] = .name(name)
        positions[FieldPath(steps)] = position
    }

    private func recordElement(_ positions: inout [FieldPath: TextPosition]) {
        guard case .array = containers.last else { return }
        let path = FieldPath(steps)
        if positions[path] == nil { positions[path] = TextPosition(line: line, column: column) }
    }
}
