/// Conversions between DECIMAL and DOUBLE, FLOAT.
extension Decimals {
    /// The nearest double, ties to even.
    package static func double(_ value: Int128, scale: Int) -> Double {
        let magnitude = value.magnitude
        let result: Double
        if magnitude < 1 << 53, scale <= 22 {
            // Both are exact, so the division rounds once.
            result = Double(UInt64(truncatingIfNeeded: magnitude)) / exactPower(scale)
        } else {
            let (significand, exponent) = binary(magnitude, dividedBy: powerOfTen(scale))
            result = Double(sign: .plus, exponent: exponent, significand: Double(significand))
        }
        return value < 0 ? -result : result
    }

    /// The nearest binary32, ties to even.
    package static func float(_ value: Int128, scale: Int) -> Double {
        let (significand, exponent) = binary(value.magnitude, dividedBy: powerOfTen(scale))
        // 1E-38 alone is below the normal range; its double is not near a tie.
        let rounded =
            exponent < -189
            ? Float(double(Int128(value.magnitude), scale: scale))
            : Float(sign: .plus, exponent: exponent, significand: Float(significand))
        return Double(value < 0 ? -rounded : rounded)
    }

    /// `magnitude / divisor` as 64 bits and an exponent of two; the lowest bit is set if bits are
    /// missing, so that rounding the 64 bits rounds the quotient.
    private static func binary(
        _ magnitude: UInt128, dividedBy divisor: UInt128
    ) -> (significand: UInt64, exponent: Int) {
        guard magnitude != 0 else { return (0, 0) }
        let shift = magnitude.leadingZeroBitCount
        // At least 2^127 * 2^128 over less than 2^127: more than 64 bits of quotient.
        let numerator = UInt256(high: magnitude << UInt128(shift), low: 0)
        let (quotient, remainder) = numerator.dividedBy(divisor)
        let excess = 256 - 64 - quotient.leadingZeroBitCount
        let top = quotient.shiftedRight(excess)
        var significand = UInt64(truncatingIfNeeded: top.low)
        let isExact = remainder == 0 && quotient.isMultiple(ofPowerOfTwo: excess)
        if !isExact { significand |= 1 }
        return (significand, excess - 128 - shift)
    }

    /// 10^exponent, for exponents 0 ... 22, where doubles are exact.
    @inline(__always)
    static func exactPower(_ exponent: Int) -> Double { exactPowers[exponent] }

    private static let exactPowers: InlineArray<23, Double> = {
        var powers = InlineArray<23, Double>(repeating: 1)
        for exponent in 1..<23 { powers[exponent] = powers[exponent - 1] * 10 }
        return powers
    }()

    /// `value` as a DECIMAL, HALF_UP from its shortest decimal text, as Spark casts; nil for NaN
    /// and the infinities.
    package static func decimal(_ value: Double, to shape: Shape) throws(RowError) -> Int128? {
        guard value.isFinite else { return nil }
        let (digits, exponent) = ShortestDecimal.digits(of: value.magnitude)
        guard digits != 0 else { return 0 }
        let isNegative = value < 0
        if exponent >= 0 {
            // Not below 10^38 if more digits follow than there are powers.
            guard exponent <= 38,
                let whole = UInt256(product: UInt128(digits), powerOfTen(exponent)).narrowed,
                whole < powerOfTen(38)
            else { throw .numericValueOutOfRange }
            let signed = Int128(whole)
            return try rescale(isNegative ? -signed : signed, from: 0, to: shape)
        }
        let signed = isNegative ? -Int128(digits) : Int128(digits)
        // More than 76 places are zero at any scale: at most 17 of them are digits.
        guard -exponent - shape.scale <= 38 else { return 0 }
        return try rescale(signed, from: -exponent, to: shape)
    }
}

extension UInt256 {
    /// Whether the lowest `count` (0 ... 255) bits are zero.
    func isMultiple(ofPowerOfTwo count: Int) -> Bool {
        if count <= 128 { return count == 0 || low << UInt128(128 - count) == 0 }
        return low == 0 && high << UInt128(256 - count) == 0
    }
}
