import TestSupport
import Testing

@testable import Streaming

@Suite struct DecimalsTests {
    /// Any number of digits up to 38, with a taste for the edges.
    static func randomUnscaled(_ random: inout SeededRandom) -> Int128 {
        let digits = Int.random(in: 0...38, using: &random)
        var value: Int128 = 0
        let style = Int.random(in: 0...3, using: &random)
        for _ in 0..<digits {
            let digit =
                switch style {
                case 0: 9
                case 1: [0, 5].randomElement(using: &random) ?? 0
                default: Int.random(in: 0...9, using: &random)
                }
            value = value * 10 + Int128(digit)
        }
        return Bool.random(using: &random) ? -value : value
    }

    static func power(_ exponent: Int) -> NaiveInteger { NaiveInteger(1).shifted(by: exponent) }

    /// `numerator / denominator` at the shape's scale; nil if it does not fit.
    static func rounded(
        _ numerator: NaiveInteger, _ denominator: NaiveInteger, _ shape: Decimals.Shape
    ) -> Int128? {
        let value = numerator.shifted(by: shape.scale).dividedHalfUp(by: denominator)
        guard value.digits.count <= shape.precision else { return nil }
        return value.value
    }

    static func result(_ body: () throws(RowError) -> Int128) -> Int128? {
        do throws(RowError) {
            return try body()
        } catch {
            #expect(error == .numericValueOutOfRange)
            return nil
        }
    }

    @Test func arithmeticEqualsTheExactResultRoundedOnce() {
        var random = SeededRandom()
        for _ in 0..<4000 {
            let (a, b) = (Self.randomUnscaled(&random), Self.randomUnscaled(&random))
            let (p, q) = (
                Int.random(in: 0...38, using: &random), Int.random(in: 0...38, using: &random)
            )
            let scale = Int.random(in: 0...38, using: &random)
            let shape = Decimals.Shape(
                precision: Int.random(in: max(scale, 1)...38, using: &random), scale: scale)
            let (x, y) = (NaiveInteger(a), NaiveInteger(b))
            let hint: Comment = "\(a)e-\(p), \(b)e-\(q) to \(shape), seed \(random.seed)"

            let left = x.shifted(by: max(p, q) - p)
            let right = y.shifted(by: max(p, q) - q)
            let unit = Self.power(max(p, q))
            #expect(
                Self.result { () throws(RowError) in
                    try Decimals.add(a, scale: p, b, scale: q, to: shape)
                } == Self.rounded(left + right, unit, shape), hint)
            #expect(
                Self.result { () throws(RowError) in
                    try Decimals.subtract(a, scale: p, b, scale: q, to: shape)
                } == Self.rounded(left + NaiveInteger(-1) * right, unit, shape), hint)
            #expect(
                Self.result { () throws(RowError) in
                    try Decimals.multiply(a, scale: p, b, scale: q, to: shape)
                } == Self.rounded(x * y, Self.power(p + q), shape), hint)
            let difference = left + NaiveInteger(-1) * right
            let order = difference.digits.isEmpty ? 0 : difference.isNegative ? -1 : 1
            #expect(Decimals.compare(a, scale: p, b, scale: q) == order, hint)
            guard b != 0 else { continue }
            #expect(
                Self.result { () throws(RowError) in
                    try Decimals.divide(a, scale: p, b, scale: q, to: shape)
                } == Self.rounded(left, right, shape), hint)
            #expect(
                Self.result { () throws(RowError) in
                    try Decimals.remainder(a, scale: p, b, scale: q, to: shape)
                } == Self.rounded(left.divided(by: right).remainder, unit, shape), hint)
        }
    }

    @Test func conversionToDoubleIsTheNearest() {
        var random = SeededRandom()
        for _ in 0..<20_000 {
            let value = Self.randomUnscaled(&random)
            let scale = Int.random(in: 0...38, using: &random)
            let text = "\(value)e-\(scale)"
            #expect(
                Decimals.double(value, scale: scale) == Double(text), "\(text) \(random.seed)")
            let float = Decimals.float(value, scale: scale)
            #expect(float == Double(Float(text) ?? .nan), "\(text) \(random.seed)")
        }
        #expect(Decimals.float(1, scale: 38) == Double(Float(1e-38)))
    }

    @Test func conversionFromDoubleRoundsTheShortestText() throws {
        #expect(try Decimals.decimal(1.005, to: .init(precision: 10, scale: 2)) == 101)
        #expect(try Decimals.decimal(-0.125, to: .init(precision: 10, scale: 2)) == -13)
        #expect(
            try Decimals.decimal(.leastNonzeroMagnitude, to: .init(precision: 38, scale: 38)) == 0)
        #expect(try Decimals.decimal(1e22, to: .init(precision: 38, scale: 0)) == Int128(1e22))
        #expect(try Decimals.decimal(.nan, to: .init(precision: 38, scale: 0)) == nil)
        for value in [1e10, 1e39, -1e308, 1e38] {
            #expect(throws: RowError.numericValueOutOfRange) {
                try Decimals.decimal(value, to: .init(precision: 10, scale: 2))
            }
        }
    }

    @Test func halfEvenFloorAndCeilingLookAtEveryDroppedDigit() throws {
        let whole = Decimals.Shape(precision: 38, scale: 0)
        func rescale(_ value: Int128, _ scale: Int, _ rounding: Decimals.Rounding) throws -> Int128
        {
            try Decimals.rescale(value, from: scale, to: whole, rounding)
        }
        #expect(try rescale(25, 1, .halfEven) == 2)
        #expect(try rescale(35, 1, .halfEven) == 4)
        #expect(try rescale(-25, 1, .halfEven) == -2)
        #expect(try rescale(250_000_001, 8, .halfEven) == 3)
        #expect(try rescale(-1, 38, .floor) == -1)
        #expect(try rescale(1, 38, .ceiling) == 1)
        #expect(try rescale(-1, 38, .ceiling) == 0)
        #expect(try rescale(-19, 1, .towardsZero) == -1)
        let value = UInt256(product: UInt128(Int128(5)), Decimals.powerOfTen(38))
        let tie = Decimals.quotient(
            value, droppingDigits: 39, isNegative: false, .halfEven)
        #expect(tie == UInt256(0))
        let more = Decimals.quotient(
            try #require(value.adding(1)), droppingDigits: 39, isNegative: false, .halfEven)
        #expect(more == UInt256(1))
    }
}
