/// An unsigned integer of 256 bits: the exact product of two 128-bit ones, and what is divided.
///
/// Only the operations that decimal arithmetic needs.
package struct UInt256: Equatable, Comparable, BitwiseCopyable, Sendable {
    package var high: UInt128
    package var low: UInt128

    @inlinable
    package init(high: UInt128, low: UInt128) {
        self.high = high
        self.low = low
    }

    @inlinable
    package init(_ value: UInt128) { self.init(high: 0, low: value) }

    /// The product, exactly.
    package init(product left: UInt128, _ right: UInt128) {
        // Most decimals have few digits: one multiplication that fits.
        if (left | right) >> 64 == 0 {
            self.init(left &* right)
        } else {
            let product = left.multipliedFullWidth(by: right)
            self.init(high: product.high, low: product.low)
        }
    }

    package static func < (left: UInt256, right: UInt256) -> Bool {
        left.high == right.high ? left.low < right.low : left.high < right.high
    }

    /// Quotient and remainder; `divisor` must not be zero.
    package func dividedBy(_ divisor: UInt128) -> (quotient: UInt256, remainder: UInt128) {
        if high == 0 {
            let (quotient, remainder) = low.quotientAndRemainder(dividingBy: divisor)
            return (UInt256(quotient), remainder)
        }
        let (upper, carry) = high.quotientAndRemainder(dividingBy: divisor)
        let (lower, remainder) = divisor.dividingFullWidth((carry, low))
        return (UInt256(high: upper, low: lower), remainder)
    }

    /// The sum; nil beyond 256 bits.
    package func adding(_ value: UInt128) -> UInt256? {
        let (sum, carries) = low.addingReportingOverflow(value)
        guard carries else { return UInt256(high: high, low: sum) }
        let (upper, overflows) = high.addingReportingOverflow(1)
        return overflows ? nil : UInt256(high: upper, low: sum)
    }

    /// The value, if it fits 128 bits.
    package var narrowed: UInt128? { high == 0 ? low : nil }

    /// How many zero bits are above the highest one.
    var leadingZeroBitCount: Int {
        high == 0 ? 128 + low.leadingZeroBitCount : high.leadingZeroBitCount
    }

    /// Shifted right by `count` (0 ... 255) bits; what falls out is lost.
    func shiftedRight(_ count: Int) -> UInt256 {
        if count == 0 { return self }
        if count >= 128 { return UInt256(high >> UInt128(count - 128)) }
        return UInt256(
            high: high >> UInt128(count),
            low: low >> UInt128(count) | high << UInt128(128 - count))
    }
}
