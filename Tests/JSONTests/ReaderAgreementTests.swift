@testable import JSON
import Streaming
import TestSupport
import Testing

/// The fast reader must do exactly what the slow one does, wherever it does anything.
@Suite struct ReaderAgreementTests {
    static func check(_ harness: Harness, _ text: [UInt8], _ accepted: inout Int, seed: UInt64) {
        let slow = harness.decode(text, with: .slow)
        guard let fast = harness.decode(text, with: .fast) else { return }
        accepted += 1
        let comment = Comment(rawValue: "SEED=\(seed) " + String(decoding: text, as: UTF8.self))
        #expect(fast.defect == slow?.defect && fast.values == slow?.values, comment)
    }

    /// Values that the fields of ``everySchema`` and ``readingSchema`` accept.
    let samples = [
        "t": ["\"2026-11-20T21:00:00.123Z\"", "\"1969-12-31T23:59:59\"", "0"],
        "time": ["\"2026-11-20T21:00:00.123Z\"", "\"0001-01-01T00:00:00.5\"", "\"2024\""],
        "i": ["0", "-7", "2147483647", "2147483648"], "y": ["-128", "127", "128"],
        "b": ["9223372036854775807", "-9223372036854775808", "9223372036854775808"],
        "f": ["0.1", "-0", "16777217", "3.5e38"], "ok": ["true", "false", "null"],
        "d": ["\"2024-02-29\"", "\"2024\"", "\"x\""], "m": ["1.005", "-12", "9999999.99", "1e9"],
        "o": ["{\"s\":\"a\",\"x\":1.5}", "{}", "{\"o\":{\"i\":1}}", "{\"o\":null, \"z\":[{}]}"],
    ]

    static func names(_ schema: Schema) -> [String] { schema.fields.map(\.name) }

    @Test(arguments: [true, false])
    func generatedTruncatedAndMutatedDocumentsReadAlike(isStrict: Bool) {
        for schema in [readingSchema, everySchema] {
            var generator = DocumentGenerator(
                isStrict: isStrict, names: Self.names(schema), samples: samples)
            let harness = Harness(schema)
            var accepted = 0
            let seed = generator.random.seed
            generator.forEachText(rounds: 1500, depth: 4, truncatingEvery: 10) {
                Self.check(harness, $0, &accepted, seed: seed)
            }
            #expect(accepted > 200)
        }
    }

    @Test func anyBytesDecodeWithoutATrap() {
        var random = SeededRandom()
        let alphabet =
            Array("{}[]\",:\\ 'abstxo0123456789-+.eEtfnuNIF\u{e9}".utf8) + [0, 0xFF, 0xED]
        let harness = Harness(everySchema)
        var accepted = 0
        for _ in 0..<30_000 {
            var text = Array("{\"".utf8)
            for _ in 0..<Int.random(in: 0...40, using: &random) {
                text.append(alphabet.randomElement(using: &random) ?? 0)
            }
            Self.check(harness, text, &accepted, seed: random.seed)
            Self.check(harness, Array(text.dropFirst(2)), &accepted, seed: random.seed)
        }
    }

    @Test func invalidUTF8IsReplacedAsJavaReplacesIt() throws {
        let harness = Harness(readingSchema)
        let cases: [([UInt8], String)] = [
            ([0xED, 0xA0, 0xBD], "\u{FFFD}"), ([0xC3], "\u{FFFD}"),
            ([0xFF, 0xFE], "\u{FFFD}\u{FFFD}"),
            ([0xE2, 0x82], "\u{FFFD}"), ([0xF0, 0x9F, 0x8E], "\u{FFFD}"),
            ([0xC0, 0x80], "\u{FFFD}\u{FFFD}"),
            ([0xF5, 0x80, 0x80, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"), ([0xC3, 0xA9], "é"),
            ([0xE0, 0x80, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}"),
            (
                [0xF4, 0x90, 0x80, 0x80],
                "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"
            ),
        ]
        for (bytes, expected) in cases {
            let text = Array("{\"entity\":\"a".utf8) + bytes + Array("b\"}".utf8)
            let result = try #require(harness.decode(text, with: .slow))
            let hex =
                "a\(expected)b".utf8.map { String($0, radix: 16) }.joined(separator: " ") + "."
            #expect(result.values[1] == hex)
        }
    }

    @Test func limitsAreThoseOfSpark() throws {
        let harness = Harness(readingSchema)
        func isMalformed(_ text: String) throws -> Bool {
            try #require(harness.decode(Array(text.utf8), with: .slow)).defect.kind == .malformed
        }
        func nested(_ levels: Int) -> String {
            "{\"temp\":1,\"x\":" + String(repeating: "[", count: levels)
                + String(repeating: "]", count: levels) + "}"
        }
        #expect(try !isMalformed(nested(999)))
        #expect(try isMalformed(nested(1000)))
        #expect(try isMalformed(nested(1_000_000)))
        let digits = String(repeating: "9", count: 1000)
        #expect(try !isMalformed("{\"temp\":1,\"x\":-\(digits)}"))
        #expect(try isMalformed("{\"temp\":1,\"x\":\(digits)9}"))
        #expect(try isMalformed("{\"temp\":\(digits)e1}"))
        let name = String(repeating: "é", count: 50_000)
        #expect(try !isMalformed("{\"temp\":1,\"\(name)\":1}"))
        #expect(try isMalformed("{\"temp\":1,\"\(name)a\":1}"))
    }

    @Test func defectsSayWhatIsWrongAndWhere() {
        let batch = batch(
            [nil, "", "  ", "[1]", "{\"temp\":x}", "{\"other\":1}", "{}", "{\"temp\":1}"],
            schema: readingSchema)
        RecordDecoder(schema: readingSchema, zones: .none).decode(batch)
        let expected = [
            RecordDefect(.nullValue), RecordDefect(.malformed), RecordDefect(.malformed, detail: 2),
            RecordDefect(.malformed, detail: 1), RecordDefect(.malformed, detail: 8),
            RecordDefect(.noColumns), RecordDefect(.noColumns), .none,
        ]
        for (row, defect) in expected.enumerated() {
            #expect(batch.defects[row] == defect)
            if defect != .none { #expect(batch.columns.allSatisfy { $0.nulls[row] }) }
        }
    }

    /// Conversions that the recordings do not hold, from Spark's rules for each type.
    @Test(
        arguments: [
            (#"{"y":127}"#, "y", "127"), (#"{"y":200}"#, "y", "-56"), (#"{"y":256}"#, "y", "null"),
            (#"{"i":5.0}"#, "i", "null"), (#"{"i":"5"}"#, "i", "null"),
            (#"{"i":1e2}"#, "i", "null"),
            (#"{"i":2147483648}"#, "i", "null"),
            (#"{"b":9223372036854775807}"#, "b", "9223372036854775807"),
            (#"{"ok":"true"}"#, "ok", "null"), (#"{"ok":1}"#, "ok", "null"),
            (#"{"ok":true}"#, "ok", "1"),
            (#"{"d":"2024-05-01T10"}"#, "d", "19844"), (#"{"d":"12"}"#, "d", "12"),
            (#"{"d":"2024-05-01GMT"}"#, "d", "19844"), (#"{"d":19844}"#, "d", "null"),
            (#"{"d":"-10000000"}"#, "d", "-9999807"),
            (#"{"m":1.005}"#, "m", "101"), (#"{"m":"1,234.5"}"#, "m", "123450"),
            (#"{"m":12345678.9}"#, "m", "null"), (#"{"m":" 1"}"#, "m", "null"),
            (#"{"m":NaN}"#, "m", "null"),
            (#"{"t":"2024-05-01 GMT"}"#, "t", "1714521600000000"), (#"{"t":12}"#, "t", "12000000"),
            (#"{"o":5}"#, "o", "null"), (#"{"o":{}}"#, "o", "(null,null,null)"),
            (#"{"o":{"s":"a","o":{"i":7}}}"#, "o", "(61.,null,(7))"),
            (#"{"o":{"x":1},"o":{"s":"a"}}"#, "o", "(61.,null,null)"),
            (#"{"o":{"x":1},"o":5}"#, "o", "(null,3ff0000000000000,null)"),
            (#"{"f":16777217}"#, "f", "4170000000000000"), (#"{"f":0.1}"#, "f", "3fb99999a0000000"),
        ] as [(String, String, String)])
    func valuesConvertByTheirType(text: String, field: String, expected: String) throws {
        let harness = Harness(everySchema)
        let index = try #require(everySchema.fields.firstIndex { $0.name == field })
        let slow = try #require(harness.decode(Array(text.utf8), with: .slow))
        #expect(slow.values[index] == expected)
    }
}
