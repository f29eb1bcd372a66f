import Foundation
import TestSupport
import Testing

@testable import Streaming

@Suite struct DoubleRoundingTests {
    static func randomDouble(_ random: inout SeededRandom) -> Double {
        switch Int.random(in: 0...4, using: &random) {
        case 0:
            let value = Double(bitPattern: random.next())
            return value.isNaN ? 0 : value
        case 1: return Double.random(in: -1000...1000, using: &random)
        // Ties and their neighbours.
        case 2:
            let places = Int.random(in: 0...8, using: &random)
            let tie =
                (Double(Int.random(in: -1_000_000...1_000_000, using: &random)) + 0.5)
                / pow(10, Double(places))
            return [tie, tie.nextUp, tie.nextDown].randomElement(using: &random) ?? tie
        case 3:
            return Double(Int.random(in: -99_999_999...99_999_999, using: &random)) / 1e4
        default: return Double(Int64(truncatingIfNeeded: random.next()) >> 8)
        }
    }

    @Test func theFastPathEqualsTheText() {
        var random = SeededRandom()
        for _ in 0..<200_000 {
            let value = Self.randomDouble(&random)
            let scale = Int.random(in: -16...20, using: &random)
            for isHalfEven in [false, true] {
                let fast = DoubleRounding.rounded(value, scale: scale, isHalfEven: isHalfEven)
                let slow = DoubleRounding.roundedByText(
                    value, scale: scale, isHalfEven: isHalfEven)
                if fast.bitPattern != slow.bitPattern {
                    #expect(fast == slow, "\(value) at \(scale), seed \(random.seed)")
                    #expect(fast.sign == slow.sign, "\(value) at \(scale), seed \(random.seed)")
                }
            }
        }
    }

    private func printed(_ value: Double) -> String {
        text { TextFormat.append(double: value, to: $0) }
    }

    /// Spark's `round(x, 2)` of the recorded doubles.
    @Test func recordedDoublesRoundAsInSpark() throws {
        for row in try OracleFiles.rows("functions/doubles.json") {
            let text = try #require(row["text"] as? String)
            let value = try #require(text.withBytes { TextParser.double($0) })
            let result = DoubleRounding.rounded(value, scale: 2, isHalfEven: false)
            #expect(printed(result) == row["round2"] as? String, "\(text)")
        }
    }

    @Test func integersRoundAtDigitsBeforeThePoint() {
        func round(_ value: Int64, _ digits: Int, _ isHalfEven: Bool = false) -> Int64? {
            DoubleRounding.rounded(
                value, digits: digits, isHalfEven: isHalfEven, within: Int64.min...Int64.max)
        }
        #expect(round(25, 1) == 30)
        #expect(round(-25, 1) == -30)
        #expect(round(25, 1, true) == 20)
        #expect(round(.max, 1) == nil)
        #expect(round(.max, 19) == nil)
        #expect(round(4_999_999_999_999_999_999, 19) == 0)
        #expect(round(.min, 20) == 0)
    }
}
