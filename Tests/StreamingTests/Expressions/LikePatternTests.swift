import TestSupport
import Testing

@testable import Streaming

@Suite struct LikePatternTests {
    /// What LIKE means, by trying everything.
    static func matches(_ text: ArraySlice<Unicode.Scalar>, _ pattern: ArraySlice<Unicode.Scalar>)
        -> Bool
    {
        guard let first = pattern.first else { return text.isEmpty }
        let rest = pattern.dropFirst()
        switch first {
        case "%":
            return matches(text, rest) || (!text.isEmpty && matches(text.dropFirst(), pattern))
        case "_": return !text.isEmpty && matches(text.dropFirst(), rest)
        case "\\":
            guard let wanted = rest.first else { return false }
            return text.first == wanted && matches(text.dropFirst(), rest.dropFirst())
        default: return text.first == first && matches(text.dropFirst(), rest)
        }
    }

    static func read(_ pattern: String, escape: Unicode.Scalar = "\\") throws(RowError)
        -> LikePattern
    {
        var result = LikePattern()
        let bytes = Array(pattern.utf8)
        try result.read(bytes.span, escape: escape)
        return result
    }

    @Test func everyPatternMatchesAsANaiveMatcherDoes() throws {
        var random = SeededRandom()
        let alphabet: [Unicode.Scalar] = ["a", "b", "é", "🎉"]
        let symbols = alphabet + ["%", "%", "_", "_"]
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0...8, using: &random)).map { _ in
                alphabet.randomElement(using: &random) ?? "a"
            }
            var pattern: [Unicode.Scalar] = []
            for _ in 0..<Int.random(in: 0...7, using: &random) {
                if Int.random(in: 0...9, using: &random) == 0 {
                    pattern += ["\\", ["%", "_", "\\"].randomElement(using: &random) ?? "%"]
                } else {
                    pattern.append(symbols.randomElement(using: &random) ?? "a")
                }
            }
            let (line, like) = (String(text), String(pattern))
            let compiled = try Self.read(like)
            #expect(
                line.withBytes { compiled.matches($0) } == Self.matches(text[...], pattern[...]),
                "'\(line)' LIKE '\(like)', seed \(random.seed)")
        }
    }

    @Test func manyWildcardsStayAffordable() throws {
        let compiled = try Self.read(String(repeating: "%a", count: 200) + "b")
        let text = String(repeating: "a", count: 5000)
        #expect(!text.withBytes { compiled.matches($0) })
    }

    @Test func aFaultyPatternIsAnError() {
        #expect(throws: RowError.escapeAtTheEnd) { try Self.read("a!", escape: "!") }
        #expect(throws: RowError.escapeInTheMiddle) { try Self.read("a\\b") }
        #expect(throws: Never.self) { try Self.read("a\\\\b\\%\\_") }
    }
}

extension String {
    init(_ scalars: [Unicode.Scalar]) {
        self = ""
        unicodeScalars.append(contentsOf: scalars)
    }
}
