internal import Foundation

/// A generator (SplitMix64) whose seed comes from the environment variable SEED, else is new.
///
/// It is printed, and tests name ``seed`` in their messages, so that a failure can be repeated.
public struct SeededRandom: RandomNumberGenerator {
    public let seed: UInt64
    private var state: UInt64

    public init() {
        seed =
            ProcessInfo.processInfo.environment["SEED"].flatMap { UInt64($0) }
            ?? UInt64.random(in: 0 ... .max)
        state = seed
        print("SEED=\(seed)")
    }

    /// The generator of a given seed.
    public init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    public mutating func chance(percent: Int) -> Bool {
        Int.random(in: 0..<100, using: &self) < percent
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
