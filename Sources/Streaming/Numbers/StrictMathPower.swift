extension StrictMath {
    /// x^y.
    package static func pow(_ x: Double, _ y: Double) -> Double {
        if y == 0 { return 1 }
        if x.isNaN || y.isNaN { return .nan }
        if y == 1 { return x }
        if y == -1 { return 1 / x }
        if y == 2 { return x * x }
        if y == 0.5, x >= -Double.greatestFiniteMagnitude { return (x + 0).squareRoot() }
        let magnitude = x.magnitude
        if y.isInfinite {
            if magnitude == 1 { return .nan }
            return (magnitude > 1) == (y > 0) ? .infinity : 0
        }
        let parity = parity(y)
        if magnitude == 0 || magnitude == 1 || magnitude.isInfinite {
            if x == -1, parity == .fraction { return .nan }
            let result = y < 0 ? 1 / magnitude : magnitude
            return x.sign == .minus && parity == .odd ? -result : result
        }
        if x < 0, parity == .fraction { return .nan }
        let sign: Double = x < 0 && parity == .odd ? -1 : 1
        let high = y.highWord & 0x7fff_ffff
        let logarithm: (upper: Double, lower: Double)
        if high > 0x41e0_0000 {
            // |y| > 2^31: over- or underflow unless x is very near 1.
            let highX = magnitude.highWord
            if high > 0x43f0_0000 || highX < 0x3fef_ffff || highX > 0x3ff0_0000 {
                let isLarge = (highX >= 0x3ff0_0000) == (y > 0)
                return sign * (isLarge ? .infinity : 0)
            }
            logarithm = logarithmNearOne(magnitude - 1)
        } else {
            logarithm = binaryLogarithm(magnitude)
        }
        return sign * powerOfTwo(times: y, logarithm)
    }

    private enum Parity { case fraction, odd, even }

    private static func parity(_ y: Double) -> Parity {
        let magnitude = y.magnitude
        if magnitude >= 0x1p53 { return .even }
        guard magnitude == magnitude.rounded(.towardZero) else { return .fraction }
        return UInt64(magnitude) & 1 == 1 ? .odd : .even
    }

    private static let inverseLn2High = 1.44269502162933349609e+00
    private static let inverseLn2Low = 1.92596299112661746887e-08

    /// log2(1 + t) in two parts, for tiny t.
    private static func logarithmNearOne(_ t: Double) -> (upper: Double, lower: Double) {
        let w = (t * t) * (0.5 - t * (0.3333333333333333333333 - t * 0.25))
        let u = inverseLn2High * t
        let v = t * inverseLn2Low - w * inverseLn2
        let upper = (u + v).withoutLowWord
        return (upper, v - (upper - u))
    }

    /// log2(x) in two parts with some 70 bits, for finite positive x.
    private static func binaryLogarithm(_ x: Double) -> (upper: Double, lower: Double) {
        var ax = x
        var n: Int32 = 0
        if ax.highWord < 0x0010_0000 {
            ax *= 0x1p53
            n = -53
        }
        n += (ax.highWord >> 20) - 0x3ff
        let fraction = ax.highWord & 0x000f_ffff
        var high = fraction | 0x3ff0_0000
        // The interval: base 1 or 1.5.
        var isUpper = false
        if fraction <= 0x3_988e {
        } else if fraction < 0xb_b67a {
            isUpper = true
        } else {
            n += 1
            high -= 0x0010_0000
        }
        ax = ax.withHighWord(high)
        let base = isUpper ? 1.5 : 1.0
        // s = (ax - base) / (ax + base), in two parts.
        let u = ax - base
        let v = 1 / (ax + base)
        let s = u * v
        let sHigh = s.withoutLowWord
        let tHigh = Double(
            highWord: ((high >> 1) | 0x2000_0000) + 0x0008_0000 + (isUpper ? 0x4_0000 : 0))
        let tLow = ax - (tHigh - base)
        let sLow = v * ((u - sHigh * tHigh) - sHigh * tLow)
        return binaryLogarithm(s, sHigh, sLow, isUpper: isUpper, exponent: Double(n))
    }

    /// log2 of `base * (1 + s) / (1 - s) * 2^exponent`.
    private static func binaryLogarithm(
        _ s: Double, _ sHigh: Double, _ sLow: Double, isUpper: Bool, exponent: Double
    ) -> (upper: Double, lower: Double) {
        var square = s * s
        let l5 = 2.30660745775561754067e-01 + square * 2.06975017800338417784e-01
        let l3 = 3.33333329818377432918e-01 + square * (2.72728123808534006489e-01 + square * l5)
        let l1 = 5.99999999999994648725e-01 + square * (4.28571428578550184252e-01 + square * l3)
        var r = square * square * l1
        r += sLow * (sHigh + s)
        square = sHigh * sHigh
        let tHigh = (3 + square + r).withoutLowWord
        let tLow = r - ((tHigh - 3) - square)
        // 2 / (3 ln 2) * (s + …), in two parts.
        let u = sHigh * tHigh
        let v = sLow * tHigh + tLow * s
        let pHigh = (u + v).withoutLowWord
        let pLow = v - (pHigh - u)
        let zHigh = 9.61796700954437255859e-01 * pHigh
        let baseLow = isUpper ? 1.35003920212974897128e-08 : 0
        let baseHigh = isUpper ? 5.84962487220764160156e-01 : 0
        let zLow = -7.02846165095275826516e-09 * pHigh + pLow * 9.61796693925975554329e-01 + baseLow
        let upper = (((zHigh + zLow) + baseHigh) + exponent).withoutLowWord
        return (upper, zLow - (((upper - exponent) - baseHigh) - zHigh))
    }

    /// 2^(y * logarithm).
    private static func powerOfTwo(
        times y: Double, _ logarithm: (upper: Double, lower: Double)
    ) -> Double {
        let yHigh = y.withoutLowWord
        let lower = (y - yHigh) * logarithm.upper + y * logarithm.lower
        var upper = yHigh * logarithm.upper
        let product = lower + upper
        let high = product.highWord
        if high >= 0x4090_0000 {
            let isBeyond = high != 0x4090_0000 || product.lowWord != 0
            if isBeyond || lower + 8.0085662595372944372e-17 > product - upper { return .infinity }
        } else if high & 0x7fff_ffff >= 0x4090_cc00 {
            let isBeyond = high != Int32(bitPattern: 0xc090_cc00) || product.lowWord != 0
            if isBeyond || lower <= product - upper { return 0 }
        }
        var n: Int32 = 0
        let exponentBits = high & 0x7fff_ffff
        if exponentBits > 0x3fe0_0000 {
            // |product| > 0.5: n = the nearest integer.
            var k = (exponentBits >> 20) - 0x3ff
            n = high &+ (0x0010_0000 >> (k + 1))
            k = ((n & 0x7fff_ffff) >> 20) - 0x3ff
            let whole = Double(highWord: n & ~(0x000f_ffff >> k))
            n = ((n & 0x000f_ffff) | 0x0010_0000) >> (20 - k)
            if high < 0 { n = -n }
            upper -= whole
        }
        return powerOfTwo(upper, lower, exponent: n)
    }

    /// 2^(upper + lower + exponent), for |upper + lower| <= 0.5.
    private static func powerOfTwo(_ upper: Double, _ lower: Double, exponent n: Int32) -> Double {
        var t = (lower + upper).withoutLowWord
        let u = t * 6.93147182464599609375e-01
        let v = (lower - (t - upper)) * 6.93147180559945286227e-01 + t * -1.90465429995776804525e-09
        let z = u + v
        let w = v - (z - u)
        t = z * z
        let t1 = exponentialRemainder(z, t)
        let r = (z * t1) / (t1 - 2) - (w + z * w)
        let result = 1 - (r - z)
        if (result.highWord &+ (n << 20)) >> 20 > 0 { return result.addingToExponent(n) }
        // A subnormal result: rounded once, by the multiplication.
        return result.addingToExponent(n + 54) * 0x1p-54
    }
}
