import Testing

@testable import EmbeddedBroker

@Suite struct LZ4FrameTests {
    /// "abcabcabcabcabcabc!" as a compressed block, then "xyz" as it is, by hand from the format.
    private static let good: [UInt8] = [
        0x04, 0x22, 0x4D, 0x18, 0x60, 0x40, 0x82,
        // Three literals and a match of 11 + 4 at distance 3; then one literal.
        8, 0, 0, 0, 0x3B, 0x61, 0x62, 0x63, 3, 0, 0x10, 0x21,
        3, 0, 0, 0x80, 0x78, 0x79, 0x7A,
        0, 0, 0, 0,
    ]

    @Test func matchesReachIntoWhatTheyWrite() {
        let expected = String(repeating: "abc", count: 6) + "!xyz"
        #expect(LZ4Frame.decompress(Self.good, from: 0) == Array(expected.utf8))
        #expect(LZ4Frame.decompress([9, 9] + Self.good, from: 2) == Array(expected.utf8))
    }

    @Test func aFrameThatIsBrokenIsNoFrame() {
        for length in 0..<Self.good.count {
            #expect(LZ4Frame.decompress(Array(Self.good[..<length]), from: 0) == nil)
        }
        var random = Seed.generator(5000)
        for _ in 0..<5000 {
            var frame = Self.good
            frame[Int.random(in: 0..<frame.count, using: &random)] = UInt8.random(
                in: 0...255, using: &random)
            _ = LZ4Frame.decompress(frame, from: 0)
        }
        var far = Self.good
        far[15] = 4
        #expect(LZ4Frame.decompress(far, from: 0) == nil, "a match before the beginning")
    }
}
