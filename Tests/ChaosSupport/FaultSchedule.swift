internal import EmbeddedBroker
internal import TestSupport

/// What happens when in a chaos run: decided beforehand, by the seed alone.
struct FaultSchedule {
    enum Action: Sendable {
        /// SIGKILL.
        case kill(Int)
        /// SIGSTOP; what follows is later than the group's session timeout.
        case freeze(Int)
        /// SIGCONT.
        case wake(Int)
        /// SIGTERM.
        case end(Int)
        case start(Int)
        /// Cuts all connections.
        case cut
        /// The next request of the kind hangs, and its connection with it; with a broker that takes
        /// no orders, the connections of the processor do.
        case stall(APIKey, Int)
        /// The next request of the kind is carried out, its answer lost; with a broker that takes
        /// no orders, the connections of the processor are cut.
        case loseReply(APIKey, Int)
    }

    struct Event: Sendable {
        /// Milliseconds since the start.
        var time: Int
        var action: Action
    }

    /// In order of time.
    private(set) var events: [Event] = []

    private static let transactional: [APIKey] = [
        .endTransaction, .transactionOffsetCommit, .produce, .addOffsetsToTransaction,
        .addPartitionsToTransaction, .initProducerID, .offsetFetch, .joinGroup, .syncGroup,
    ]

    /// - Parameters:
    ///   - duration, session: milliseconds.
    ///   - pace: milliseconds from one fault to the next.
    init(
        seed: UInt64, duration: Int, slots: Int, session: Int, pace: ClosedRange<Int>
    ) {
        var random = SeededRandom(seed: seed)
        /// When a processor that was hit is back.
        var back = Array(repeating: 0, count: slots)
        // One processor first; the others join while it works.
        for slot in 0..<slots {
            back[slot] = slot * 1500
            events.append(Event(time: back[slot], action: .start(slot)))
        }
        var time = 0
        while true {
            time += Int.random(in: pace, using: &random)
            guard time < duration else { break }
            let choice = Int.random(in: 0..<100, using: &random)
            let wish = Int.random(in: 0..<slots, using: &random)
            let delay = Int.random(in: 0...1000, using: &random)
            let api = Self.transactional.randomElement(using: &random) ?? .produce
            let slot = (0..<slots).map { (wish + $0) % slots }.first { back[$0] < time }
            switch (choice, slot) {
            case (0..<36, let slot?):
                back[slot] = time + delay * 2
                add(time, .kill(slot), then: .start(slot), at: back[slot])
            case (36..<50, let slot?):
                back[slot] = time + session + 1000 + delay * 4
                add(time, .freeze(slot), then: .wake(slot), at: back[slot])
            case (50..<62, let slot?):
                back[slot] = time + 1000 + delay * 8
                add(time, .end(slot), then: .start(slot), at: back[slot])
            case (62..<76, _): events.append(Event(time: time, action: .cut))
            case (76..<87, _): events.append(Event(time: time, action: .stall(api, wish)))
            default: events.append(Event(time: time, action: .loseReply(api, wish)))
            }
        }
        // By time, and what was decided first comes first.
        events = events.enumerated()
            .sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
            .map(\.element)
    }

    private mutating func add(_ time: Int, _ action: Action, then next: Action, at later: Int) {
        events.append(Event(time: time, action: action))
        events.append(Event(time: later, action: next))
    }
}

/// How often what has happened.
public struct FaultCounts: Sendable, CustomStringConvertible {
    public internal(set) var kills = 0
    public internal(set) var zombies = 0
    public internal(set) var ends = 0
    public internal(set) var starts = 0
    public internal(set) var cuts = 0
    public internal(set) var stalls = 0
    public internal(set) var lostReplies = 0

    public var description: String {
        "\(kills) SIGKILL, \(zombies) zombies (SIGSTOP and SIGCONT), \(ends) SIGTERM, "
            + "\(starts) starts, \(cuts) times connections cut, \(stalls) times stalled, "
            + "\(lostReplies) lost replies"
    }
}
