import DruidStandIn
import Testing

@testable import Druid

/// An apply of the shipped specs to a stand-in for Druid, over HTTP, in time that passes only
/// when it is waited for.
private struct Run {
    var result: ApplyResult
    var events: [ApplyEvent]
    var time: TestTime
    var requests: [StandInRequest]

    init(
        _ druid: FakeDruid, specs paths: [String] = shippedSpecs, limit: Int64 = 600_000_000,
        verifiesRunning: Bool = true, callLimit: Int = .max
    ) throws {
        let server = druid.serve()
        defer { server.stop() }
        let address = try ServerAddress(server.url)
        let client = try HTTPClient(server: address)
        let specs = try paths.map { try spec(try shippedText($0), file: $0) }
        time = TestTime()
        let session = Session(
            transport: Interrupting(inner: client, callLimit: callLimit), time: time)
        var events: [ApplyEvent] = []
        result = session.apply(
            specs: specs, server: address, limit: limit, verifiesRunning: verifiesRunning
        ) { events.append($0) }
        self.events = events
        requests = server.requests
    }

    /// The events that say what happened to a spec.
    var outcomes: [ApplyEvent] {
        events.filter {
            switch $0 {
            case .created, .updated, .unchanged: true
            default: false
            }
        }
    }

    var waitingReasons: [String] {
        events.compactMap { if case .waiting(_, let reason) = $0 { reason } else { nil } }
    }

    var failure: String? {
        switch result {
        case .failed(let text), .unreachable(let text): text
        case .applied, .interrupted: nil
        }
    }
}

/// Passes on so many calls, and then the process is gone.
private final class Interrupting: HTTPTransport {
    private let inner: HTTPClient
    private var callsLeft: Int

    init(inner: HTTPClient, callLimit: Int) {
        self.inner = inner
        callsLeft = callLimit
    }

    func perform(_ request: HTTPRequest, timeLimit: Int64) throws(TransportError) -> HTTPResponse {
        guard callsLeft > 0 else { throw TransportError(.interrupted, "killed") }
        callsLeft -= 1
        return try inner.perform(request, timeLimit: timeLimit)
    }
}

private let raw = "sensor-data-raw"
private let aggregated = "sensor-data-aggregated"

@Suite struct ApplyTests {
    @Test func bothSpecsAreCreatedAndFollowed() throws {
        let druid = FakeDruid()
        let run = try Run(druid)
        #expect(run.result == .applied)
        #expect(run.outcomes == [.created(id: raw), .created(id: aggregated)])
        #expect(druid.now.specs.keys.sorted() == [aggregated, raw])
        #expect(druid.now.specs[raw]?.contains("kafka:19092") == true)
        #expect(run.events.suffix(2).allSatisfy { if case .running = $0 { true } else { false } })
    }

    @Test(arguments: ["38.0.0", "33.0.0", "27.0.0", "0.23.0", "strange"])
    func appliedTwiceTheSecondTimeChangesNothing(version: String) throws {
        let druid = FakeDruid { $0.version = version }
        _ = try Run(druid)
        let before = druid.now
        let run = try Run(druid)
        #expect(run.result == .applied)
        #expect(
            run.outcomes
                == [raw, aggregated].map { .unchanged(id: $0, restarted: false) })
        #expect(druid.now.restarts == before.restarts)
        #expect(druid.now.specs == before.specs)
    }

    @Test(arguments: ["38.0.0", "27.0.0"])
    func aChangedSpecIsUpdatedAndTheOtherLeftAlone(version: String) throws {
        let druid = FakeDruid { $0.version = version }
        _ = try Run(druid)
        let restarts = druid.now.restarts
        let spec = try #require(druid.now.specs[raw])
        let server = druid.serve()
        defer { server.stop() }
        let client = try HTTPClient(server: ServerAddress(server.url))
        let changed = spec.replacing("\"taskCount\": 1", with: "\"taskCount\": 2")
        _ = try client.perform(
            DruidCall.submit(spec: Array(changed.utf8)).request, timeLimit: 60_000_000)
        let run = try Run(druid)
        #expect(run.outcomes == [.updated(id: raw), .unchanged(id: aggregated, restarted: false)])
        #expect(druid.now.restarts == restarts + 2)
        #expect(druid.now.specs[raw] == spec)
    }

    @Test func killedAfterAnyCallAndRunAgainItEndsTheSame() throws {
        let whole = FakeDruid()
        let calls = try Run(whole).requests.count
        #expect(calls > 5)
        for limit in 0..<calls {
            let druid = FakeDruid()
            #expect(try Run(druid, callLimit: limit).result == .interrupted)
            #expect(try Run(druid).result == .applied)
            #expect(druid.now.specs == whole.now.specs, "killed after \(limit) calls")
            #expect(druid.now.restarts == 2, "killed after \(limit) calls")
        }
    }

    @Test func druidThatStartsIsWaitedForAndEachReasonToldOnce() throws {
        let empty = StandInReply.answer(status: 503, "")
        let proxy = StandInReply.answer(status: 502, type: "text/html", "<h1>Bad Gateway</h1>")
        let status = StandInReply.answer(
            status: 200,
            #"{"version":"38.0.0","modules":[{"artifact":"druid-kafka-indexing-service"}]}"#)
        let druid = FakeDruid {
            $0.script = [proxy, proxy, .hangUp, .cutOff("{\"version\":1}"), status, empty, empty]
        }
        let run = try Run(druid)
        #expect(run.result == .applied)
        #expect(
            run.waitingReasons == [
                "HTTP 502: Bad Gateway", "the connection ended before the answer did",
                "no Overlord leads yet",
            ])
        #expect(run.time.now > 0)
    }

    @Test func nobodyListeningIsUnreachableWithinTheWait() throws {
        let time = TestTime()
        let address = try ServerAddress("http://127.0.0.1:1")
        let session = Session(transport: try HTTPClient(server: address), time: time)
        var events: [ApplyEvent] = []
        let result = session.apply(
            specs: [], server: address, limit: 60_000_000, verifiesRunning: true
        ) { events.append($0) }
        guard case .unreachable(let text) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(text.contains("connection refused"))
        #expect(events == [.waiting(address, reason: "connection refused")])
        #expect(time.now == 60_000_000)
        #expect(time.waits < 25)
    }

    @Test func aMissingExtensionIsNamedBeforeAnythingIsPosted() throws {
        let druid = FakeDruid { $0.modules = ["druid-datasketches"] }
        let run = try Run(druid)
        #expect(run.failure?.contains("druid.extensions.loadList") == true)
        #expect(druid.now.submissions == 0)
    }

    @Test func aMissingExtensionIsNamedToASubmissionThatFailsOfIt() throws {
        let body = #"{"error":"Could not resolve type id 'kafka' as a subtype of SupervisorSpec"}"#
        let druid = FakeDruid()
        // The answers to: status, spec, submission.
        druid.change {
            $0.script = [
                .answer(status: 403, "{\"error\":\"Unauthorized\"}"),
                .answer(status: 403, "{\"error\":\"Unauthorized\"}"),
                .answer(status: 404, "{\"error\":\"none\"}"), .answer(status: 400, body),
            ]
        }
        let run = try Run(druid)
        #expect(run.failure?.contains("loadList") == true)
        #expect(run.events.contains { if case .unverified = $0 { true } else { false } })
    }

    @Test(arguments: [
        (400, "application/json", #"{"error":"Instantiation of X failed"}"#, "Instantiation of X"),
        (
            400, "application/json", #"{"errorMessage":"taskCount bad","error":"d"}"#,
            "taskCount bad"
        ),
        (401, "text/html", "<html><h1>Unauthorized</h1></html>", "--password-file"),
        (403, "application/json", #"{"error":"Access denied"}"#, "Access denied"),
        (415, "text/html", "<html>Unsupported</html>", "HTTP 415"),
        (200, "text/html", "<html><title>Login</title></html>", "HTML page"),
        (200, "application/json", #"{"id":"#, "not JSON"),
    ])
    func aRefusalStopsAtOnceWithDruidsWords(
        status: Int, type: String, body: String, words: String
    ) throws {
        let status = StandInReply.answer(status: status, type: type, body)
        let good = StandInReply.answer(
            status: 200,
            #"{"version":"38.0.0","modules":[{"artifact":"druid-kafka-indexing-service"}]}"#)
        let druid = FakeDruid()
        druid.change { $0.script = [good, .answer(status: 404, "{}"), status] }
        let run = try Run(druid)
        #expect(run.failure?.contains(words) == true, "\(run.result)")
        #expect(run.requests.count == 3)
        #expect(run.time.waits == 0)
        #expect(druid.now.submissions == 0)
    }

    @Test func anEndlessAnswerStopsAtOnce() throws {
        let druid = FakeDruid { $0.script = [.endlessBody, .endlessBody] }
        let run = try Run(druid)
        #expect(run.failure?.contains("longer than 1024 KiB") == true)
    }

    @Test func aServerThatIsTooSlowIsUnreachable() throws {
        let druid = FakeDruid { $0.script = Array(repeating: .silence, count: 99) }
        let run = try Run(druid, limit: 100_000)
        guard case .unreachable(let text) = run.result else {
            Issue.record("\(run.result)")
            return
        }
        #expect(text.contains("no answer in time"))
        #expect(run.waitingReasons == ["no answer in time"])
    }

    @Test func aServerThatKeepsFailingIsGivenUpSoon() throws {
        let boom = StandInReply.answer(status: 500, #"{"error":"metadata store is gone"}"#)
        let druid = FakeDruid { $0.script = Array(repeating: boom, count: 99) }
        let run = try Run(druid)
        #expect(run.failure?.contains("metadata store is gone") == true)
        #expect(run.requests.count < 10)
    }

    @Test func aSupervisorIsFollowedUntilItsFirstRoundIsThrough() throws {
        let druid = FakeDruid {
            $0.statuses = [
                FakeDruid.status("PENDING", healthy: true),
                FakeDruid.status("RUNNING", detailed: "CONNECTING_TO_STREAM", healthy: true),
                FakeDruid.status(
                    "UNHEALTHY_SUPERVISOR", detailed: "UNABLE_TO_CONNECT_TO_STREAM",
                    healthy: false, errors: ["no broker"]),
                FakeDruid.status(
                    "UNHEALTHY_SUPERVISOR", detailed: "UNABLE_TO_CONNECT_TO_STREAM",
                    healthy: false, errors: ["no broker"]),
                FakeDruid.running,
            ]
        }
        let run = try Run(druid, specs: [shippedSpecs[0]])
        #expect(run.result == .applied)
        let states = run.events.compactMap {
            if case .progress(_, let status) = $0 { status.detailedState } else { nil }
        }
        #expect(states == ["PENDING", "CONNECTING_TO_STREAM", "UNABLE_TO_CONNECT_TO_STREAM"])
        #expect(run.time.now == 4 * ApplyMachine.followPause)
    }

    @Test func aSupervisorThatStaysUnhealthyFailsWithItsErrors() throws {
        let druid = FakeDruid {
            $0.statuses = [
                FakeDruid.status(
                    "UNHEALTHY_TASKS", healthy: false, errors: ["old", "out of memory"])
            ]
        }
        let run = try Run(druid, limit: 30_000_000)
        #expect(run.failure?.contains("TimeoutException: out of memory") == true)
        #expect(run.failure?.contains(raw) == true)
        #expect(run.failure?.contains(aggregated) == true)
        #expect(run.time.now == 30_000_000)
        guard case .failed = run.result else {
            Issue.record("\(run.result)")
            return
        }
    }

    @Test func withoutVerificationNothingIsFollowed() throws {
        let druid = FakeDruid { $0.statuses = [FakeDruid.status("PENDING", healthy: false)] }
        #expect(try Run(druid, verifiesRunning: false).result == .applied)
    }

    @Test func aRouterWithoutProxyIsAskedItself() throws {
        let missing = StandInReply.answer(status: 404, type: "text/html", "<h1>Not Found</h1>")
        let druid = FakeDruid { $0.script = [missing] }
        let run = try Run(druid)
        #expect(run.result == .applied)
        #expect(run.requests.prefix(2).map(\.path) == ["/proxy/overlord/status", "/status"])
    }

    @Test func aServerThatDoesNotKnowTheFieldIdIsNoticed() throws {
        let server = FakeDruid().serve()
        defer { server.stop() }
        let address = try ServerAddress(server.url)
        let session = Session(transport: try HTTPClient(server: address), time: TestTime())
        let text = try shippedText(shippedSpecs[0])
            .replacing("\"spec\":", with: "\"id\": \"other\", \"spec\":")
        let result = session.apply(
            specs: [try spec(text)], server: address, limit: 60_000_000, verifiesRunning: true
        ) { _ in }
        guard case .failed(let message) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(message.contains("does not know the field \"id\""))
    }

    @Test func anotherServerIsNotTakenForDruid() throws {
        let page = StandInReply.answer(status: 404, type: "text/html", "<h1>nginx</h1>")
        let druid = FakeDruid { $0.script = [page, page] }
        let run = try Run(druid)
        #expect(run.failure?.contains("Router") == true)
        let other = FakeDruid {
            $0.script = Array(repeating: .answer(status: 200, #"{"status":"ok"}"#), count: 2)
        }
        #expect(try Run(other).failure?.contains("cannot be used as Druid") == true)
    }
}
