import Foundation
@testable import JSON
import Streaming
import TestSupport
import Testing

@Suite struct EncoderTests {
    /// What is written is read back as the same values, types that JSON cuts aside.
    @Test func encodedRowsDecodeToTheSameValues() throws {
        var random = SeededRandom()
        let harness = Harness(everySchema)
        let encoder = RowEncoder(fields: everySchema)
        let columns = everySchema.fields.map { ColumnVector(type: $0.type, capacity: 1) }
        for _ in 0..<3000 {
            for column in columns {
                column.reset(rows: 1)
                Self.fill(column, &random)
            }
            let output = ByteArena()
            encoder.encode(columns, row: 0, to: output)
            let bytes = Array(output.text(at: 0, count: output.count).utf8)
            #expect((try? JSONSerialization.jsonObject(with: Data(bytes))) != nil)
            let decoded = try #require(harness.decode(bytes, with: .slow))
            #expect(decoded.values == columns.map(Harness.describe), "SEED=\(random.seed)")
        }
    }

    static func fill(_ column: ColumnVector, _ random: inout SeededRandom) {
        guard Int.random(in: 0..<5, using: &random) > 0 else { return column.setNull(0) }
        switch column.type {
        case .double:
            let value = Double(bitPattern: random.next())
            column.set(0, double: value.isNaN ? .nan : value)
        case .float:
            let value = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
            column.set(0, double: value.isNaN ? .nan : Double(value))
        case .string:
            let alphabet: [Character] = ["a", "\"", "\\", "\n", "\u{1}", "é", "🎉", "\u{2028}", "/"]
            let text = (0..<Int.random(in: 0...10, using: &random)).map { _ in
                alphabet.randomElement(using: &random) ?? "a"
            }
            let bytes = Array(String(text).utf8)
            column.set(0, bytes: bytes.span)
        case .timestamp:
            let millis = Int64.random(in: -60_000_000_000_000...250_000_000_000_000, using: &random)
            column.set(0, integer: millis * 1000)
        case .date: column.set(0, integer: Int64.random(in: -700_000...700_000, using: &random))
        case .decimal:
            column.set(
                0, decimal: Int128(Int64.random(in: -999_999_999...999_999_999, using: &random)))
        case .structure:
            column.setPresent(0)
            for child in column.children { fill(child, &random) }
        default:
            let range = column.type.integralRange ?? 0...0
            column.set(0, integer: Int64.random(in: range, using: &random))
        }
    }

    @Test func namesAndTextAreEscaped() {
        let encoder = RowEncoder(
            fields: Schema([StructField(name: "a\"b\n", type: .string)]))
        let column = ColumnVector(type: .string, capacity: 1)
        let bytes = Array("\u{0}\u{8}\u{b}\u{c}\u{1f}\u{7f}\u{2028}/\r\t".utf8)
        column.set(0, bytes: bytes.span)
        let json = text { encoder.encode([column], row: 0, to: $0) }
        #expect(json == "{\"a\\\"b\\n\":\"\\u0000\\b\\u000B\\f\\u001F\u{7f}\u{2028}/\\r\\t\"}")
    }

    @Test func base64IsThatOfFoundation() {
        for length in 0..<100 {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 * 37 + length) }
            let ours = text { Base64.append(bytes.span, to: $0) }
            #expect(ours == Data(bytes).base64EncodedString())
        }
    }

    @Test func utf8IsCheckedAsTheStandardLibraryChecksIt() {
        var random = SeededRandom()
        let alphabet: [UInt8] = [
            0x41, 0x80, 0xBF, 0x8F, 0x90, 0x9F, 0xA0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE2, 0xED, 0xEF,
            0xF0,
            0xF1, 0xF4, 0xF5, 0xFF,
        ]
        for _ in 0..<50_000 {
            let bytes = (0..<Int.random(in: 0...6, using: &random)).map { _ in
                alphabet.randomElement(using: &random) ?? 0
            }
            let ours = UTF8Check.isValid(bytes.span)
            let isValid = String(validating: bytes, as: UTF8.self) != nil
            #expect(ours == isValid, "SEED=\(random.seed)")
        }
    }
}
