/// Seeded random numbers: xoshiro256** (Blackman and Vigna), its state filled by SplitMix64.
///
/// The same seed gives the same numbers on every machine, normal deviates included: nothing here
/// calls a mathematical library, whose last digits differ between systems.
public struct RandomSource: RandomNumberGenerator, Sendable {
    private var s0: UInt64
    private var s1: UInt64
    private var s2: UInt64
    private var s3: UInt64

    public init(seed: UInt64) {
        var filler = SplitMix64(state: seed)
        s0 = filler.next()
        s1 = filler.next()
        s2 = filler.next()
        s3 = filler.next()
    }

    public mutating func next() -> UInt64 {
        let product = s1 &* 5
        let result = ((product << 7) | (product >> 57)) &* 9
        let shifted = s1 << 17
        s2 ^= s0
        s3 ^= s1
        s1 ^= s2
        s0 ^= s3
        s2 ^= shifted
        s3 = (s3 << 45) | (s3 >> 19)
        return result
    }

    /// Uniform in `0 ..< 1`, all 53 bits used.
    mutating func nextFraction() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Uniform in `0 ..< limit`, by the high half of a product: the bias is below limit / 2^64.
    mutating func next(below limit: UInt64) -> UInt64 {
        next().multipliedFullWidth(by: limit).high
    }

    /// Two independent deviates of the normal distribution N(0, 1), by Marsaglia's polar method.
    mutating func nextNormalPair() -> (Double, Double) {
        while true {
            let x = 2 * nextFraction() - 1
            let y = 2 * nextFraction() - 1
            let square = x * x + y * y
            // Rejects about one pair in five.
            guard square < 1, square > 0 else { continue }
            let scale = (-2 * naturalLogarithm(square) / square).squareRoot()
            return (x * scale, y * scale)
        }
    }
}

/// The generator that xoshiro's authors recommend for filling its state from one number.
private struct SplitMix64 {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// The logarithm of a normal, positive number to about 1e-16, by the series of
/// 2 artanh((m - 1) / (m + 1)) for a mantissa m near 1.
@inline(__always)
func naturalLogarithm(_ value: Double) -> Double {
    let bits = value.bitPattern
    var mantissa = Double(bitPattern: (bits & 0x000F_FFFF_FFFF_FFFF) | 0x3FF0_0000_0000_0000)
    var exponent = Double(Int64(bits >> 52) - 1023)
    if mantissa > 1.4142135623730951 {
        mantissa *= 0.5
        exponent += 1
    }
    let z = (mantissa - 1) / (mantissa + 1)
    let square = z * z
    // |z| < 0.172, so the twelfth term is below 1e-18.
    var sum = 1.0 / 21
    sum = sum * square + 1.0 / 19
    sum = sum * square + 1.0 / 17
    sum = sum * square + 1.0 / 15
    sum = sum * square + 1.0 / 13
    sum = sum * square + 1.0 / 11
    sum = sum * square + 1.0 / 9
    sum = sum * square + 1.0 / 7
    sum = sum * square + 1.0 / 5
    sum = sum * square + 1.0 / 3
    sum = sum * square + 1
    return exponent * 0.6931471805599453 + 2 * z * sum
}
