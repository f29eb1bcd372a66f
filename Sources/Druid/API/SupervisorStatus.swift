/// What Druid tells of a supervisor and its tasks.
public struct SupervisorStatus: Hashable, Sendable {
    /// One of Druid's few words: PENDING, RUNNING, IDLE, SUSPENDED, STOPPING,
    /// UNHEALTHY_SUPERVISOR, UNHEALTHY_TASKS.
    public let state: String
    /// The same more closely, such as CONNECTING_TO_STREAM; equal to ``state`` where it says no
    /// more.
    public let detailedState: String
    public let isHealthy: Bool
    public let isSuspended: Bool
    public let activeTasks: Int
    public let publishingTasks: Int
    /// Records that Kafka has and Druid has not read; nil while unknown.
    public let lag: Int64?
    /// Newest last.
    public let recentErrors: [RecentError]

    public struct RecentError: Hashable, Sendable {
        /// As Druid writes it: ISO 8601, UTC.
        public let timestamp: String
        /// Without its Java package.
        public let kind: String
        public let message: String
    }

    /// Nil if the document is not a supervisor's status.
    public init?(_ document: JSONValue) {
        guard let payload = document["payload"], let state = payload["state"]?.text else {
            return nil
        }
        self.state = printable(state, limit: 60)
        detailedState = printable(payload["detailedState"]?.text ?? state, limit: 60)
        isHealthy = payload["healthy"]?.boolean ?? false
        isSuspended = payload["suspended"]?.boolean ?? false
        activeTasks = payload["activeTasks"]?.elements?.count ?? 0
        publishingTasks = payload["publishingTasks"]?.elements?.count ?? 0
        lag = payload["aggregateLag"]?.integer
        recentErrors = (payload["recentErrors"]?.elements ?? []).map(RecentError.init)
    }

    /// Whether the supervisor has reached what its spec asks for.
    ///
    /// `state` says RUNNING already while the first round still connects; only `detailedState`
    /// tells that the first round is through.
    public func isSettled(suspended: Bool) -> Bool {
        guard isHealthy else { return false }
        return suspended
            ? detailedState == "SUSPENDED" : ["RUNNING", "IDLE"].contains(detailedState)
    }

    /// `RUNNING`, or `UNHEALTHY_SUPERVISOR (UNABLE_TO_CONNECT_TO_STREAM)`.
    public var stateText: String {
        state == detailedState ? state : "\(state) (\(detailedState))"
    }

    /// What the state means and what to look at; nil where the state's name says it all.
    public var explanation: String? {
        switch detailedState {
        case "UNABLE_TO_CONNECT_TO_STREAM":
            "Druid cannot reach Kafka or the topic: check bootstrap.servers as seen from Druid, "
                + "and that the topic exists"
        case "LOST_CONTACT_WITH_STREAM": "Druid has lost its connection with Kafka"
        case "UNHEALTHY_TASKS":
            "the last tasks failed: their logs in the console's Tasks view say why; often too "
                + "little memory or no free worker"
        case "UNHEALTHY_SUPERVISOR": "the supervisor itself keeps failing"
        default: nil
        }
    }
}

extension SupervisorStatus.RecentError: CustomStringConvertible {
    init(_ value: JSONValue) {
        timestamp = printable(value["timestamp"]?.text ?? "", limit: 40)
        let name = value["exceptionClass"]?.text ?? "error"
        kind = printable(name.split(separator: ".").last ?? "error", limit: 80)
        message = printable(value["message"]?.text ?? "", limit: 500)
    }

    public var description: String {
        var text = timestamp.isEmpty ? kind : "\(timestamp) \(kind)"
        if !message.isEmpty { text += ": \(message)" }
        return text
    }
}
