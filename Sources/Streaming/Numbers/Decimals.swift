/// Arithmetic on the unscaled values of DECIMALs, rounded HALF_UP once, from the exact result.
///
/// A value is `unscaled / 10^scale`. Scales are 0 ... 38 and |unscaled| < 10^38 for operands and
/// results alike; a result that does not fit its type is ``RowError/numericValueOutOfRange``, as in
/// Spark with ANSI mode. Intermediate results have 256 bits, so nothing is rounded twice.
package enum Decimals {
    /// Precision and scale of a DECIMAL.
    package struct Shape: Hashable, Sendable, BitwiseCopyable {
        package let precision: Int
        package let scale: Int

        package init(precision: Int, scale: Int) {
            precondition(scale >= 0 && scale <= precision)
            precondition(precision <= DataType.maximumPrecision)
            self.precision = precision
            self.scale = scale
        }
    }

    /// What happens to digits that are dropped.
    package enum Rounding: Hashable, Sendable, BitwiseCopyable {
        case halfUp, halfEven, floor, ceiling, towardsZero
    }

    /// 10^exponent, for exponents 0 ... 38.
    @inline(__always)
    package static func powerOfTen(_ exponent: Int) -> UInt128 { powers[exponent] }

    private static let powers: InlineArray<39, UInt128> = {
        var powers = InlineArray<39, UInt128>(repeating: 1)
        for exponent in 1..<39 { powers[exponent] = powers[exponent - 1] * 10 }
        return powers
    }()

    // MARK: Operations

    package static func add(
        _ left: Int128, scale leftScale: Int, _ right: Int128, scale rightScale: Int,
        to shape: Shape
    ) throws(RowError) -> Int128 {
        let scale = max(leftScale, rightScale)
        let first = aligned(left, by: scale - leftScale)
        let second = aligned(right, by: scale - rightScale)
        if (left < 0) == (right < 0) {
            // At most one of them was scaled up, so one is narrow.
            guard let sum = first.high == 0 ? second.adding(first.low) : first.adding(second.low)
            else { throw .numericValueOutOfRange }
            return try rounded(sum, isNegative: left < 0, from: scale, to: shape)
        }
        let isLeftLarger = first >= second
        let difference =
            isLeftLarger ? difference(first, second) : difference(second, first)
        return try rounded(
            difference, isNegative: isLeftLarger == (left < 0), from: scale, to: shape)
    }

    @inline(__always)
    package static func subtract(
        _ left: Int128, scale leftScale: Int, _ right: Int128, scale rightScale: Int,
        to shape: Shape
    ) throws(RowError) -> Int128 {
        try add(left, scale: leftScale, -right, scale: rightScale, to: shape)
    }

    package static func multiply(
        _ left: Int128, scale leftScale: Int, _ right: Int128, scale rightScale: Int,
        to shape: Shape
    ) throws(RowError) -> Int128 {
        try rounded(
            UInt256(product: left.magnitude, right.magnitude),
            isNegative: (left < 0) != (right < 0), from: leftScale + rightScale, to: shape)
    }

    /// The quotient; `right` must not be zero.
    package static func divide(
        _ left: Int128, scale leftScale: Int, _ right: Int128, scale rightScale: Int,
        to shape: Shape
    ) throws(RowError) -> Int128 {
        let isNegative = (left < 0) != (right < 0)
        let shift = shape.scale - leftScale + rightScale
        var divisor = right.magnitude
        guard shift >= 0 else {
            // Fewer digits than the operands have: the divisor grows instead.
            let grown = UInt256(product: divisor, powerOfTen(-shift))
            guard let narrow = grown.narrowed else { return 0 }
            divisor = narrow
            let (quotient, remainder) = left.magnitude.quotientAndRemainder(dividingBy: divisor)
            let isUp = remainder >= divisor - remainder
            return try signed(quotient + (isUp ? 1 : 0), isNegative, shape.precision)
        }
        var (quotient, remainder) = left.magnitude.quotientAndRemainder(dividingBy: divisor)
        var digits = shift
        while digits > 0 {
            let step = min(digits, 38)
            let power = powerOfTen(step)
            let (next, rest) = UInt256(product: remainder, power).dividedBy(divisor)
            guard let scaled = UInt256(product: quotient, power).narrowed,
                let extended = UInt256(scaled).adding(next.low)?.narrowed
            else { throw .numericValueOutOfRange }
            quotient = extended
            remainder = rest
            digits -= step
        }
        let isUp = remainder >= divisor - remainder
        guard quotient < UInt128.max else { throw .numericValueOutOfRange }
        return try signed(quotient + (isUp ? 1 : 0), isNegative, shape.precision)
    }

    /// The remainder of the division towards zero, with the sign of `left`; `right` must not be
    /// zero.
    package static func remainder(
        _ left: Int128, scale leftScale: Int, _ right: Int128, scale rightScale: Int,
        to shape: Shape
    ) throws(RowError) -> Int128 {
        let result: UInt128
        if leftScale > rightScale {
            let divisor = aligned(right, by: leftScale - rightScale)
            if let narrow = divisor.narrowed {
                result = left.magnitude % narrow
            } else {
                result = left.magnitude
            }
        } else {
            result = aligned(left, by: rightScale - leftScale).dividedBy(right.magnitude).remainder
        }
        return try rounded(
            UInt256(result), isNegative: left < 0, from: max(leftScale, rightScale), to: shape)
    }

    /// The whole part of the quotient; `right` must not be zero. ``RowError/arithmeticOverflow``
    /// beyond BIGINT.
    package static func integerDivide(
        _ left: Int128, scale leftScale: Int, _ right: Int128, scale rightScale: Int
    ) throws(RowError) -> Int64 {
        let quotient: UInt256
        if leftScale > rightScale {
            guard let divisor = aligned(right, by: leftScale - rightScale).narrowed else {
                return 0
            }
            quotient = UInt256(left.magnitude / divisor)
        } else {
            quotient =
                aligned(left, by: rightScale - leftScale)
                .dividedBy(right.magnitude).quotient
        }
        guard let magnitude = quotient.narrowed, magnitude <= 1 << 63 else {
            throw .arithmeticOverflow
        }
        let signed = (left < 0) != (right < 0) ? -Int128(magnitude) : Int128(magnitude)
        guard let result = Int64(exactly: signed) else { throw .arithmeticOverflow }
        return result
    }

    /// `value` with another scale.
    package static func rescale(
        _ value: Int128, from scale: Int, to shape: Shape, _ rounding: Rounding = .halfUp
    ) throws(RowError) -> Int128 {
        try rounded(
            UInt256(value.magnitude), isNegative: value < 0, from: scale, to: shape, rounding)
    }

    /// `value / 10^dropped`, rounded; `dropped` is 0 ... 76. The sign counts for floor and ceiling.
    package static func quotient(
        _ value: UInt256, droppingDigits dropped: Int, isNegative: Bool, _ rounding: Rounding
    ) -> UInt256 {
        precondition(dropped >= 0 && dropped <= 76)
        guard dropped > 0 else { return value }
        var whole = value
        var hasMore = false
        var digits = dropped
        if digits > 38 {
            // What the first step drops counts as "more than nothing" in the second.
            let first = value.dividedBy(powerOfTen(38))
            whole = first.quotient
            hasMore = first.remainder != 0
            digits -= 38
        }
        let divisor = powerOfTen(digits)
        let (quotient, rest) = whole.dividedBy(divisor)
        let isUp = isAwayFromZero(
            rest, of: divisor, isOdd: quotient.low & 1 == 1, hasMore: hasMore, isNegative, rounding)
        return isUp ? quotient.adding(1) ?? quotient : quotient
    }

    /// -1, 0 or 1, by value.
    package static func compare(
        _ left: Int128, scale leftScale: Int, _ right: Int128, scale rightScale: Int
    ) -> Int {
        if leftScale == rightScale { return left < right ? -1 : left == right ? 0 : 1 }
        if (left < 0) != (right < 0) { return left < 0 ? -1 : 1 }
        let scale = max(leftScale, rightScale)
        let first = aligned(left, by: scale - leftScale)
        let second = aligned(right, by: scale - rightScale)
        if first == second { return 0 }
        return (first < second) == (left >= 0) ? -1 : 1
    }

    // MARK: Steps

    private static func aligned(_ value: Int128, by digits: Int) -> UInt256 {
        digits == 0
            ? UInt256(value.magnitude) : UInt256(product: value.magnitude, powerOfTen(digits))
    }

    private static func difference(_ larger: UInt256, _ smaller: UInt256) -> UInt256 {
        let (low, borrows) = larger.low.subtractingReportingOverflow(smaller.low)
        return UInt256(high: larger.high - smaller.high - (borrows ? 1 : 0), low: low)
    }

    @inline(__always)
    private static func rounded(
        _ magnitude: UInt256, isNegative: Bool, from scale: Int, to shape: Shape,
        _ rounding: Rounding = .halfUp
    ) throws(RowError) -> Int128 {
        if scale == shape.scale, magnitude.high == 0 {
            return try signed(magnitude.low, isNegative, shape.precision)
        }
        if scale < shape.scale {
            guard let narrow = magnitude.narrowed,
                let grown = UInt256(product: narrow, powerOfTen(shape.scale - scale)).narrowed
            else { throw .numericValueOutOfRange }
            return try signed(grown, isNegative, shape.precision)
        }
        let result = quotient(
            magnitude, droppingDigits: scale - shape.scale, isNegative: isNegative, rounding)
        guard let narrow = result.narrowed else { throw .numericValueOutOfRange }
        return try signed(narrow, isNegative, shape.precision)
    }

    @inline(__always)
    private static func signed(
        _ magnitude: UInt128, _ isNegative: Bool, _ precision: Int
    ) throws(RowError) -> Int128 {
        guard magnitude < powerOfTen(precision) else { throw .numericValueOutOfRange }
        let value = Int128(truncatingIfNeeded: magnitude)
        return isNegative ? -value : value
    }

    /// Whether dropping `rest` of `divisor` (and more behind it) moves the result away from zero.
    @inline(__always)
    private static func isAwayFromZero(
        _ rest: UInt128, of divisor: UInt128, isOdd: Bool, hasMore: Bool, _ isNegative: Bool,
        _ rounding: Rounding
    ) -> Bool {
        switch rounding {
        case .towardsZero: return false
        case .floor: return isNegative && (rest != 0 || hasMore)
        case .ceiling: return !isNegative && (rest != 0 || hasMore)
        case .halfUp: return rest >= divisor - rest
        case .halfEven:
            let other = divisor - rest
            return rest > other || (rest == other && (hasMore || isOdd))
        }
    }
}
