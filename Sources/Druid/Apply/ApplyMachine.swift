/// Brings Druid to run a list of specs: which call comes next, and what an answer means. Pure: it
/// sends nothing, waits for nothing and asks no clock, so that tests walk through every order of
/// events.
///
/// Ask ``next(now:)`` what to do, do it, hand what came back to ``receive(_:now:)``. Being killed
/// between any two steps and run again leads to the same end.
public struct ApplyMachine: Sendable {
    public enum Action: Hashable, Sendable {
        /// Make the call within so many microseconds.
        case call(DruidCall, timeLimit: Int64)
        case wait(microseconds: Int64)
        case finish(ApplyResult)
    }

    enum Phase: Hashable, Sendable {
        /// Whether the Overlord is asked through a Router's proxy.
        case identifying(byProxy: Bool)
        case reading(Int)
        case submitting(Int, before: JSONValue?)
        case rereading(Int, before: JSONValue)
        case following(Int)
        case finished(ApplyResult)
    }

    let specs: [SupervisorSpec]
    let server: ServerAddress
    let verifiesRunning: Bool
    var phase = Phase.identifying(byProxy: true)
    var patience: Patience
    var pause: Int64 = 0
    var status: ServiceStatus?
    /// Specs that are not seen running yet, and what was last told of each.
    var pending: [Int]
    var lastStatus: [Int: SupervisorStatus] = [:]
    var followDeadline: Int64 = 0
    private let limit: Int64

    /// Microseconds between two looks at the supervisors.
    static let followPause: Int64 = 1_000_000
    /// No call needs longer; a server that is being waited for gets no longer either.
    static let callLimit: Int64 = 30_000_000

    /// - Parameters:
    ///   - limit: microseconds to wait for Druid, and again for its supervisors to run.
    ///   - verifiesRunning: whether to follow each supervisor until it runs healthily.
    ///   - now: microseconds of a monotonic clock.
    public init(
        specs: [SupervisorSpec], server: ServerAddress, limit: Int64, verifiesRunning: Bool = true,
        now: Int64
    ) {
        self.specs = specs
        self.server = server
        self.limit = limit
        self.verifiesRunning = verifiesRunning
        patience = Patience(limit: limit, now: now)
        pending = Array(specs.indices)
    }

    public mutating func next(now: Int64) -> Action {
        if pause > 0 {
            defer { pause = 0 }
            return .wait(microseconds: pause)
        }
        // A little time even at the very end: the last try should be a real one.
        let left = max(patience.remaining(now), 200_000)
        switch phase {
        case .identifying(let byProxy):
            return call(byProxy ? .overlordStatus : .serviceStatus, left)
        case .reading(let index): return call(.spec(id: specs[index].id), left)
        case .submitting(let index, _): return call(.submit(spec: specs[index].text), left)
        case .rereading(let index, _): return call(.spec(id: specs[index].id), left)
        case .following(let place):
            return call(.supervisorStatus(id: specs[pending[place]].id), left)
        case .finished(let result): return .finish(result)
        }
    }

    private func call(_ call: DruidCall, _ left: Int64) -> Action {
        .call(call, timeLimit: min(left, Self.callLimit))
    }

    /// Takes what the last call came to; returns what the user should hear.
    public mutating func receive(_ answer: DruidAnswer, now: Int64) -> [ApplyEvent] {
        switch answer {
        case .interrupted:
            phase = .finished(.interrupted)
            return []
        case .notReady(let reason, let isServerError):
            return wait(for: reason, isServerError, now)
        default: break
        }
        patience.succeeded(now)
        switch phase {
        case .identifying(let byProxy): return identify(answer, byProxy)
        case .reading(let index): return compare(answer, index, now)
        case .submitting(let index, let before): return submitted(answer, index, before, now)
        case .rereading(let index, let before): return reread(answer, index, before, now)
        case .following(let place): return follow(answer, place, now)
        case .finished: return []
        }
    }

    private mutating func wait(
        for reason: String, _ isServerError: Bool, _ now: Int64
    ) -> [ApplyEvent] {
        switch patience.failed(reason, isServerError: isServerError, now) {
        case .wait(let microseconds, let tells):
            pause = microseconds
            return tells ? [.waiting(server, reason: reason)] : []
        case .exhausted:
            phase = .finished(
                patience.isServerBroken
                    ? .failed("Druid at \(server) keeps failing: \(reason)")
                    : .unreachable(
                        "Druid at \(server) was not ready within the time of --wait: \(reason)"))
            return []
        }
    }

    mutating func fail(_ message: String) -> [ApplyEvent] {
        phase = .finished(.failed(message))
        return []
    }

    /// The words for an answer that nothing can be done about.
    func text(_ answer: DruidAnswer) -> String {
        switch answer {
        case .failed(let text), .rejected(let text): text
        case .forbidden(let text): "HTTP 403, not permitted: \(text)"
        case .notFound(let text):
            "HTTP 404: \(text); is this Druid's Router (with "
                + "druid.router.managementProxy.enabled) or its Overlord?"
        case .document: "an answer that Druid does not give here"
        case .notReady(let reason, _): reason
        case .interrupted: "interrupted"
        }
    }

    mutating func advance(after index: Int, _ now: Int64) {
        if index + 1 < specs.count {
            phase = .reading(index + 1)
        } else if verifiesRunning, !specs.isEmpty {
            phase = .following(0)
            let (end, overflow) = now.addingReportingOverflow(limit)
            followDeadline = overflow ? .max : end
        } else {
            phase = .finished(.applied)
        }
    }
}

/// How an apply ends.
public enum ApplyResult: Hashable, Sendable {
    case applied
    case failed(String)
    /// Druid was not ready within the limit.
    case unreachable(String)
    case interrupted
}

/// What a user may want to hear meanwhile.
public enum ApplyEvent: Hashable, Sendable {
    case waiting(ServerAddress, reason: String)
    case connected(ServerAddress, version: String)
    /// The modules could not be seen, so whether the Kafka extension is loaded is unknown.
    case unverified(reason: String)
    case created(id: String)
    case updated(id: String)
    /// `restarted`: the server was older than 33, and its tasks started anew all the same.
    case unchanged(id: String, restarted: Bool)
    /// A supervisor's state or errors have changed.
    case progress(id: String, SupervisorStatus)
    case running(id: String, SupervisorStatus)
}
