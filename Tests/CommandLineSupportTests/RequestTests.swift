import ArgumentParser
import Testing

@testable import CommandLineSupport

struct RequestTests {
    @Test(arguments: ["--nope", "--entities", "--entities x", "a b", "check", "--color blue"])
    func wrongUsageIsRejectedWithTheProgramsName(arguments: String) throws {
        let text = try #require(request(arguments).rejection)
        #expect(text.hasPrefix("sample: "))
        #expect(text.contains("Usage: sample"))
    }

    @Test(arguments: ["--help", "-h", "help", "help run", "run --help"])
    func helpIsShown(arguments: String) {
        guard case .show(let text) = request(arguments) else {
            Issue.record("not shown")
            return
        }
        #expect(text.contains("USAGE: sample"))
    }

    @Test(arguments: [[:], ["TIDEMARK_ENTITIES": "7"]])
    func theVersionIsShown(environment: [String: String]) {
        guard case .show(let text) = request("--version", environment) else {
            Issue.record("not shown")
            return
        }
        #expect(text == "9.9")
    }

    @Test func whatACommandThrowsDecidesTheStatus() {
        func status(of error: any Error) -> CommandLineSupport.ExitStatus {
            unsafe Failing.error = error
            return Program<Failing>(name: "failing", arguments: [], environment: [:]).run()
        }
        struct Other: Error {}
        #expect(status(of: ExitError(.unreachable, "no broker")) == .unreachable)
        #expect(status(of: ExitError(.refused, "no")) == .refused)
        #expect(status(of: OutputError.closed(name: "standard output")) == .success)
        #expect(status(of: OutputError.failed(name: "f", code: 28)) == .failure)
        #expect(status(of: ValidationError("bad query")) == .usage)
        #expect(status(of: Other()) == .failure)
    }
}

/// Throws what the test wants.
private struct Failing: ParsableCommand {
    nonisolated(unsafe) static var error: (any Error)?

    func run() throws {
        if let error = unsafe Self.error { throw error }
    }
}
