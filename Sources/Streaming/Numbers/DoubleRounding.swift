/// Rounding of doubles at a decimal digit, as Spark's `round` and `bround`: of the shortest decimal
/// text, so that 1.005 at two digits is 1.01. A zero result has no sign; NaN and infinities pass.
package enum DoubleRounding {
    /// HALF_UP, away from zero, or HALF_EVEN at `scale` digits (negative: before the point).
    ///
    /// Common magnitudes take a path without text; see ``roundedByText(_:scale:isHalfEven:)`` for
    /// what it must equal.
    @inline(__always)
    package static func rounded(_ value: Double, scale: Int, isHalfEven: Bool) -> Double {
        let magnitude = value.magnitude
        if scale >= 0, scale < 22 {
            // From 2^53 on, every double is a whole number.
            if magnitude >= 9_007_199_254_740_992 { return value }
            let power = Decimals.exactPower(scale + 1)
            let scaled = magnitude * power
            if scaled < 1e15 {
                let result = nearest(magnitude, scaled, power, scale, isHalfEven)
                return value < 0 ? 0 - result : result
            }
        }
        if scale < 0, scale >= -15, magnitude < 1e15 {
            let result = nearestWhole(magnitude, -scale, isHalfEven)
            return value < 0 ? 0 - result : result
        }
        return roundedByText(value, scale: scale, isHalfEven: isHalfEven)
    }

    /// `magnitude`, below 10^15, at 10^`digits`. A tie is a whole number, so a double.
    @inline(__always)
    private static func nearestWhole(
        _ magnitude: Double, _ digits: Int, _ isHalfEven: Bool
    ) -> Double {
        let unit = Int64(Decimals.exactPower(digits))
        let floor = Int64(magnitude) / unit
        let tie = Double(floor * unit + unit / 2)
        let isUp = magnitude > tie || (magnitude == tie && (!isHalfEven || floor & 1 == 1))
        return Double((floor + (isUp ? 1 : 0)) * unit)
    }

    /// `magnitude`, with `scaled` its product with 10^(scale + 1) and below 10^15.
    ///
    /// Decimals of at most 15 digits each have a double of their own. A tie is such a decimal, so
    /// the shortest text of x is a tie iff x is the tie's double; and where it is not, it is on the
    /// same side of the tie as x is of the tie's double.
    @inline(__always)
    private static func nearest(
        _ magnitude: Double, _ scaled: Double, _ power: Double, _ scale: Int, _ isHalfEven: Bool
    ) -> Double {
        // One rounding away from the exact product, so within one of its nearest integer; the floor
        // of its tenth is the result or one less.
        let units = Int64(scaled + 0.5)
        let floor = units / 10
        let tie = Double(floor * 10 + 5) / power
        let isUp = magnitude > tie || (magnitude == tie && (!isHalfEven || floor & 1 == 1))
        return Double(floor + (isUp ? 1 : 0)) / Decimals.exactPower(scale)
    }

    /// The definition: the shortest text, rounded digit by digit, read again.
    package static func roundedByText(_ value: Double, scale: Int, isHalfEven: Bool) -> Double {
        guard value.isFinite, value != 0 else { return value == 0 ? 0 : value }
        let (digits, exponent) = ShortestDecimal.digits(of: value.magnitude)
        let dropped = -exponent - scale
        guard dropped > 0 else { return value }
        // 17 digits at most: with 18 dropped, less than half a unit is left.
        guard dropped <= 17 else { return 0 }
        var divisor: UInt64 = 1
        for _ in 0..<dropped { divisor *= 10 }
        var result = digits / divisor
        let rest = digits % divisor
        let other = divisor - rest
        if rest > other || (rest == other && (!isHalfEven || result & 1 == 1)) { result += 1 }
        let nearest = double(result, exponent: -scale)
        return value < 0 ? 0 - nearest : nearest
    }

    /// The double nearest to `digits * 10^exponent`.
    private static func double(_ digits: UInt64, exponent: Int) -> Double {
        guard digits != 0 else { return 0 }
        if digits < 1 << 53, exponent >= -22, exponent <= 22 {
            return exponent < 0
                ? Double(digits) / Decimals.exactPower(-exponent)
                : Double(digits) * Decimals.exactPower(exponent)
        }
        return Double("\(digits)e\(exponent)") ?? .infinity
    }

    /// `value` at 10^`digits`, HALF_UP or HALF_EVEN; nil where the result leaves `range`.
    package static func rounded(
        _ value: Int64, digits: Int, isHalfEven: Bool, within range: ClosedRange<Int64>
    ) -> Int64? {
        guard digits > 0 else { return value }
        guard digits <= 19 else { return 0 }
        let unit = Int128(Decimals.powerOfTen(digits))
        let (quotient, rest) = Int128(value).quotientAndRemainder(dividingBy: unit)
        let doubled = rest.magnitude * 2
        let isUp =
            doubled > unit.magnitude
            || (doubled == unit.magnitude && (!isHalfEven || quotient & 1 != 0))
        let result = (quotient + (isUp ? (value < 0 ? -1 : 1) : 0)) * unit
        guard result >= Int128(range.lowerBound), result <= Int128(range.upperBound) else {
            return nil
        }
        return Int64(result)
    }
}

extension DoubleRounding {
    /// As ``rounded(_:scale:isHalfEven:)`` for a FLOAT: of the text of the same DOUBLE, as Spark
    /// does, and the result rounded to binary32.
    @inline(__always)
    package static func roundedFloat(_ value: Double, scale: Int, isHalfEven: Bool) -> Double {
        Double(Float(rounded(value, scale: scale, isHalfEven: isHalfEven)))
    }
}
