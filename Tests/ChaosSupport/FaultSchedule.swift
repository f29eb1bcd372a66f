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

    /// The requests of a transaction and of joining a group, and those without a transaction.
    private static let requests: [APIKey] = [
        .endTransaction, .transactionOffsetCommit, .produce, .addOffsetsToTransaction,
        .addPartitionsToTransaction, .initProducerID, .offsetFetch, .joinGroup, .syncGroup,
    ]
    private static let plainRequests: [APIKey] = [.produce, .offsetCommit]
    /// From a fault on a request to what befalls the processors that wait for its answer.
    private static let ambush = 700

    /// When a processor that was hit is back.
    private var back: [Int]

    /// - Parameter duration: milliseconds.
    init(_ settings: ChaosSettings, duration: Int) {
        var random = SeededRandom(seed: settings.seed)
        let slots = settings.processors
        let requests = settings.isTransactional ? Self.requests : Self.plainRequests
        // One processor first; the others join while it works.
        back = (0..<slots).map { $0 * 1500 }
        for slot in 0..<slots { events.append(Event(time: back[slot], action: .start(slot))) }
        var time = 0
        while true {
            time += Int.random(in: settings.pace, using: &random)
            guard time < duration else { break }
            let choice = Int.random(in: 0..<100, using: &random)
            let wish = Int.random(in: 0..<slots, using: &random)
            let delay = Int.random(in: 0...1000, using: &random)
            let api = requests.randomElement(using: &random) ?? .produce
            let slot = (0..<slots).map { (wish + $0) % slots }.first { back[$0] < time }
            switch (choice, slot) {
            case (0..<34, let slot?): kill(slot, time, for: delay * 2)
            case (34..<47, let slot?): freeze(slot, time, for: settings.session + 1000 + delay * 4)
            case (47..<58, let slot?):
                back[slot] = time + 1000 + delay * 8
                add(time, .end(slot), then: .start(slot), at: back[slot])
            case (58..<72, _): events.append(Event(time: time, action: .cut))
            case (72..<82, _): events.append(Event(time: time, action: .stall(api, wish)))
            case (82..<92, _):
                // Whoever waits for the answer dies or sleeps meanwhile: all of them do. A request
                // that is carried out and whose answer is lost hangs when it is sent again.
                if delay % 2 == 0 {
                    events.append(Event(time: time, action: .loseReply(api, wish)))
                }
                events.append(Event(time: time, action: .stall(api, wish)))
                for slot in 0..<slots where back[slot] < time {
                    let moment = time + Self.ambush
                    if delay % 3 == 0 {
                        freeze(slot, moment, for: settings.session + 1000 + delay * 4)
                    } else {
                        kill(slot, moment, for: delay + slot * 300)
                    }
                }
            default: events.append(Event(time: time, action: .loseReply(api, wish)))
            }
        }
        // By time, and what was decided first comes first.
        events = events.enumerated()
            .sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
            .map(\.element)
    }

    private mutating func kill(_ slot: Int, _ time: Int, for pause: Int) {
        back[slot] = time + pause
        add(time, .kill(slot), then: .start(slot), at: back[slot])
    }

    private mutating func freeze(_ slot: Int, _ time: Int, for pause: Int) {
        back[slot] = time + pause
        add(time, .freeze(slot), then: .wake(slot), at: back[slot])
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
    /// Static members that took themselves for one of two after having been cut off, and that were
    /// started again.
    public internal(set) var fenced = 0

    public var description: String {
        "\(kills) SIGKILL, \(zombies) zombies (SIGSTOP and SIGCONT), \(ends) SIGTERM, "
            + "\(starts) starts, \(cuts) times connections cut, \(stalls) times stalled, "
            + "\(lostReplies) lost replies"
            + (fenced > 0 ? ", \(fenced) static members fenced after it and started again" : "")
    }
}
