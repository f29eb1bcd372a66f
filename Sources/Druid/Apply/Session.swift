/// The time that a program lives in. Microseconds throughout.
public protocol Waiting {
    /// A monotonic clock with an arbitrary start.
    func uptime() -> Int64
    /// Lets time pass; less if the program is asked to stop.
    func wait(microseconds: Int64)
    /// Whether the program is asked to stop.
    var isStopRequested: Bool { get }
}

/// Carries out what the pure parts decide.
public struct Session {
    private let transport: any HTTPTransport
    private let time: any Waiting

    public init(transport: any HTTPTransport, time: any Waiting) {
        self.transport = transport
        self.time = time
    }

    /// One exchange.
    public func send(_ call: DruidCall, timeLimit: Int64) -> DruidAnswer {
        do {
            return DruidAnswer(try transport.perform(call.request, timeLimit: timeLimit))
        } catch {
            return DruidAnswer(error)
        }
    }

    /// Runs an apply to its end.
    ///
    /// - Parameter tell: is given each event as it happens.
    public func apply(
        specs: [SupervisorSpec], server: ServerAddress, limit: Int64, verifiesRunning: Bool,
        tell: (ApplyEvent) throws -> Void
    ) rethrows -> ApplyResult {
        var machine = ApplyMachine(
            specs: specs, server: server, limit: limit, verifiesRunning: verifiesRunning,
            now: time.uptime())
        while !time.isStopRequested {
            switch machine.next(now: time.uptime()) {
            case .call(let call, let timeLimit):
                let answer = send(call, timeLimit: timeLimit)
                for event in machine.receive(answer, now: time.uptime()) { try tell(event) }
            case .wait(let microseconds): time.wait(microseconds: microseconds)
            case .finish(let result): return result
            }
        }
        return .interrupted
    }

    /// One call, repeated while Druid is not ready. The answer is never ``DruidAnswer/notReady``
    /// unless the limit has passed.
    ///
    /// - Parameter tell: is given each new reason to wait.
    public func call(
        _ call: DruidCall, limit: Int64, tell: (String) -> Void
    ) -> DruidAnswer {
        var patience = Patience(limit: limit, now: time.uptime())
        while !time.isStopRequested {
            let left = max(patience.remaining(time.uptime()), 200_000)
            let answer = send(call, timeLimit: min(left, ApplyMachine.callLimit))
            guard case .notReady(let reason, let isServerError) = answer else { return answer }
            switch patience.failed(reason, isServerError: isServerError, time.uptime()) {
            case .exhausted: return answer
            case .wait(let microseconds, let tells):
                if tells { tell(reason) }
                time.wait(microseconds: microseconds)
            }
        }
        return .interrupted
    }
}
