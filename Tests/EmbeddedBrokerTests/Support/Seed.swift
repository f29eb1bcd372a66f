import TestSupport

/// The seed of this run's random tests, and generators that depend on it alone.
enum Seed {
    static let value = SeededRandom().seed

    static func generator(_ stream: UInt64 = 0) -> SeededRandom {
        SeededRandom(seed: value &+ stream)
    }
}
