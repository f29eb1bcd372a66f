/// The shortest decimal that reads back as a double.
package enum ShortestDecimal {
    /// `digits * 10^exponent` of a finite value that is not negative; at most 17 digits. No zeros
    /// at the end except for zero itself.
    ///
    /// Allocates only where the text is longer than what a String holds in place.
    package static func digits(of value: Double) -> (digits: UInt64, exponent: Int) {
        precondition(value.isFinite && value.sign == .plus)
        var digits: UInt64 = 0
        var exponent = 0
        var written = 0
        var isFraction = false
        var inExponent = false
        var isNegativeExponent = false
        for byte in value.description.utf8 {
            switch byte {
            case UInt8(ascii: "."): isFraction = true
            case UInt8(ascii: "e"), UInt8(ascii: "E"): inExponent = true
            case UInt8(ascii: "-"): isNegativeExponent = true
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                let digit = UInt64(byte - UInt8(ascii: "0"))
                if inExponent {
                    written = written * 10 + Int(digit)
                } else {
                    digits = digits * 10 + digit
                    if isFraction { exponent -= 1 }
                }
            default: break
            }
        }
        guard digits != 0 else { return (0, 0) }
        exponent += isNegativeExponent ? -written : written
        while digits % 10 == 0 {
            digits /= 10
            exponent += 1
        }
        return (digits, exponent)
    }
}
