import CommandLineSupport
import Foundation
import Streaming
import TestSupport
import Testing

@testable import processor

/// What a run tells of itself over HTTP: the text, the health, the server and the check.
@Suite struct MetricsTests {
    // MARK: Text

    @Test func theTextNamesEachCounterAndEachPartition() {
        var snapshot = MetricsSnapshot()
        snapshot.counters.read = 10
        snapshot.counters.aggregated = 5
        snapshot.counters.filtered = 1
        snapshot.counters.late = 1
        snapshot.counters.deadLetters = 3
        snapshot.counters.replayed = 7
        snapshot.counters.rows = 2
        snapshot.counters.failedRows = 4
        snapshot.commits = 6
        snapshot.mismatchedKeys = 8
        snapshot.partitions = [
            MetricsSnapshot.Partition(
                number: 0, watermark: 1_714_557_610_123_450, lag: 12, openWindows: 3,
                stateBytes: 4096, isReplaying: true),
            MetricsSnapshot.Partition(
                number: 3, watermark: 0, lag: nil, openWindows: 0, stateBytes: 0,
                isReplaying: false),
        ]
        let text = MetricsText(snapshot, version: "1.2.3").text
        let samples = text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)
        #expect(
            samples == [
                #"tidemark_build_info{version="1.2.3"} 1"#,
                "tidemark_records_read_total 10", "tidemark_records_aggregated_total 5",
                "tidemark_records_filtered_total 1", "tidemark_records_late_total 1",
                "tidemark_records_dead_letter_total 3", "tidemark_records_replayed_total 7",
                "tidemark_records_mismatched_key_total 8", "tidemark_rows_total 2",
                "tidemark_rows_failed_total 4", "tidemark_commits_total 6",
                #"tidemark_partition_watermark_timestamp_seconds{partition="0"} 1714557610.12345"#,
                #"tidemark_partition_watermark_timestamp_seconds{partition="3"} 0"#,
                #"tidemark_partition_lag_records{partition="0"} 12"#,
                #"tidemark_partition_open_windows{partition="0"} 3"#,
                #"tidemark_partition_open_windows{partition="3"} 0"#,
                #"tidemark_partition_state_bytes{partition="0"} 4096"#,
                #"tidemark_partition_state_bytes{partition="3"} 0"#,
                #"tidemark_partition_replaying{partition="0"} 1"#,
                #"tidemark_partition_replaying{partition="3"} 0"#,
            ])
        #expect(text.hasSuffix("\n"))
    }

    /// Prometheus takes a name once, with its help and type before its samples.
    @Test func eachNameIsIntroducedOnceBeforeItsSamples() {
        var introduced: Set<Substring> = []
        for line in MetricsText(MetricsSnapshot(), version: "1").text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words[1] == "TYPE" {
                #expect(introduced.insert(words[2]).inserted, "\(line)")
                #expect((words[3] == "counter") == words[2].hasSuffix("_total"), "\(line)")
            } else if words[0] != "#" {
                #expect(introduced.contains(words[0].prefix { $0 != "{" }), "\(line)")
            }
        }
        #expect(introduced.count == 16)
    }

    @Test(
        arguments: [
            (0, "0"), (1, "0.000001"), (1_000_000, "1"), (1_500_000, "1.5"), (-1_500_000, "-1.5"),
            (Int64.max, "9223372036854.775807"), (Int64.min, "-9223372036854.775808"),
        ] as [(Int64, String)])
    func secondsAreExact(_ microseconds: Int64, _ text: String) {
        #expect(MetricsText.seconds(microseconds: microseconds) == text)
    }

    // MARK: Health

    @Test func aLoopThatStoppedTurningIsNotHealthy() {
        let board = MetricsBoard()
        #expect(board.health(uptime: 5) == .starting)
        board.noteTurn(uptime: 1_000_000)
        #expect(board.health(uptime: 1_000_000) == .healthy)
        #expect(board.health(uptime: 31_000_000) == .healthy)
        #expect(board.health(uptime: 32_000_001) == .stuck(seconds: 31))
        board.noteTurn(uptime: 33_000_000)
        #expect(board.health(uptime: 34_000_000) == .healthy)
    }

    @Test func aSnapshotIsTakenAtMostFourTimesASecond() {
        let time = ManualTime()
        let board = MetricsBoard()
        var reporter = MetricsReporter(board, time: time)
        var taken = 0
        for _ in 0..<1000 {
            reporter.turn {
                taken += 1
                return MetricsSnapshot(commits: taken)
            }
            time.wait(.milliseconds(1))
        }
        #expect(taken == 4 && board.current.commits == 4)
        #expect(board.health(uptime: time.uptime()) == .healthy)
    }

    // MARK: Requests

    @Test(
        arguments: [
            ("", HTTPExchange.Parsed.incomplete), ("GET /healthz HTTP/1.1\r\n", .incomplete),
            ("GET /healthz HTTP/1.1\r\nHost: a\r\n", .incomplete),
            ("GET /healthz HTTP/1.1\r\n\r\n", .request(method: "GET", path: "/healthz")),
            ("GET /metrics?a=b HTTP/1.0\n\n", .request(method: "GET", path: "/metrics")),
            ("POST / HTTP/1.1\r\nHost: a\r\n\r\nbody", .request(method: "POST", path: "/")),
            ("GET / HTTP/1.1 \r\n\r\n", .malformed), ("GET  HTTP/1.1\r\n\r\n", .malformed),
            ("GET metrics HTTP/1.1\r\n\r\n", .malformed), ("\r\n\r\n", .malformed),
            ("\u{16}\u{3}\u{1}\n", .malformed), ("GET / SPDY/3\r\n\r\n", .malformed),
            (String(repeating: "x", count: 8192), .tooLong),
            ("GET / HTTP/1.1\r\nA: " + String(repeating: "x", count: 8192), .tooLong),
        ] as [(String, HTTPExchange.Parsed)])
    func aHeadIsReadOrRefused(_ text: String, _ expected: HTTPExchange.Parsed) {
        #expect(HTTPExchange.parse(text.utf8) == expected)
    }

    /// A cut of a good request is never mistaken for something else.
    @Test func aHeadMayComeInPieces() {
        let text = Array("GET /metrics HTTP/1.1\r\nHost: localhost:9464\r\n\r\n".utf8)
        for end in 0..<text.count {
            #expect(HTTPExchange.parse(text[..<end]) == .incomplete, "\(end)")
        }
        #expect(HTTPExchange.parse(text) == .request(method: "GET", path: "/metrics"))
    }

    @Test(arguments: ["9464", "a:b", "a:70000", ":80", "::1:80", "a:-1", "", "[]:1"])
    func aWrongAddressIsRefused(_ text: String) {
        #expect(MetricsAddress(argument: text) == nil)
    }

    @Test func anAddressKeepsItsHostAndPort() throws {
        let address = try #require(MetricsAddress(argument: "[::]:9464"))
        #expect(address.host == "::" && address.port == 9464 && address.reachableHost == "::1")
        #expect(address.description == "[::]:9464")
        #expect(MetricsAddress(argument: "0.0.0.0:1")?.reachableHost == "127.0.0.1")
    }

    // MARK: Over sockets

    @Test func theServerAnswersAndTheClientUnderstands() throws {
        let board = MetricsBoard()
        let server = MetricsServer(board)
        let port = try server.start(MetricsAddress(host: "127.0.0.1", port: 0))
        defer { server.stop() }
        let address = MetricsAddress(host: "127.0.0.1", port: port)
        let error = try #require(throws: ExitError.self) { try HealthClient.check(address) }
        #expect(error.status == .failure && error.message == "not healthy: starting")
        board.noteTurn(uptime: SystemTime().uptime())
        try HealthClient.check(address)
        board.publish(MetricsSnapshot(commits: 42))
        let metrics = try HealthClient.get("/metrics", from: address)
        #expect(
            metrics.hasPrefix("HTTP/1.1 200 OK\r\nContent-Type: \(MetricsText.contentType)\r\n"))
        #expect(metrics.contains("tidemark_commits_total 42\n"))
        let body = try #require(metrics.split(separator: "\r\n\r\n").last)
        #expect(metrics.contains("\r\nContent-Length: \(body.utf8.count)\r\n"))
        #expect(try HealthClient.get("/", from: address).hasPrefix("HTTP/1.1 404 "))
        #expect(try HealthClient.get("x y", from: address).hasPrefix("HTTP/1.1 400 "))
    }

    @Test func aTakenAddressIsWrongUsage() throws {
        let first = MetricsServer(MetricsBoard())
        let port = try first.start(MetricsAddress(host: "127.0.0.1", port: 0))
        defer { first.stop() }
        let second = MetricsServer(MetricsBoard())
        let error = try #require(throws: ExitError.self) {
            try second.start(MetricsAddress(host: "127.0.0.1", port: port))
        }
        #expect(error.status == .usage && error.message.contains("127.0.0.1:\(port)"))
    }

    /// The programs themselves: a run that waits for its standard input is healthy, and what it
    /// read shows; when it has gone the check fails.
    @Test func aRunIsHealthyWhileItWaitsForInput() throws {
        let query = try TemporaryFile(CommandLineTests.table + CommandLineTests.counts)
        let pipe = Pipe()
        let run = try Program(
            "processor", ["run", query.path, "--metrics", "127.0.0.1:0"],
            input: pipe.fileHandleForReading)
        pipe.fileHandleForWriting.write(Data((CommandLineTests.readings + "\n").utf8))
        try waitUntil("it serves") { run.errorsSoFar.contains("/metrics") }
        let pattern = /http:\/\/(127\.0\.0\.1:[0-9]+)\/metrics/
        let match = try #require(run.errorsSoFar.firstMatch(of: pattern))
        let address = String(match.1)
        func healthy() throws -> Program.Outcome {
            try Program.run("processor", ["healthy", "--metrics", address])
        }
        try waitUntil("it is healthy") { try healthy().status == 0 }
        let served = try #require(MetricsAddress(argument: address))
        try waitUntil("what was read shows") {
            try HealthClient.get("/metrics", from: served)
                .contains("tidemark_records_read_total 6\n")
        }
        let text = try HealthClient.get("/metrics", from: served)
        #expect(text.contains("tidemark_records_dead_letter_total 1\n"))
        #expect(text.contains(#"tidemark_partition_open_windows{partition="0"} 1"#))
        try pipe.fileHandleForWriting.close()
        #expect(run.wait().status == 0)
        let gone = try healthy()
        #expect(gone.status == 1 && gone.errors.contains(address))
    }
}
