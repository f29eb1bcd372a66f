import Foundation
import Synchronization

/// Answers as a Router with an Overlord behind it does, from a small state that tests set up.
public final class FakeDruid: Sendable {
    public struct State: Sendable {
        public var version = "38.0.0"
        public var modules = ["druid-datasketches", "druid-kafka-indexing-service"]
        /// Replies to the next requests, whatever they ask; then the state answers.
        public var script: [StandInReply] = []
        /// What the next calls for a supervisor's status show; the last one stays.
        public var statuses: [String] = [FakeDruid.running]
        /// Specs by supervisor, as `GET` shows them.
        public fileprivate(set) var specs: [String: String] = [:]
        public fileprivate(set) var submissions = 0
        /// How often tasks were started anew.
        public fileprivate(set) var restarts = 0
        public fileprivate(set) var suspended: Set<String> = []

        fileprivate var skipsUnmodified: Bool { (Int(version.prefix { $0 != "." }) ?? 0) >= 33 }
    }

    private let state: Mutex<State>

    public init(_ change: (inout State) -> Void = { _ in }) {
        var state = State()
        change(&state)
        self.state = Mutex(state)
    }

    public var now: State { state.withLock { $0 } }

    public func change(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }

    public func reply(to request: StandInRequest) -> StandInReply {
        state.withLock { state in
            state.script.isEmpty ? state.reply(to: request) : state.script.removeFirst()
        }
    }

    /// A server that answers from this state.
    public func serve() -> StandInServer { StandInServer { self.reply(to: $0) } }

    public static let running = status("RUNNING", healthy: true)

    /// The document of a supervisor's status.
    public static func status(
        _ state: String, detailed: String? = nil, healthy: Bool, errors: [String] = []
    ) -> String {
        let errors = errors.map {
            """
            {"timestamp":"2026-11-20T21:00:00.000Z","exceptionClass":\
            "org.apache.kafka.common.errors.TimeoutException","message":"\($0)",\
            "streamException":true}
            """
        }
        return """
            {"id":"x","generationTime":"2026-11-20T21:00:05.000Z","payload":{"dataSource":"x",\
            "activeTasks":[{"id":"index_kafka_x_1"}],"publishingTasks":[],"aggregateLag":7,\
            "suspended":\(state == "SUSPENDED"),"healthy":\(healthy),"state":"\(state)",\
            "detailedState":"\(detailed ?? state)",\
            "recentErrors":[\(errors.joined(separator: ","))]}}
            """
    }
}

extension FakeDruid.State {
    fileprivate mutating func reply(to request: StandInRequest) -> StandInReply {
        let parts = request.path.split(separator: "/").map(String.init)
        if request.path == "/status" || request.path == "/proxy/overlord/status" {
            let list = modules.map { "{\"name\":\"a.b.C\",\"artifact\":\"\($0)\"}" }
            return .answer(
                status: 200,
                "{\"version\":\"\(version)\",\"modules\":[\(list.joined(separator: ","))]}")
        }
        if ["/status/health", "/status/selfDiscovered"].contains(request.path) {
            return .answer(status: 200, "true")
        }
        guard parts.starts(with: ["druid", "indexer", "v1", "supervisor"]) else {
            return .answer(status: 404, type: "text/html", "<html><h1>Not Found</h1></html>")
        }
        switch (request.method, parts.count) {
        case ("GET", 4):
            let names = specs.keys.sorted().map { "\"\($0)\"" }
            return .answer(status: 200, "[\(names.joined(separator: ","))]")
        case ("POST", 4): return submit(request)
        case ("GET", 5): return one(parts[4]) { .answer(status: 200, $0) }
        case ("GET", 6) where parts[5] == "status":
            let text = statuses.count > 1 ? statuses.removeFirst() : statuses[0]
            return one(parts[4]) { _ in .answer(status: 200, text) }
        case ("POST", 6): return control(parts[4], parts[5])
        default: return .answer(status: 405, "")
        }
    }

    private func one(_ id: String, _ reply: (String) -> StandInReply) -> StandInReply {
        guard let spec = specs[id] else {
            return .answer(status: 404, "{\"error\":\"[\(id)] does not exist\"}")
        }
        return reply(spec)
    }

    private mutating func submit(_ request: StandInRequest) -> StandInReply {
        guard request.headers["content-type"] == "application/json" else {
            return .answer(status: 415, type: "text/html", "<html>Unsupported Media Type</html>")
        }
        guard
            let document = try? JSONSerialization.jsonObject(with: Data(request.body.utf8))
                as? [String: Any],
            let spec = document["spec"] as? [String: Any],
            let schema = spec["dataSchema"] as? [String: Any],
            let id = schema["dataSource"] as? String
        else { return .answer(status: 400, "{\"error\":\"Cannot construct instance\"}") }
        submissions += 1
        let skips = skipsUnmodified && request.query == "skipRestartIfUnmodified=true"
        if !skips || specs[id] != request.body { restarts += 1 }
        specs[id] = request.body
        return .answer(status: 200, "{\"id\":\"\(id)\"}")
    }

    private mutating func control(_ id: String, _ action: String) -> StandInReply {
        guard specs[id] != nil else { return one(id) { .answer(status: 200, $0) } }
        let isSuspended = suspended.contains(id)
        switch action {
        case "suspend" where !isSuspended: suspended.insert(id)
        case "resume" where isSuspended: suspended.remove(id)
        case "terminate":
            specs[id] = nil
            return .answer(status: 200, "{\"id\":\"\(id)\"}")
        default:
            let word = isSuspended ? "suspended" : "running"
            return .answer(status: 400, "{\"error\":\"[\(id)] is already \(word)\"}")
        }
        return one(id) { .answer(status: 200, $0) }
    }
}
