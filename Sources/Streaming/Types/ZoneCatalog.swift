/// The rules of named time zones, handed in as a value so that the engine reads no files.
public struct ZoneCatalog: Sendable {
    /// The rules of the zone of that name, nil if there is none. Called once a name.
    public let load: @Sendable (String) -> ZoneRules?

    public init(load: @escaping @Sendable (String) -> ZoneRules?) { self.load = load }

    /// Knows no named zone: only offsets, `Z`, `UTC`, `GMT` and `UT`.
    public static let none = ZoneCatalog { _ in nil }
}

/// When the offset of a zone changes.
public struct ZoneRules: Hashable, Sendable {
    /// Seconds east of UTC before the first transition.
    public var initialOffset: Int
    /// Ascending by instant.
    public var transitions: [Transition]

    public struct Transition: Hashable, Sendable {
        /// Seconds since 1970-01-01T00:00:00Z.
        public var instant: Int64
        /// Seconds east of UTC from then on.
        public var offset: Int

        public init(instant: Int64, offset: Int) {
            self.instant = instant
            self.offset = offset
        }
    }

    public init(initialOffset: Int, transitions: [Transition]) {
        self.initialOffset = initialOffset
        self.transitions = transitions
    }

    /// The UTC second of a local time given in seconds as if it were UTC. As Java: a time in a gap
    /// moves forward by the length of the gap, a repeated one takes the earlier instant.
    public func instant(ofLocal local: Int64) -> Int64 {
        // The first transition whose change of the local clock is not over yet.
        var low = 0
        var high = transitions.count
        while low < high {
            let middle = (low + high) / 2
            let before = Int64(offset(before: middle))
            let after = Int64(transitions[middle].offset)
            if local < transitions[middle].instant + max(before, after) {
                high = middle
            } else {
                low = middle + 1
            }
        }
        // In a gap and in an overlap the offset before the change counts: that moves forward by the
        // gap, and gives the earlier instant.
        return local - Int64(offset(before: low))
    }

    /// Seconds east of UTC before transition `index`.
    private func offset(before index: Int) -> Int {
        index == 0 ? initialOffset : transitions[index - 1].offset
    }
}
