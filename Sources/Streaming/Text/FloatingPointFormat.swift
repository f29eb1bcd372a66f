extension TextFormat {
    /// As Java's `Double.toString`, shortest digits: `20.13`, `1.0E10`, `9.9E-4`, `-0.0`, `NaN`.
    public static func append(double value: Double, to output: ByteArena) {
        if appendSpecial(value, to: output) { return }
        let magnitude = value.magnitude
        if appendShort(magnitude, to: output) { return }
        var digits = ShortestDigits(description: magnitude.description)
        if digits.count == 1, magnitude < Double.leastNormalMagnitude {
            digits.refine(
                multiple: magnitude.significandBitPattern, of: 4.940656458412465, exponent: -324)
        }
        digits.append(to: output)
    }

    /// As Java's `Float.toString` of a value that is exactly a binary32.
    public static func append(float value: Double, to output: ByteArena) {
        if appendSpecial(value, to: output) { return }
        let magnitude = Float(value.magnitude)
        var digits = ShortestDigits(description: magnitude.description)
        if digits.count == 1, magnitude < Float.leastNormalMagnitude {
            digits.refine(
                multiple: UInt64(magnitude.significandBitPattern), of: 1.401298464324817,
                exponent: -45)
        }
        digits.append(to: output)
    }

    /// Appends the sign, and the rest of a value that has no digits; true if that was all.
    private static func appendSpecial(_ value: Double, to output: ByteArena) -> Bool {
        if value.isNaN {
            output.append("NaN" as StaticString)
            return true
        }
        if value.sign == .minus { output.append(UInt8(ascii: "-")) }
        if value.isInfinite {
            output.append("Infinity" as StaticString)
            return true
        }
        if value == 0 {
            output.append("0.0" as StaticString)
            return true
        }
        return false
    }

    /// Appends a value that few decimals name exactly, as nearly every measurement and every
    /// rounded average; false for any other.
    ///
    /// With at most 15 digits no two decimals of one length round to the same double, so the first
    /// number of decimals that gives the value back gives its shortest digits.
    private static func appendShort(_ magnitude: Double, to output: ByteArena) -> Bool {
        guard magnitude >= 0.001, magnitude < 1e7 else { return false }
        var power = 1.0
        for decimals in 0...6 {
            let scaled = (magnitude * power).rounded()
            if scaled / power == magnitude {
                let (whole, rest) = UInt64(scaled).quotientAndRemainder(dividingBy: UInt64(power))
                append(digits: whole, width: 1, to: output)
                output.append(UInt8(ascii: "."))
                append(digits: rest, width: max(decimals, 1), to: output)
                return true
            }
            power *= 10
        }
        return false
    }
}

/// The digits of a positive number, `0.d1d2d3… × 10^point`.
private struct ShortestDigits {
    var digits = InlineArray<20, UInt8>(repeating: 0)
    var count = 0
    var point = 0

    /// Reads what the standard library prints: `12.5`, `1e-07`, `1.5e+22`.
    init(description: String) {
        var sawPoint = false
        var exponent = 0
        var isNegativeExponent = false
        var inExponent = false
        for byte in description.utf8 {
            switch byte {
            case UInt8(ascii: "."): sawPoint = true
            case UInt8(ascii: "e"), UInt8(ascii: "E"): inExponent = true
            case UInt8(ascii: "-"): isNegativeExponent = true
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                let digit = byte - UInt8(ascii: "0")
                if inExponent {
                    exponent = exponent * 10 + Int(digit)
                } else if digit == 0, count == 0 {
                    if sawPoint { point -= 1 }
                } else {
                    if !sawPoint { point += 1 }
                    // A plain number below 2^54 has at most 17 digits.
                    if count < digits.count {
                        digits[count] = digit
                        count += 1
                    }
                }
            default: break
            }
        }
        point += isNegativeExponent ? -exponent : exponent
        while count > 1, digits[count - 1] == 0 { count -= 1 }
    }

    /// Chooses the digits as Java does, which takes the two digits nearest to the value where one
    /// would do: the least double is `4.9E-324`, not `5.0E-324`. Makes a difference only for the
    /// smallest subnormals, `multiple` times `unit × 10^exponent`, whose neighbours are far away.
    mutating func refine(multiple: UInt64, of unit: Double, exponent: Int) {
        var value = Double(multiple) * unit
        var exponent = exponent
        while value >= 10 {
            value /= 10
            exponent += 1
        }
        let rounded = Int((value * 10).rounded())
        guard rounded < 100 else { return }
        digits[0] = UInt8(truncatingIfNeeded: rounded / 10)
        digits[1] = UInt8(truncatingIfNeeded: rounded % 10)
        count = digits[1] == 0 ? 1 : 2
        point = exponent + 1
    }

    /// Plain from 0.001 up to below 10^7, else `d.dddE[-]n`; a digit after the point at least.
    func append(to output: ByteArena) {
        if point > -3 && point <= 7 {
            if point <= 0 {
                output.append("0." as StaticString)
                for _ in 0..<(-point) { output.append(UInt8(ascii: "0")) }
                appendDigits(0..<count, to: output)
            } else {
                appendDigits(0..<point, to: output)
                output.append(UInt8(ascii: "."))
                appendDigits(point..<max(count, point + 1), to: output)
            }
        } else {
            appendDigits(0..<1, to: output)
            output.append(UInt8(ascii: "."))
            appendDigits(1..<max(count, 2), to: output)
            output.append(UInt8(ascii: "E"))
            TextFormat.append(integer: Int64(point - 1), to: output)
        }
    }

    /// Digits beyond the last are zeros.
    private func appendDigits(_ range: Range<Int>, to output: ByteArena) {
        for index in range {
            output.append(UInt8(ascii: "0") + (index < count ? digits[index] : 0))
        }
    }
}
