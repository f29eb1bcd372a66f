internal import ArgumentParser
internal import ChaosSupport
internal import CommandLineSupport

#if canImport(Darwin)
    internal import Darwin
#else
    internal import Glibc
#endif

/// `make chaos`: see Tests/Chaos/README.md.
@main struct Chaos: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Kills, freezes, cuts off and adds processors, then compares their results.",
        discussion: """
            The broker is an embedded one in this process, unless TIDEMARK_TEST_BROKERS names a \
            Kafka. The last line says what was compared, whether it is equal, and what happened. \
            Exit status 0 if equal, 1 if not.
            """)

    @Option(help: "How long readings come in and things go wrong, in minutes.")
    var minutes = 10.0

    @Option(help: "Decides readings and faults. (default: a random one)")
    var seed: UInt64?

    @Option(help: "At most so many processors at a time.")
    var processors = 4

    @Option(help: "As of processor run, and faults come thrice as often.")
    var delivery: String?

    mutating func validate() throws {
        guard minutes > 0, minutes <= 24 * 60 else {
            throw ValidationError("--minutes is above 0 and at most a day")
        }
        guard (1...16).contains(processors) else {
            throw ValidationError("--processors is from 1 to 16")
        }
    }

    func run() throws {
        Shutdown.install()
        let seed = seed ?? UInt64.random(in: 0...999_999)
        let brokers = unsafe getenv("TIDEMARK_TEST_BROKERS").map { unsafe String(cString: $0) }
        var settings = ChaosSettings(
            seed: seed, seconds: max(1, Int((minutes * 60).rounded())), processors: processors,
            brokers: brokers)
        // Often enough to find out soon.
        if delivery != nil { settings.pace = 500...1500 }
        settings.processorOptions = delivery.map { ["--delivery", $0] } ?? []
        Self.say(
            "chaos: seed \(seed), \(settings.seconds) s, up to \(processors) processors, "
                + (brokers.map { "Kafka at \($0)" } ?? "embedded broker"))
        let report: ChaosReport
        do {
            let chaos = try ChaosRun(
                settings, say: { Self.say($0) }, isCancelled: { Shutdown.isRequested })
            report = try chaos.run()
        } catch {
            Self.say("chaos, seed \(seed): \(error)")
            throw ExitCode.failure
        }
        for difference in report.differences { Self.say(difference) }
        Self.say(report.lastLine)
        if !report.isEqual { throw ExitCode.failure }
    }

    /// A line at once, also where the output is a file.
    private static func say(_ line: String) {
        print(line)
        fflush(nil)
    }
}
