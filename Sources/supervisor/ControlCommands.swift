internal import ArgumentParser
internal import CommandLineSupport
internal import Druid

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows supervisors with state, lag and last errors; 1 if one is not healthy.",
        discussion: """
            EXAMPLES:
              supervisor status
              supervisor status sensor-data-raw --url http://druid:8888
            """)

    @Argument(help: ArgumentHelp("Names of supervisors. (default: all)", valueName: "id"))
    var ids: [String] = []

    @OptionGroup var control: ControlOptions

    func run() throws {
        let caller = try control.start()
        var ids = ids
        if ids.isEmpty {
            let list = try caller.document(.supervisors, "the list of supervisors")
            guard let elements = list.elements else {
                throw ExitError(.failure, "Druid's list of supervisors is no list")
            }
            ids = elements.compactMap(\.text).sorted()
            if ids.isEmpty { Log.info("Druid runs no supervisor") }
        }
        let output = try OutputWriter(path: "-")
        var unhealthy = 0
        for id in ids {
            let document = try caller.document(.supervisorStatus(id: id), id)
            guard let status = SupervisorStatus(document) else {
                throw ExitError(.failure, "Druid's status of \(id) is not understood")
            }
            try show(id, status, output)
            if !status.isHealthy { unhealthy += 1 }
        }
        try output.close()
        guard unhealthy == 0 else {
            let what = unhealthy == 1 ? "supervisor is" : "supervisors are"
            throw ExitError(.failure, "\(unhealthy) \(what) not healthy")
        }
    }

    private func show(
        _ id: String, _ status: SupervisorStatus, _ output: OutputWriter
    ) throws(OutputError) {
        try output.write("\(id): \(StatusLine(status).text)\n")
        if let explanation = status.explanation { try output.write("    \(explanation)\n") }
        for error in status.recentErrors.suffix(5) { try output.write("    \(error)\n") }
    }
}

struct SuspendCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suspend",
        abstract: "Pauses supervisors: their tasks publish what they have read and end.",
        discussion: "EXAMPLE:\n  supervisor suspend sensor-data-raw")

    @OptionGroup var supervisors: NamedSupervisors

    func run() throws {
        try supervisors.forEach(done: "suspended", already: "suspended") { .suspend(id: $0) }
    }
}

struct ResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Lets suspended supervisors go on where they stopped.",
        discussion: "EXAMPLE:\n  supervisor resume sensor-data-raw")

    @OptionGroup var supervisors: NamedSupervisors

    func run() throws {
        try supervisors.forEach(done: "resumed", already: "running") { .resume(id: $0) }
    }
}

struct TerminateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "terminate",
        abstract: "Ends supervisors for good; the data that they have ingested stays.",
        discussion: """
            Applied again, a terminated supervisor goes on from the offsets that are stored with \
            its data source.

            EXAMPLE:
              supervisor terminate sensor-data-raw
            """)

    @OptionGroup var supervisors: NamedSupervisors

    func run() throws {
        try supervisors.forEach(done: "terminated", already: nil) { .terminate(id: $0) }
    }
}

/// The supervisors that a subcommand changes, one call for each.
struct NamedSupervisors: ParsableArguments {
    @Argument(help: ArgumentHelp("Names of supervisors.", valueName: "id"))
    var ids: [String]

    @OptionGroup var control: ControlOptions

    /// - Parameter already: how Druid says that there is nothing to do, which is no failure.
    func forEach(done: String, already: String?, call: (String) -> DruidCall) throws {
        let caller = try control.start()
        let output = try OutputWriter(path: "-")
        for id in ids {
            let answer = caller.answer(call(id))
            if let already, case .rejected(let text) = answer, text.contains("already \(already)") {
                try output.write("\(id): already \(already)\n")
            } else {
                _ = try caller.document(answer, id)
                try output.write("\(id): \(done)\n")
            }
            try output.flush()
        }
        try output.close()
    }
}

/// What the subcommands on running supervisors have in common.
struct ControlOptions: ParsableArguments {
    @OptionGroup var connection: ConnectionOptions

    @Option(help: ArgumentHelp("How long to wait for Druid.", valueName: "duration"))
    var wait = TimeSpan.seconds(30)

    @OptionGroup var logging: LoggingOptions

    func start() throws(ExitError) -> Caller {
        logging.apply()
        Shutdown.install()
        let (session, server) = try connection.connect()
        return Caller(session: session, server: server, limit: wait.microseconds)
    }
}

/// Single calls with the patience of `--wait`.
struct Caller {
    let session: Session
    let server: ServerAddress
    let limit: Int64

    func answer(_ call: DruidCall) -> DruidAnswer {
        session.call(call, limit: limit) { reason in
            Log.info("waiting for Druid at \(server) (\(reason))")
        }
    }

    func document(_ call: DruidCall, _ what: String) throws(ExitError) -> JSONValue {
        try document(answer(call), what)
    }

    /// - Parameter what: what was asked for; begins the message of a failure.
    func document(_ answer: DruidAnswer, _ what: String) throws(ExitError) -> JSONValue {
        switch answer {
        case .document(let document): return document
        case .notFound(let text), .rejected(let text), .failed(let text):
            throw ExitError(.failure, "\(what): \(text)")
        case .forbidden(let text):
            throw ExitError(.failure, "\(what): HTTP 403, not permitted: \(text)")
        case .notReady(let reason, let isServerError):
            throw ExitError(
                isServerError ? .failure : .unreachable,
                "Druid at \(server) was not ready within the time of --wait: \(reason)")
        case .interrupted: throw ExitError(.failure, "interrupted")
        }
    }
}
