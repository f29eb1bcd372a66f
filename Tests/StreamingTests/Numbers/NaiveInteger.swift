/// A signed integer of any size, digit by digit, as slow and as plain as can be: what decimal
/// arithmetic is checked against.
struct NaiveInteger: Equatable, CustomStringConvertible {
    /// Decimal digits, the lowest first, no zeros at the end.
    var digits: [Int]
    var isNegative: Bool

    init(_ value: Int128) {
        digits = String(value.magnitude).reversed().compactMap(\.wholeNumberValue)
        isNegative = value < 0
        normalize()
    }

    private init(digits: [Int], isNegative: Bool) {
        self.digits = digits
        self.isNegative = isNegative
        normalize()
    }

    private mutating func normalize() {
        while digits.last == 0 { digits.removeLast() }
        if digits.isEmpty { isNegative = false }
    }

    var description: String {
        (isNegative ? "-" : "")
            + (digits.isEmpty ? "0" : digits.reversed().map(String.init).joined())
    }

    /// Nil beyond Int128.
    var value: Int128? { Int128(description) }

    var magnitude: NaiveInteger { NaiveInteger(digits: digits, isNegative: false) }

    func shifted(by places: Int) -> NaiveInteger {
        NaiveInteger(
            digits: Array(repeating: 0, count: places) + digits, isNegative: isNegative)
    }

    static func isLess(_ left: [Int], _ right: [Int]) -> Bool {
        if left.count != right.count { return left.count < right.count }
        for (a, b) in zip(left.reversed(), right.reversed()) where a != b { return a < b }
        return false
    }

    static func + (left: NaiveInteger, right: NaiveInteger) -> NaiveInteger {
        if left.isNegative == right.isNegative {
            var result: [Int] = []
            var carry = 0
            for index in 0...max(left.digits.count, right.digits.count) {
                let sum = left.digit(index) + right.digit(index) + carry
                result.append(sum % 10)
                carry = sum / 10
            }
            return NaiveInteger(digits: result, isNegative: left.isNegative)
        }
        let isLeftSmaller = isLess(left.digits, right.digits)
        let (large, small) = isLeftSmaller ? (right, left) : (left, right)
        var result: [Int] = []
        var borrow = 0
        for index in 0..<large.digits.count {
            let difference = large.digit(index) - small.digit(index) - borrow
            result.append((difference + 10) % 10)
            borrow = difference < 0 ? 1 : 0
        }
        return NaiveInteger(digits: result, isNegative: large.isNegative)
    }

    private func digit(_ index: Int) -> Int { index < digits.count ? digits[index] : 0 }

    static func * (left: NaiveInteger, right: NaiveInteger) -> NaiveInteger {
        var result = Array(repeating: 0, count: left.digits.count + right.digits.count + 1)
        for (i, a) in left.digits.enumerated() {
            for (j, b) in right.digits.enumerated() {
                result[i + j] += a * b
                result[i + j + 1] += result[i + j] / 10
                result[i + j] %= 10
            }
        }
        return NaiveInteger(
            digits: result, isNegative: left.isNegative != right.isNegative)
    }

    /// Long division, towards zero.
    func divided(by divisor: NaiveInteger) -> (quotient: NaiveInteger, remainder: NaiveInteger) {
        var quotient: [Int] = []
        var rest = NaiveInteger(0)
        let unit = NaiveInteger(
            digits: divisor.digits, isNegative: true)
        for digit in digits.reversed() {
            rest = rest.shifted(by: 1) + NaiveInteger(Int128(digit))
            var count = 0
            while !Self.isLess(rest.digits, divisor.digits) {
                rest = rest + unit
                count += 1
            }
            quotient.append(count)
        }
        return (
            NaiveInteger(
                digits: quotient.reversed(), isNegative: isNegative != divisor.isNegative),
            NaiveInteger(digits: rest.digits, isNegative: isNegative)
        )
    }

    /// The quotient HALF_UP.
    func dividedHalfUp(by divisor: NaiveInteger) -> NaiveInteger {
        let (quotient, rest) = divided(by: divisor)
        let doubled = rest.magnitude + rest.magnitude
        guard !Self.isLess(doubled.digits, divisor.digits) else { return quotient }
        let isNegative = isNegative != divisor.isNegative
        return quotient + NaiveInteger(isNegative ? -1 : 1)
    }
}
