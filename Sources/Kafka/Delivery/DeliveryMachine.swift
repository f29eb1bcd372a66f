/// Decides how results and the offsets that they stand for become visible together, exactly once.
/// Pure: it says what to do, and is told how it ended.
///
///     var action = machine.deliver(offsets, replacing: previous)
///     while true {
///         if case .finish(let outcome) = action { … }
///         action =
///             action == .pause
///             ? machine.resume() : machine.next(after: perform(action), now: …)
///     }
///
/// What is pending and the offsets are the transaction: after an abort the same are sent again,
/// without reading anything anew. After a fatal error, or one that leaves open whether the
/// transaction was committed, a new producer settles the old transaction, and what the group has
/// committed then tells: the offsets of the attempt, and it was; those before, and it was not;
/// others, and somebody else has the partitions. So an offset's metadata must change with what is
/// delivered for its partition.
///
/// What is too much to keep at hand may go ahead in parts, before ``deliver(_:replacing:)`` sends
/// the rest with the offsets in the same transaction. A transaction with parts cannot be sent
/// again: unless it is committed the delivery ends as ``DeliveryOutcome/lost``, and the log has to
/// be read again.
public struct DeliveryMachine: Sendable {
    private enum Phase: Hashable, Sendable {
        case noProducer
        case created
        /// No transaction is open.
        case ready
        case begun
        case produced
        case offsetsSent
        /// The commit of an attempt that was given up is under way. What comes after waits for it.
        case runningOut
        case aborting
    }

    private struct Attempt: Hashable, Sendable {
        var offsets: [PartitionOffset]
        var previous: [PartitionOffset]
        /// Whether a commit has been asked for, so that it may have happened.
        var mayBeCommitted = false
    }

    private var phase = Phase.noProducer
    private var attempt: Attempt?
    /// The group's offsets must be looked at before anything is sent.
    private var mustCompare = false
    private var membershipIsLost = false
    private var makesSmaller = false
    /// Parts of what is delivered are in the transaction, and nowhere else.
    private var hasParts = false
    /// … and the transaction has gone.
    private var partsAreLost = false
    private var mustPause = false
    /// Aborted transactions and lost producers since something was delivered.
    private var troubles = 0
    private var lastReason = ""
    private var lastFenced: Int64?
    private let nameMayBeShared: Bool

    /// After so many fruitless tries in a row a delivery fails.
    public static let maximumTroubles = 20
    /// Fenced twice within this time, in microseconds, by a producer of the same name.
    private static let fencingInterval: Int64 = 60_000_000

    /// - Parameter nameMayBeShared: whether the `transactional.id` was given by a user, so that
    ///   another instance may have got the same by mistake.
    public init(nameMayBeShared: Bool) { self.nameMayBeShared = nameMayBeShared }

    /// Whether a delivery has begun and not finished, or something is left to clean up behind one.
    public var isBusy: Bool { attempt != nil || (phase != .ready && !isOpen) }

    /// Whether an attempt has begun and not finished.
    public var isDelivering: Bool { attempt != nil }

    /// Whether a transaction has begun ahead of its delivery, which must be the next thing to
    /// happen.
    public var isOpen: Bool { attempt == nil && phase == .begun }

    /// Whether a part may be produced now, once a transaction has begun unless ``isOpen``.
    public var takesParts: Bool {
        attempt == nil && !partsAreLost && (phase == .ready || phase == .begun)
    }

    /// A transaction has begun ahead of its delivery.
    public mutating func noteBegun() {
        precondition(takesParts && phase == .ready)
        phase = .begun
    }

    /// A part was produced, and nobody keeps it.
    public mutating func notePart() {
        precondition(isOpen)
        hasParts = true
    }

    /// Not all of a part was produced; the caller keeps it. The transaction must be aborted.
    public mutating func notePartFailed() {
        precondition(isOpen)
        loseTransaction(.aborting)
    }

    /// Begins to deliver what is pending with `offsets`.
    ///
    /// - Parameters:
    ///   - offsets: of the partitions that changed; none that are still replaying.
    ///   - previous: what the group has committed for them, in the same order.
    public mutating func deliver(
        _ offsets: [PartitionOffset], replacing previous: [PartitionOffset]
    ) -> DeliveryAction {
        precondition(attempt == nil, "one delivery at a time")
        precondition(offsets.map(\.partition) == previous.map(\.partition))
        attempt = Attempt(offsets: offsets, previous: previous)
        return proceed()
    }

    /// Goes on with what is under way: after a pause, or to get the producer ready.
    public mutating func resume() -> DeliveryAction { proceed() }

    /// Gives the attempt up: the partitions go, and their next owner delivers what this one did
    /// not. An open transaction is aborted by the next action; a commit under way is let run out.
    public mutating func abandon() {
        let isOpen = isOpen
        (hasParts, partsAreLost) = (false, false)
        if isOpen { phase = .aborting }
        guard let given = attempt else { return }
        attempt = nil
        membershipIsLost = false
        mustCompare = false
        switch phase {
        case .begun, .produced: phase = .aborting
        case .offsetsSent: phase = given.mayBeCommitted ? .runningOut : .aborting
        case .noProducer, .created, .ready, .runningOut, .aborting: break
        }
    }

    /// The offsets of the attempt.
    public var offsets: [PartitionOffset] { attempt?.offsets ?? [] }

    /// What comes next, the last action having ended like this.
    /// - Parameter now: monotonic time in microseconds.
    public mutating func next(after event: DeliveryEvent, now: Int64) -> DeliveryAction {
        switch event {
        case .done: return advance()
        case .committed(let committed): return compare(committed)
        case .failed(let failure, let reason):
            lastReason = reason
            return handle(failure, now: now)
        }
    }

    /// The action of the current phase.
    private mutating func proceed() -> DeliveryAction {
        if mustPause {
            mustPause = false
            return .pause
        }
        switch phase {
        case .noProducer: return .makeProducer(smaller: makesSmaller)
        case .created: return .initTransactions
        case .ready:
            guard let attempt else { return .finish(.settled) }
            if membershipIsLost { return finish(.lost) }
            guard mustCompare else { return partsAreLost ? finish(.lost) : .begin }
            guard attempt.offsets.isEmpty else { return .readCommitted }
            guard !attempt.mayBeCommitted else {
                return finish(
                    .failed(
                        reason: "whether the last results were committed is unknown: \(lastReason)")
                )
            }
            return partsAreLost ? finish(.lost) : .begin
        case .begun: return .produce
        case .produced: return attempt?.offsets.isEmpty == false ? .sendOffsets : startCommit()
        case .offsetsSent: return startCommit()
        case .runningOut: return .commit
        case .aborting: return .abort
        }
    }

    private mutating func startCommit() -> DeliveryAction {
        phase = .offsetsSent
        attempt?.mayBeCommitted = true
        return .commit
    }

    /// The action of the current phase has succeeded.
    private mutating func advance() -> DeliveryAction {
        switch phase {
        case .noProducer:
            phase = .created
            makesSmaller = false
        case .created: phase = .ready
        case .ready: phase = .begun
        case .begun: phase = .produced
        case .produced: phase = .offsetsSent
        case .offsetsSent:
            phase = .ready
            return finish(.delivered)
        case .runningOut: phase = .ready
        case .aborting:
            phase = .ready
            attempt?.mayBeCommitted = false
        }
        return proceed()
    }

    private mutating func compare(_ committed: [PartitionOffset]) -> DeliveryAction {
        guard let attempt else { return proceed() }
        if committed == attempt.offsets { return finish(.delivered) }
        guard committed == attempt.previous, !partsAreLost else { return finish(.lost) }
        mustCompare = false
        self.attempt?.mayBeCommitted = false
        return proceed()
    }

    private mutating func handle(_ failure: DeliveryFailure, now: Int64) -> DeliveryAction {
        switch failure {
        case .retry: return .pause
        case .fenced:
            let isAgain = lastFenced.map { now - $0 < Self.fencingInterval } ?? false
            lastFenced = now
            if isAgain, nameMayBeShared {
                return finish(
                    .failed(
                        reason: "another instance runs with the same --instance-id: \(lastReason)"))
            }
            return replaceProducer()
        case .fatal: return isStarting ? giveUp() : replaceProducer()
        case .tooLarge:
            makesSmaller = true
            return replaceProducer()
        case .membershipLost, .abort: return abort(membershipLost: failure == .membershipLost)
        }
    }

    /// Whether no producer has been ready since the last was lost: what fails then fails again.
    private var isStarting: Bool {
        phase == .noProducer || phase == .created || (phase == .ready && mustCompare)
    }

    private mutating func abort(membershipLost: Bool) -> DeliveryAction {
        if isStarting { return giveUp() }
        // An abort that must be aborted: the library contradicts itself.
        if phase == .aborting { return replaceProducer() }
        if membershipLost { membershipIsLost = true }
        loseTransaction(.aborting)
        return noteTrouble() ?? proceed()
    }

    private mutating func replaceProducer() -> DeliveryAction {
        loseTransaction(.noProducer)
        mustCompare = true
        return noteTrouble() ?? proceed()
    }

    private mutating func loseTransaction(_ next: Phase) {
        phase = next
        partsAreLost = partsAreLost || hasParts
        hasParts = false
    }

    private mutating func noteTrouble() -> DeliveryAction? {
        troubles += 1
        mustPause = troubles > 1
        return troubles > Self.maximumTroubles ? giveUp() : nil
    }

    private mutating func giveUp() -> DeliveryAction { finish(.failed(reason: lastReason)) }

    private mutating func finish(_ outcome: DeliveryOutcome) -> DeliveryAction {
        // What was settled before a delivery tells nothing about the parts that it lacks.
        if attempt != nil { (hasParts, partsAreLost) = (false, false) }
        attempt = nil
        mustCompare = false
        membershipIsLost = false
        if outcome == .delivered { troubles = 0 }
        return .finish(outcome)
    }
}
