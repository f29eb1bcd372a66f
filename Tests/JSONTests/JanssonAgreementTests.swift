import CJansson
@testable import JSON
import Streaming
import TestSupport
import Testing

/// An independent reader of strict JSON must accept and refuse the same documents, and read the
/// same values from them.
@Suite struct JanssonAgreementTests {
    /// The members s (text), x (number), b (integer), ok; nil if the document is refused.
    static func readWithJansson(_ text: [UInt8], repeatedNames: Bool = false) -> [String]? {
        var error = json_error_t()
        var flags = JSON_ALLOW_NUL | JSON_DISABLE_EOF_CHECK
        if !repeatedNames { flags |= JSON_REJECT_DUPLICATES }
        let root = unsafe text.withUnsafeBytes { bytes in
            unsafe json_loadb(
                bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, Int(flags),
                &error)
        }
        guard let root = unsafe root else { return nil }
        defer { unsafe json_decref(root) }
        return unsafe [
            describe(json_object_get(root, "s")), describe(json_object_get(root, "x")),
            describe(json_object_get(root, "b")), describe(json_object_get(root, "ok")),
        ]
    }

    private static func describe(_ value: UnsafeMutablePointer<json_t>?) -> String {
        guard let value = unsafe value else { return "null" }
        switch unsafe value.pointee.type {
        case JSON_STRING:
            let length = unsafe json_string_length(value)
            let bytes = unsafe UnsafeBufferPointer(start: json_string_value(value), count: length)
            return unsafe "string "
                + bytes.map { String(UInt8(bitPattern: $0), radix: 16) }
                .joined(separator: " ") + "."
        case JSON_INTEGER: return unsafe "integer \(json_integer_value(value))"
        case JSON_REAL:
            return unsafe "real " + String(json_real_value(value).bitPattern, radix: 16)
        case JSON_TRUE: return "true"
        case JSON_FALSE: return "false"
        default: return "other"
        }
    }

    /// What jansson cannot hold, integers beyond 64 bits and reals beyond the range; and NUL, which
    /// its buffer loses after a number, so that it accepts what it should not.
    static func isBeyondJansson(_ text: [UInt8]) -> Bool {
        if text.contains(0) { return true }
        let string = String(decoding: text, as: UTF8.self)
        return string.contains(#/[0-9]{19}|[eE][+]?[0-9]{3}/#)
    }

    static func compare(
        _ harness: Harness, _ text: [UInt8], _ accepted: inout Int, seed: UInt64
    ) {
        // Only the fast reader claims to know no more than the standard; what it leaves may be
        // Spark's own. The slow reader must not refuse what is strict.
        guard !isBeyondJansson(text) else { return }
        let jansson = readWithJansson(text)
        let slow = harness.decode(text, with: .slow)
        let fast = harness.decode(text, with: .fast)
        let comment = Comment(rawValue: "SEED=\(seed) " + String(decoding: text, as: UTF8.self))
        guard let jansson else {
            // A mutation can make two names equal, which jansson is told to refuse.
            if readWithJansson(text, repeatedNames: true) != nil { return }
            #expect(fast == nil, comment)
            return
        }
        // jansson also takes an array for a document.
        guard text.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") else { return }
        accepted += 1
        #expect(slow?.defect.kind != .malformed, comment)
        guard let slow else { return }
        for (index, value) in jansson.enumerated() {
            let ours = slow.values[index]
            switch (value.split(separator: " ", maxSplits: 1).first, index) {
            case ("string", 0): #expect(ours == value.dropFirst(7), comment)
            case ("real", 1): #expect(ours == value.dropFirst(5), comment)
            case ("integer", 1):
                let number = Int64(value.dropFirst(8)) ?? 0
                #expect(ours == String(Double(number).bitPattern, radix: 16), comment)
            case ("integer", 2): #expect(ours == value.dropFirst(8), comment)
            case ("true", 3): #expect(ours == "1", comment)
            case ("false", 3): #expect(ours == "0", comment)
            case ("null", _): #expect(ours == "null", comment)
            default: break
            }
        }
    }

    @Test func strictDocumentsReadAlike() {
        let schema = Schema([
            StructField(name: "s", type: .string), StructField(name: "x", type: .double),
            StructField(name: "b", type: .bigint), StructField(name: "ok", type: .boolean),
        ])
        let harness = Harness(schema)
        var generator = DocumentGenerator(isStrict: true, names: ["s", "x", "b", "ok"])
        var accepted = 0
        let seed = generator.random.seed
        generator.forEachText(rounds: 2000, depth: 3, truncatingEvery: 20) {
            Self.compare(harness, $0, &accepted, seed: seed)
        }
        #expect(accepted > 2000)
    }
}
