import TestSupport
import Testing

@testable import Streaming

@Suite struct LetterCaseTests {
    private func lower(_ line: String) -> String {
        text { arena in line.withBytes { LetterCase.appendLower($0, to: arena) } }
    }

    private func upper(_ line: String) -> String {
        text { arena in line.withBytes { LetterCase.appendUpper($0, to: arena) } }
    }

    /// As Java and ICU: a capital sigma at the end of a word has a small letter of its own.
    @Test(arguments: [
        ("ΑΣ", "ας"), ("ΑΣ ΣΑ", "ας σα"), ("Σ", "σ"), ("ΑΣΑ", "ασα"), ("ΑΣ.", "ας."),
        ("A1Σ", "a1σ"),
    ])
    func sigmaEndsAWord(text: String, expected: String) {
        #expect(lower(text) == expected)
    }

    @Test func asciiMatchesTheStandardLibrary() {
        let all = String((0..<128).map { Unicode.Scalar(UInt8($0)) })
        #expect(lower(all) == all.lowercased())
        #expect(upper(all) == all.uppercased())
    }

    @Test func everyOtherLetterHasItsUnicodeMapping() {
        for value in UInt32(0x80)...0x1_0fff {
            guard let scalar = Unicode.Scalar(value) else { continue }
            #expect(upper(String(scalar)) == scalar.properties.uppercaseMapping)
            #expect(lower(String(scalar)) == scalar.properties.lowercaseMapping)
        }
    }

    @Test func titleCaseBeginsAfterBlanksOnly() {
        let title = text { arena in
            "éCOLE d'été\tx ßA".withBytes {
                LetterCase.appendTitle($0, to: arena, scratch: ByteArena())
            }
        }
        #expect(title == "École D'été\tx ßa")
    }
}
