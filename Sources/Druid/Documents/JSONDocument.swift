internal import CJansson

/// Where in a text something stands, both counted from 1; columns count characters.
public struct TextPosition: Hashable, Sendable {
    public let line: Int
    public let column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

/// Text that is not JSON.
public struct JSONSyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
    public let position: TextPosition
    public let message: String

    public var description: String {
        "line \(position.line), column \(position.column): \(message)"
    }
}

/// A document that jansson parsed and owns.
///
/// Strict JSON: no comments, no trailing comma, nothing after the value; integers of 64 bits, at
/// most 2048 levels.
@safe struct JSONDocument: ~Copyable {
    private let root: UnsafeMutablePointer<json_t>

    /// - Parameter rejectingDuplicates: whether a name that stands twice in an object is an error.
    init(_ bytes: [UInt8], rejectingDuplicates: Bool = false) throws(JSONSyntaxError) {
        let flags =
            Int(JSON_DECODE_ANY) | Int(JSON_ALLOW_NUL)
            | (rejectingDuplicates ? Int(JSON_REJECT_DUPLICATES) : 0)
        var error = json_error_t()
        let parsed = unsafe bytes.withUnsafeBytes { buffer in
            // jansson refuses a null pointer in its own words, even for no bytes.
            let base = unsafe buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            return unsafe json_loadb(base, base == nil ? 0 : buffer.count, flags, &error)
        }
        guard let parsed = unsafe parsed else {
            throw JSONSyntaxError(error, of: bytes)
        }
        unsafe root = parsed
    }

    deinit { unsafe json_decref(root) }

    /// The document as a Swift value.
    func value() -> JSONValue { unsafe Self.value(of: root) }

    private static func value(of node: UnsafeMutablePointer<json_t>) -> JSONValue {
        switch unsafe node.pointee.type {
        case JSON_OBJECT: return unsafe .object(members(of: node))
        case JSON_ARRAY:
            return unsafe .array(
                (0..<json_array_size(node)).map {
                    unsafe json_array_get(node, $0).map { unsafe value(of: $0) } ?? .null
                })
        case JSON_STRING:
            let length = unsafe json_string_length(node)
            return unsafe .text(text(json_string_value(node), length))
        case JSON_INTEGER: return unsafe .integer(json_integer_value(node))
        case JSON_REAL: return unsafe .real(json_real_value(node))
        case JSON_TRUE: return .boolean(true)
        case JSON_FALSE: return .boolean(false)
        default: return .null
        }
    }

    private static func members(of node: UnsafeMutablePointer<json_t>) -> [JSONValue.Member] {
        var members: [JSONValue.Member] = []
        unsafe members.reserveCapacity(json_object_size(node))
        var iterator = unsafe json_object_iter(node)
        while unsafe iterator != nil {
            let length = unsafe json_object_iter_key_len(iterator)
            let name = unsafe text(json_object_iter_key(iterator), length)
            if let node = unsafe json_object_iter_value(iterator) {
                unsafe members.append(JSONValue.Member(name: name, value: value(of: node)))
            }
            unsafe iterator = json_object_iter_next(node, iterator)
        }
        return members
    }

    private static func text(_ start: UnsafePointer<CChar>?, _ length: Int) -> String {
        guard let start = unsafe start else { return "" }
        let bytes = unsafe UnsafeRawBufferPointer(start: start, count: length)
        return unsafe String(decoding: bytes, as: UTF8.self)
    }
}

extension JSONSyntaxError {
    init(_ error: json_error_t, of bytes: [UInt8]) {
        let message = unsafe withUnsafeBytes(of: error.text) { buffer in
            unsafe String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
        }
        // Before the first byte jansson says line -1 or 1, column 0.
        let line = Int(error.line)
        let column = Int(error.column)
        let isEmpty = bytes.allSatisfy { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
        self.init(
            position: TextPosition(line: max(line, 1), column: max(column, 1)),
            message: isEmpty ? "the document is empty" : printable(message, limit: 160))
    }
}

extension JSONValue {
    /// Parses `bytes`.
    public init(parsing bytes: [UInt8], rejectingDuplicates: Bool = false) throws(JSONSyntaxError) {
        self = try JSONDocument(bytes, rejectingDuplicates: rejectingDuplicates).value()
    }
}

/// `text` on one line without control characters, so that what others wrote cannot drive the
/// terminal; cut to `limit` characters.
func printable(_ text: some StringProtocol, limit: Int) -> String {
    var result = ""
    var wasSpace = true
    for character in text.unicodeScalars {
        let isControl = character.value < 0x20 || (0x7F...0x9F).contains(character.value)
        let isSpace = isControl || character == " "
        if !(isSpace && wasSpace) {
            result.unicodeScalars.append(isSpace ? " " : character)
        }
        wasSpace = isSpace
        if result.unicodeScalars.count > limit { break }
    }
    if result.unicodeScalars.count > limit { return String(result.prefix(limit - 1)) + "…" }
    if result.hasSuffix(" ") { result.removeLast() }
    return result
}
