import DruidStandIn
import Foundation
import Synchronization
import Testing

private let brokers = ["--set", "brokers=kafka:19092"]

@Suite struct SupervisorTests {
    @Test func helpAndVersionAreOnStandardOutput() throws {
        let help = try ProgramRun(["--help"])
        #expect(help.status == 0)
        #expect(help.output.contains("EXAMPLES") && help.output.contains("validate"))
        for command in ["apply", "validate", "status", "suspend", "resume", "terminate"] {
            let help = try ProgramRun([command, "--help"])
            #expect(help.status == 0 && help.output.contains("EXAMPLE"), "\(command)")
        }
        let version = try ProgramRun(["--version"])
        #expect(version.status == 0 && !version.output.isEmpty)
    }

    @Test(arguments: [
        ["--frob"], ["apply", "--wait", "soon"], ["apply", "--set", "brokers"],
        ["apply", "--url", "localhost"], ["apply", "no-such-file.json"], ["apply", "Sources"],
        ["apply", "--user", "a"], ["apply", "--password-file", "/dev/null"],
        ["apply", "--user", "a", "--password-file", "/dev/null"], ["suspend"],
        ["apply", "--ca-file", "no-such-file.pem"],
    ])
    func wrongUsageIs2AndTouchesNothing(arguments: [String]) throws {
        let server = FakeDruid().serve()
        defer { server.stop() }
        let run = try ProgramRun(
            arguments, environment: ["TIDEMARK_URL": server.url, "TIDEMARK_SET_brokers": "k:1"])
        #expect(run.status == 2, "\(run)")
        #expect(!run.errors.isEmpty)
        #expect(server.requests.isEmpty)
    }

    @Test func aMisspelledSubcommandIsToldAsOne() throws {
        let run = try ProgramRun(["statsu"])
        #expect(run.status == 2)
        #expect(run.errors.contains("'statsu' is no subcommand"))
    }

    @Test func validSpecsPass() throws {
        let run = try ProgramRun(["validate"] + brokers)
        #expect(run.status == 0, "\(run)")
        #expect(run.output.contains("druid-specs/sensor-data-raw.json: sensor-data-raw is fine"))
    }

    @Test func aBrokenSpecIs2WithFileAndLineAndNothingIsPosted() throws {
        let server = FakeDruid().serve()
        defer { server.stop() }
        let text = "{\n  \"type\": \"kafka\",\n  \"spec\": oops\n}"
        try withFile(text) { path in
            let run = try ProgramRun(["validate", path] + brokers)
            #expect(run.status == 2)
            #expect(run.output.hasPrefix("\(path):3:"), "\(run)")
            let apply = try ProgramRun(["apply", "--url", server.url, path] + brokers)
            #expect(apply.status == 2)
            #expect(apply.errors.contains("\(path):3:"))
        }
        #expect(server.requests.isEmpty)
    }

    @Test func specsAreComparedWithAQuery() throws {
        let arguments = ["validate", "--query", "pipelines/vehicles.sql"] + brokers
        let run = try ProgramRun(arguments)
        #expect(run.status == 0, "\(run)")
        #expect(run.output.contains("sensor-data-aggregated is fine"))
        #expect(!run.output.contains("warning"))
        let path = repository.appending(path: "druid-specs/sensor-data-aggregated.json").path
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let broken = text.replacing("\"avg_temp\"", with: "\"average_temp\"")
        try withFile(broken) { path in
            let run = try ProgramRun(arguments + [path])
            #expect(run.status == 2)
            #expect(
                run.output.contains(
                    "\(path):11:31: spec.dataSchema.dimensionsSpec.dimensions[2].name: "
                        + "'average_temp' is no column of the result in pipelines/vehicles.sql"),
                "\(run)")
        }
    }

    @Test(arguments: [
        ("SELEC 1", "1:1"), ("SELECT time FROM json_table", "1:18"), ("", "query"),
    ])
    func aBrokenQueryIs2(text: String, words: String) throws {
        try withFile(text, name: "query.sql") { path in
            let run = try ProgramRun(["validate", "--query", path] + brokers)
            #expect(run.status == 2)
            #expect(run.errors.contains(words), "\(run)")
        }
        #expect(try ProgramRun(["validate", "--query", "no-such.sql"] + brokers).status == 2)
    }

    @Test func anUnsetVariableIs2() throws {
        let run = try ProgramRun(["validate"])
        #expect(run.status == 2)
        #expect(run.output.contains("give --set brokers="))
    }

    @Test func nobodyThereIs3() throws {
        let run = try ProgramRun(
            ["--url", "http://127.0.0.1:1", "--wait", "1s"] + brokers)
        #expect(run.status == 3)
        #expect(
            run.errors.contains("waiting for Druid at http://127.0.0.1:1 (connection refused)"))
        #expect(
            try ProgramRun(["status", "--url", "http://127.0.0.1:1", "--wait", "1ms"]).status == 3)
    }

    @Test func applyTwiceSaysCreatedAndThenUnchanged() throws {
        let druid = FakeDruid()
        let server = druid.serve()
        defer { server.stop() }
        let first = try ProgramRun(["--url", server.url] + brokers)
        #expect(first.status == 0, "\(first)")
        #expect(first.output.contains("Druid 38.0.0 at \(server.url)\n"))
        #expect(first.output.contains("sensor-data-raw: created\n"))
        #expect(first.output.contains("sensor-data-raw: RUNNING, healthy, 1 task reading, lag 7\n"))
        let second = try ProgramRun(["--url", server.url] + brokers)
        #expect(second.status == 0)
        #expect(second.output.contains("sensor-data-raw: unchanged\n"))
        #expect(second.output.contains("sensor-data-aggregated: unchanged\n"))
        #expect(druid.now.restarts == 2)
    }

    /// Killed at each of its requests in turn, which Druid has then carried out or not.
    @Test(arguments: [true, false])
    func killedAtAnyRequestAndRunAgainItEndsTheSame(isCarriedOut: Bool) throws {
        let whole = FakeDruid()
        let server = whole.serve()
        #expect(try ProgramRun(["--url", server.url] + brokers).status == 0)
        let count = server.requests.count
        server.stop()
        #expect(count > 5)
        for number in 1...count {
            let druid = FakeDruid()
            let seen = Mutex(0)
            let isReached = DispatchSemaphore(value: 0)
            let server = StandInServer { request in
                let isLast = seen.withLock { seen in
                    seen += 1
                    return seen == number
                }
                guard isLast else { return druid.reply(to: request) }
                if isCarriedOut { _ = druid.reply(to: request) }
                isReached.signal()
                return .silence
            }
            defer { server.stop() }
            let program = try RunningProgram(["--url", server.url] + brokers)
            isReached.wait()
            program.kill()
            #expect(program.finish().status == 128 + SIGKILL)
            let again = try ProgramRun(["--url", server.url] + brokers)
            #expect(again.status == 0, "\(again)")
            #expect(druid.now.specs == whole.now.specs, "killed at request \(number)")
            #expect(druid.now.restarts == 2, "killed at request \(number)")
        }
    }

    @Test func unhealthySupervisorsAre1WithTheirErrors() throws {
        let druid = FakeDruid {
            $0.statuses = [FakeDruid.status("UNHEALTHY_TASKS", healthy: false, errors: ["oom"])]
        }
        let server = druid.serve()
        defer { server.stop() }
        let run = try ProgramRun(["--url", server.url, "--wait", "10ms"] + brokers)
        #expect(run.status == 1)
        #expect(run.errors.contains("TimeoutException: oom"))
    }

    @Test func supervisorsAreShownAndControlled() throws {
        let server = FakeDruid().serve()
        defer { server.stop() }
        let url = ["--url", server.url]
        #expect(try ProgramRun(["status"] + url).status == 0)
        #expect(try ProgramRun(url + brokers).status == 0)
        let status = try ProgramRun(["status"] + url)
        #expect(status.status == 0)
        #expect(status.output.contains("sensor-data-aggregated: RUNNING, healthy"))
        func control(_ command: String, _ id: String = "sensor-data-raw") throws -> String {
            let run = try ProgramRun([command, id] + url)
            return "\(run.status) \(run.output)"
        }
        #expect(try control("suspend") == "0 sensor-data-raw: suspended\n")
        #expect(try control("suspend") == "0 sensor-data-raw: already suspended\n")
        #expect(try control("resume") == "0 sensor-data-raw: resumed\n")
        #expect(try control("resume") == "0 sensor-data-raw: already running\n")
        #expect(try control("terminate") == "0 sensor-data-raw: terminated\n")
        #expect(try control("terminate") == "1 ")
        #expect(try control("status", "nobody") == "1 ")
    }

    @Test func thePasswordReachesTheServerAndNothingElse() throws {
        let server = FakeDruid().serve()
        defer { server.stop() }
        let expected = "Basic " + Data("admin:hush".utf8).base64EncodedString()
        let arguments = ["--url", server.url, "--user", "admin", "--log-level", "debug"] + brokers
        let run = try ProgramRun(arguments, environment: ["TIDEMARK_PASSWORD": "hush"])
        #expect(run.status == 0, "\(run)")
        #expect(!(run.output + run.errors).contains("hush"))
        try withFile("hush\n", name: "password") { path in
            let run = try ProgramRun(arguments + ["--password-file", path])
            #expect(run.status == 0)
        }
        #expect(server.requests.allSatisfy { $0.headers["authorization"] == expected })
    }

    @Test(arguments: [
        (401, "<html>Unauthorized</html>", "--password-file"),
        (403, #"{"error":"Access denied"}"#, "Access denied"),
    ])
    func refusedCredentialsAre1(status: Int, body: String, words: String) throws {
        let server = StandInServer { _ in .answer(status: status, type: "text/html", body) }
        defer { server.stop() }
        let run = try ProgramRun(["--url", server.url] + brokers)
        #expect(run.status == 1)
        #expect(run.errors.contains(words), "\(run)")
    }

    @Test func anInterruptEndsAnApplyThatWaits() throws {
        let asked = DispatchSemaphore(value: 0)
        let server = StandInServer { _ in
            asked.signal()
            return .silence
        }
        defer { server.stop() }
        let program = try RunningProgram(["--url", server.url, "--wait", "10m"] + brokers)
        asked.wait()
        program.interrupt()
        let run = program.finish()
        #expect(run.status == 1)
        #expect(run.errors.contains("interrupted"))
    }
}
