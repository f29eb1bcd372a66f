/// Elementary functions with the results of Java's `StrictMath`, bit for bit.
///
/// `StrictMath` is defined as the algorithms of fdlibm (Sun Microsystems, freely distributable), so
/// that every platform gives the same last digit; the C library's functions differ in it. Here are
/// the same polynomials with the same order of operations.
package enum StrictMath {
    static let ln2High = 6.93147180369123816490e-01
    static let ln2Low = 1.90821492927058770002e-10
    static let inverseLn2 = 1.44269504088896338700e+00

    /// x - c, with c from a polynomial in t = x * x that approximates x * (e^x + 1) / (e^x - 1).
    @inline(__always)
    static func exponentialRemainder(_ x: Double, _ t: Double) -> Double {
        let p4 = -1.65339022054652515390e-06 + t * 4.13813679705723846039e-08
        let p3 = 6.61375632143793436117e-05 + t * p4
        let p2 = -2.77777777770155933842e-03 + t * p3
        return x - t * (1.66666666666666019037e-01 + t * p2)
    }

    /// e^x.
    package static func exp(_ value: Double) -> Double {
        var x = value
        let high = x.highWord & 0x7fff_ffff
        if high >= 0x4086_2e42 {
            if x.isNaN { return x }
            if x > 7.09782712893383973096e+02 { return .infinity }
            if x < -7.45133219101941108420e+02 { return 0 }
        }
        var upper = 0.0
        var lower = 0.0
        var k: Int32 = 0
        if high > 0x3fd6_2e42 {
            // |x| > 0.5 ln 2: reduce to |r| <= 0.5 ln 2 with x = k ln 2 + r.
            if high < 0x3ff0_a2b2 {
                k = x < 0 ? -1 : 1
                upper = x - (x < 0 ? -ln2High : ln2High)
                lower = x < 0 ? -ln2Low : ln2Low
            } else {
                k = Int32(inverseLn2 * x + (x < 0 ? -0.5 : 0.5))
                upper = x - Double(k) * ln2High
                lower = Double(k) * ln2Low
            }
            x = upper - lower
        } else if high < 0x3e30_0000 {
            return 1 + x
        }
        let c = exponentialRemainder(x, x * x)
        if k == 0 { return 1 - ((x * c) / (c - 2) - x) }
        let y = 1 - ((lower - (x * c) / (2 - c)) - upper)
        if k >= -1021 { return y.addingToExponent(k) }
        return y.addingToExponent(k + 1000) * 9.33263618503218878990e-302
    }

    /// The natural logarithm; NaN below zero.
    package static func log(_ value: Double) -> Double {
        if let limit = limitOfLogarithm(value) { return limit }
        let (x, k) = normal(value)
        let high = x.highWord & 0x000f_ffff
        let i = (high + 0x9_5f64) & 0x0010_0000
        // sqrt(2)/2 < 1 + f < sqrt(2).
        let f = x.withHighWord(high | (i ^ 0x3ff0_0000)) - 1
        return log(f: f, high: high, exponent: Double(k + (i >> 20)))
    }

    /// The logarithm to any base of what has no finite one; nil for other values.
    private static func limitOfLogarithm(_ value: Double) -> Double? {
        if value == 0 { return -.infinity }
        if value < 0 { return .nan }
        return value.isFinite ? nil : value + value
    }

    /// A positive finite value, a subnormal one multiplied by 2^54; and its own exponent.
    private static func normal(_ value: Double) -> (Double, exponent: Int32) {
        let isSubnormal = value < .leastNormalMagnitude
        let x = isSubnormal ? value * 0x1p54 : value
        return (x, (x.highWord >> 20) - 1023 - (isSubnormal ? 54 : 0))
    }

    /// log(1 + f) + exponent ln 2.
    private static func log(f: Double, high: Int32, exponent: Double) -> Double {
        if 0x000f_ffff & (2 + high) < 3 {
            if f == 0 { return exponent == 0 ? 0 : exponent * ln2High + exponent * ln2Low }
            let r = f * f * (0.5 - 0.33333333333333333 * f)
            if exponent == 0 { return f - r }
            return exponent * ln2High - ((r - exponent * ln2Low) - f)
        }
        let s = f / (2 + f)
        let z = s * s
        let w = z * z
        let even =
            w
            * (3.999999999940941908e-01
                + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01))
        let odd =
            z
            * (6.666666666666735130e-01
                + w
                * (2.857142874366239149e-01
                    + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)))
        let r = odd + even
        if (high - 0x6_147a) | (0x6_b851 - high) > 0 {
            let half = 0.5 * f * f
            if exponent == 0 { return f - (half - s * (half + r)) }
            return exponent * ln2High - ((half - (s * (half + r) + exponent * ln2Low)) - f)
        }
        if exponent == 0 { return f - s * (f - r) }
        return exponent * ln2High - ((s * (f - r) - exponent * ln2Low) - f)
    }

    /// The logarithm to base 10; NaN below zero.
    package static func log10(_ value: Double) -> Double {
        if let limit = limitOfLogarithm(value) { return limit }
        let (x, k) = normal(value)
        let i: Int32 = k < 0 ? 1 : 0
        let scaled = x.withHighWord((x.highWord & 0x000f_ffff) | ((0x3ff - i) << 20))
        let y = Double(k + i)
        let z = y * 3.69423907715893078616e-13 + 4.34294481903251816668e-01 * log(scaled)
        return z + y * 3.01029995663611771306e-01
    }

    /// The logarithm to base 2, as Spark computes it.
    package static func log2(_ value: Double) -> Double { log(value) / log(2) }
}

extension Double {
    /// Sign, exponent and the upper 20 bits of the significand.
    @inline(__always)
    var highWord: Int32 { Int32(truncatingIfNeeded: bitPattern >> 32) }

    @inline(__always)
    var lowWord: UInt32 { UInt32(truncatingIfNeeded: bitPattern) }

    @inline(__always)
    func withHighWord(_ word: Int32) -> Double {
        Double(bitPattern: UInt64(UInt32(bitPattern: word)) << 32 | bitPattern & 0xffff_ffff)
    }

    /// With the lower 32 bits of the significand cleared.
    @inline(__always)
    var withoutLowWord: Double { Double(bitPattern: bitPattern & 0xffff_ffff_0000_0000) }

    @inline(__always)
    init(highWord: Int32) { self = 0.0.withHighWord(highWord) }

    /// Times 2^power, by adding to the exponent bits: the result must be a normal number.
    @inline(__always)
    func addingToExponent(_ power: Int32) -> Double { withHighWord(highWord &+ (power << 20)) }
}
