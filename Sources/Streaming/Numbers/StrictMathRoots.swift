extension StrictMath {
    /// The cube root.
    package static func cbrt(_ value: Double) -> Double {
        guard value.isFinite, value != 0 else { return value + value }
        let x = value.magnitude
        // A first guess of 5 bits from the exponent bits divided by 3.
        var t: Double
        if x.highWord < 0x0010_0000 {
            t = 0x1p54 * x
            t = t.withHighWord(t.highWord / 3 + 696_219_795)
        } else {
            t = Double(highWord: x.highWord / 3 + 715_094_163)
        }
        // To 23 bits.
        var r = t * t / x
        var s = 5.42857142857142815906e-01 + r * t
        t *=
            3.57142857142857150787e-01
            + 1.60714285714285720630e+00
            / (s + 1.41428571428571436819e+00 + -7.05306122448979611050e-01 / s)
        // Chopped to 20 bits and made larger than the root, then one step of Newton to 53.
        t = Double(highWord: t.highWord + 1)
        s = t * t
        r = x / s
        let w = t + t
        r = (r - t) / (w + r)
        t += t * r
        return value < 0 ? -t : t
    }

    /// sqrt(x^2 + y^2) without overflow on the way.
    package static func hypot(_ x: Double, _ y: Double) -> Double {
        if x.isInfinite || y.isInfinite { return .infinity }
        if x.isNaN || y.isNaN { return .nan }
        var a = max(x.magnitude, y.magnitude)
        var b = min(x.magnitude, y.magnitude)
        var highA = a.highWord
        var highB = b.highWord
        if highA - highB > 0x3c0_0000 { return a + b }
        var k: Int32 = 0
        if highA > 0x5f30_0000 {
            highA -= 0x2580_0000
            highB -= 0x2580_0000
            k += 600
            a = a.withHighWord(highA)
            b = b.withHighWord(highB)
        }
        if highB < 0x20b0_0000 {
            if highB <= 0x000f_ffff {
                if b == 0 { return a }
                a *= 0x1p1022
                b *= 0x1p1022
                k -= 1022
            } else {
                highA += 0x2580_0000
                highB += 0x2580_0000
                k -= 600
                a = a.withHighWord(highA)
                b = b.withHighWord(highB)
            }
        }
        var w = a - b
        if w > b {
            let t1 = Double(highWord: highA)
            let t2 = a - t1
            w = (t1 * t1 - (b * -b - t2 * (a + t1))).squareRoot()
        } else {
            a += a
            let y1 = Double(highWord: highB)
            let y2 = b - y1
            let t1 = Double(highWord: highA &+ 0x0010_0000)
            let t2 = a - t1
            w = (t1 * y1 - (w * -w - (t1 * y2 + t2 * b))).squareRoot()
        }
        return k == 0 ? w : 1.0.addingToExponent(k) * w
    }

    /// As Java's `Math.toDegrees` and `toRadians`.
    package static func degrees(_ value: Double) -> Double { value * 57.29577951308232 }
    package static func radians(_ value: Double) -> Double { value * 0.017453292519943295 }
}
