import DruidStandIn
import TestSupport
import Testing

@testable import Druid

/// The machine alone, with answers in any order.
@Suite struct ApplyMachineTests {
    private static func document(_ text: String) -> DruidAnswer {
        guard let value = try? JSONValue(parsing: Array(text.utf8)) else {
            preconditionFailure("\(text)")
        }
        return .document(value)
    }

    private static let answers: [DruidAnswer] =
        [
            .notFound("none"), .notReady(reason: "a", isServerError: false),
            .notReady(reason: "b", isServerError: false),
            .notReady(reason: "c", isServerError: true),
        ]
        + [
            #"{"version":"38.0.0","modules":[{"artifact":"druid-kafka-indexing-service"}]}"#,
            #"{"version":"27.0.0","modules":[{"artifact":"druid-kafka-indexing-service"}]}"#,
            #"{"id":"sensor-data-raw"}"#, #"{"type":"kafka"}"#, FakeDruid.running,
            FakeDruid.status("UNHEALTHY_TASKS", healthy: false, errors: ["x"]),
        ].map(document)

    private static let final: [DruidAnswer] = [
        .rejected("r"), .forbidden("f"), .failed("x"), .interrupted, document("null"),
    ]

    @Test func whateverDruidAnswersAnApplyEndsInTime() throws {
        var random = SeededRandom()
        let specs = try shippedSpecs.map { try spec(try shippedText($0), file: $0) }
        let server = try ServerAddress("http://localhost:8888")
        let limit: Int64 = 60_000_000
        var endings: Set<String> = []
        for _ in 0..<3000 {
            var machine = ApplyMachine(specs: specs, server: server, limit: limit, now: 0)
            var now: Int64 = 0
            var submissions = 0
            var steps = 0
            loop: while true {
                steps += 1
                try #require(steps < 2000, "SEED=\(random.seed)")
                switch machine.next(now: now) {
                case .finish(let result):
                    endings.insert("\(result)".prefix { $0 != "(" }.description)
                    #expect(machine.next(now: now) == .finish(result))
                    break loop
                case .wait(let microseconds):
                    #expect(microseconds > 0 && microseconds <= limit, "SEED=\(random.seed)")
                    now += microseconds
                case .call(let call, let timeLimit):
                    #expect(timeLimit > 0 && timeLimit <= ApplyMachine.callLimit)
                    if case .submit = call { submissions += 1 }
                    let isFinal = Int.random(in: 0..<40, using: &random) == 0
                    let answer =
                        (isFinal ? Self.final : Self.answers).randomElement(using: &random)
                        ?? .interrupted
                    for event in machine.receive(answer, now: now) {
                        switch event {
                        case .created, .updated:
                            #expect(submissions > 0, "SEED=\(random.seed)")
                        default: break
                        }
                    }
                    now += .random(in: 0...1000, using: &random)
                }
            }
        }
        #expect(endings.isSuperset(of: ["failed", "interrupted"]), "\(endings)")
    }

    @Test func callsGetNoMoreTimeThanIsLeft() throws {
        let server = try ServerAddress("http://localhost:8888")
        var machine = ApplyMachine(specs: [], server: server, limit: 3_000_000, now: 0)
        #expect(machine.next(now: 0) == .call(.overlordStatus, timeLimit: 3_000_000))
        #expect(machine.next(now: 1_000_000) == .call(.overlordStatus, timeLimit: 2_000_000))
        // The last try is a real one.
        #expect(machine.next(now: 2_999_999) == .call(.overlordStatus, timeLimit: 200_000))
    }
}
