@testable import JSON
import Streaming
import TestSupport
import Testing

/// The fast reader reads short numbers eight bytes at once, and knows the minute of the last
/// timestamp: whatever comes after whatever, it must read as the slow reader does.
@Suite struct ReadingSequenceTests {
    private struct Sequence {
        var random = SeededRandom()

        mutating func pick(_ elements: [String]) -> String {
            elements[Int.random(in: 0..<elements.count, using: &random)]
        }

        mutating func digits(_ count: Int) -> String {
            (0..<count).map { _ in "\(Int.random(in: 0...9, using: &random))" }.joined()
        }

        /// Mostly in one of few minutes, in the notation of most timestamps, and right.
        mutating func timestamp() -> String {
            let minute = pick([
                "2026-11-20T21:00", "2026-11-20T21:01", "1970-01-01T00:00", "1969-12-31T23:59",
                "2024-02-29T23:59", "2023-02-29T23:59", "0001-01-01T00:00", "2026-11-20 21:00",
                "2026-11-20T24:00", "2026-11-20T21:60",
            ])
            let second = pick([":00", ":59", ":60", ":0x", ":/0", ";00", ":\(digits(2))", ""])
            let fraction = pick([
                ".000", ".999", ".\(digits(3))", ".\(digits(6))", ".5", "", ".", ".12:", ",123",
            ])
            return minute + second + fraction + pick(["Z", "Z", "Z", "", "+00:00", "z", "Z "])
        }

        /// Of any length up to beyond eight characters, right and wrong.
        mutating func number() -> String {
            let whole = digits(Int.random(in: 0...9, using: &random))
            let fraction = digits(Int.random(in: 0...9, using: &random))
            return pick(["", "", "-", "--", "+"]) + pick([whole, "0", "00", "1", "20"])
                + pick(["", ".", ".\(fraction)", ".0", ".5", ".25", "..5", ".5.5"])
                + pick(["", "", "", "", "e2", "E-3", "e", "x", " ", "é"])
        }

        /// A key as text or as a number, which a STRING takes as it is written, or nearly so.
        mutating func entity() -> String {
            let length = Int.random(in: 1...20, using: &random)
            let text = digits(Bool.random(using: &random) ? 2 : length)
            return pick(["\"\(text)\"", text])
                + pick(["", "", "", "", "", " ", ".", ".0", "e1", "E", "x", "\"", "-"])
        }

        mutating func record() -> String {
            let members = [
                "\"time\":\"\(timestamp())\"",
                "\"entity\":\(pick(["", "", "", "-", " "]))\(entity())",
                "\"temp\":\(number())", "\"humidity\":\(number())",
            ]
            switch Int.random(in: 0..<8, using: &random) {
            case 0: return "{" + members.reversed().joined(separator: ",") + "}"
            case 1: return "{" + members[3] + "}"
            case 2: return "{" + members[0] + "}"
            default: return "{" + members.joined(separator: ",") + "}"
            }
        }
    }

    @Test func recordsReadAlikeWhateverCameBefore() throws {
        var sequence = Sequence()
        let slow = Harness(readingSchema)
        var plain = 0
        for _ in 0..<100 {
            let texts = (0..<200).map { _ in sequence.record() }
            let batch = batch(texts, schema: readingSchema)
            RecordDecoder(schema: readingSchema, zones: .none).decode(batch)
            for (row, text) in texts.enumerated() {
                let expected = try #require(slow.decode(Array(text.utf8), with: .slow))
                let values = batch.columns.map { Harness.describe($0, row: row) }
                let comment = Comment(rawValue: "SEED=\(sequence.random.seed) \(text)")
                #expect(batch.defects[row] == expected.defect, comment)
                // Of what broke the grammar a batch has nulls, the slow reader what it had read.
                guard expected.defect == .none else { continue }
                plain += 1
                #expect(values == expected.values, comment)
            }
        }
        #expect(plain > 1000)
    }

    /// As a STRING, with what may follow.
    @Test func aWholeNumberIsTextAsItIsWritten() {
        let harness = Harness(Schema([StructField(name: "x", type: .string)]))
        var accepted = 0
        for length in 1...20 {
            for first in "0123456789-" {
                let digits = String(repeating: "7", count: length - 1)
                for end in ["", " ", ".", ".0", "e1", "E2", "a", "\""] {
                    let bytes = Array("{\"x\":\(first)\(digits)\(end)}".utf8)
                    ReaderAgreementTests.check(harness, bytes, &accepted, seed: 0)
                }
            }
        }
        // Of up to 18 digits without a leading zero, before a brace or a blank.
        #expect(accepted == (18 * 9 + 1) * 2)
    }

    /// Each number and what follows it is read at every distance from the end of the text.
    @Test func everyShortNumberReadsAlike() {
        let harness = Harness(Schema([StructField(name: "x", type: .double)]))
        var accepted = 0
        for number in stride(from: 0, through: 99_999, by: 7) {
            for point in [0, 1, 2, 4] {
                var text = String(number)
                if point > 0 {
                    guard text.count > point else { continue }
                    text.insert(".", at: text.index(text.endIndex, offsetBy: -point))
                }
                let sign = number % 3 == 0 ? "-" : ""
                let blanks = String(repeating: " ", count: number % 9)
                let bytes = Array("{\"x\":\(sign)\(text)\(blanks)}".utf8)
                ReaderAgreementTests.check(harness, bytes, &accepted, seed: 0)
            }
        }
        #expect(accepted > 40_000)
    }

    /// Any byte in and behind a number, with those beside it that mean something.
    @Test func anyByteWithinANumberReadsAlike() {
        let harness = Harness(Schema([StructField(name: "x", type: .double)]))
        var accepted = 0
        for first in UInt8.min ... .max {
            for second in Array("09./:-+eE,}\" \u{0}é".utf8) {
                for place in 0...3 {
                    var text = Array("{\"x\":12.34}".utf8)
                    text[5 + place] = first
                    text[6 + place] = second
                    ReaderAgreementTests.check(harness, text, &accepted, seed: 0)
                }
            }
        }
        #expect(accepted > 100)
    }
}
