internal import ArgumentParser
internal import CommandLineSupport
internal import Druid

struct ApplyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Posts specs to Druid and follows their supervisors until they run healthily.",
        discussion: """
            Waits for Druid, checks that its Kafka extension is loaded, and posts each spec that \
            differs from what runs already. Specs are checked first; if one is wrong, nothing is \
            posted.

            Interrupted before the end, it exits with 1, as not every spec runs yet. Run again, it \
            goes on and comes to the same end.

            EXAMPLES:
              supervisor apply --set brokers=kafka:19092
              supervisor apply my-spec.json another.json --wait 2m
            """)

    @OptionGroup var specs: SpecOptions
    @OptionGroup var connection: ConnectionOptions

    @Option(
        help: ArgumentHelp(
            "How long to wait for Druid, and again for the supervisors to run healthily.",
            valueName: "duration"))
    var wait = TimeSpan.minutes(10)

    @Flag(inversion: .prefixedNo, help: "Whether to follow each supervisor until it runs.")
    var verifyRunning = true

    @OptionGroup var logging: LoggingOptions

    func run() throws {
        logging.apply()
        Shutdown.install()
        let reading = try specs.read()
        for problem in reading.problems {
            Log.write(problem.severity == .error ? .error : .warning, { problem.description })
        }
        guard reading.errors.isEmpty else {
            throw ExitError(.usage, "\(reading.summary); nothing was posted")
        }
        let (session, server) = try connection.connect()
        let output = try OutputWriter(path: "-")
        let result = try session.apply(
            specs: reading.specs, server: server, limit: wait.microseconds,
            verifiesRunning: verifyRunning
        ) { event in
            try show(event, output)
        }
        try output.close()
        switch result {
        case .applied: break
        case .failed(let message): throw ExitError(.failure, message)
        case .unreachable(let message): throw ExitError(.unreachable, message)
        case .interrupted:
            throw ExitError(.failure, "interrupted before the end; run again to go on")
        }
    }

    private func show(_ event: ApplyEvent, _ output: OutputWriter) throws(OutputError) {
        switch event {
        case .waiting(let server, let reason):
            Log.info("waiting for Druid at \(server) (\(reason))")
        case .unverified(let reason):
            Log.warning("whether \(ServiceStatus.kafkaExtension) is loaded is unknown: \(reason)")
        case .connected(let server, let version):
            try output.write("Druid \(version) at \(server)\n")
        case .created(let id): try output.write("\(id): created\n")
        case .updated(let id): try output.write("\(id): updated\n")
        case .unchanged(let id, let restarted):
            let note = restarted ? " (this Druid restarted its tasks all the same)" : ""
            try output.write("\(id): unchanged\(note)\n")
        case .progress(let id, let status): showProgress(id, status)
        case .running(let id, let status):
            try output.write("\(id): \(StatusLine(status).text)\n")
        }
        try output.flush()
    }

    private func showProgress(_ id: String, _ status: SupervisorStatus) {
        guard status.isHealthy else {
            let explanation = status.explanation.map { ": \($0)" } ?? ""
            Log.warning("\(id) is not healthy yet, \(status.stateText)\(explanation)")
            for error in status.recentErrors.suffix(3) { Log.warning("\(id): \(error)") }
            return
        }
        Log.info("waiting for \(id) to run (\(status.stateText))")
    }
}

/// A supervisor's state in a few words.
struct StatusLine {
    let text: String

    init(_ status: SupervisorStatus) {
        let tasks = status.activeTasks
        var parts = [status.stateText, status.isHealthy ? "healthy" : "NOT healthy"]
        parts.append(tasks == 1 ? "1 task reading" : "\(tasks) tasks reading")
        if status.publishingTasks > 0 { parts.append("\(status.publishingTasks) publishing") }
        if let lag = status.lag { parts.append("lag \(lag)") }
        text = parts.joined(separator: ", ")
    }
}
