import TestSupport

/// A generator of random numbers: the same for the same seed, everywhere.
struct Random: RandomNumberGenerator {
    private var generator: SeededRandom

    /// Seeds that follow each other begin at places far apart.
    init(_ seed: UInt64) { generator = SeededRandom(seed: seed &* 0x9E37_79B9_7F4A_7C15) }

    mutating func next() -> UInt64 { generator.next() }
    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
}
