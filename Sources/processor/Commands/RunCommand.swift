internal import ArgumentParser
internal import CommandLineSupport
internal import StreamSQL
internal import Streaming

/// `processor run`: runs a query until its source ends or a signal arrives.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a query (the default subcommand).",
        discussion: """
            The query names its source and sink. A bare SELECT prints NDJSON to standard output.
            SIGINT and SIGTERM finish the batch, commit and leave with 0.
            """)

    @OptionGroup var query: QueryOptions
    @OptionGroup var options: RunOptions
    @OptionGroup var kafka: KafkaOptions
    @OptionGroup var metrics: MetricsOptions
    @OptionGroup var logging: LoggingOptions

    func run() throws {
        logging.apply()
        let file = try QueryFile(path: query.query)
        let pipeline = try file.pipeline(
            variables: query.substitutions, outputMode: options.outputMode)
        Shutdown.install()
        // Before anything that may have to wait, so that a check can tell starting from dead.
        var reporter = try metrics.start()
        let execution = try PipelineExecution(
            pipeline, name: file.name, run: options, kafka: kafka, time: SystemTime())
        try execution.run {
            reporter?.turn { execution.snapshot }
            return Shutdown.isRequested
        }
    }
}

/// How a query is run, whatever its source and sink.
struct RunOptions: ParsableArguments {
    @Option(help: "What is emitted, and when: append, update or complete.")
    var outputMode: OutputMode?

    @Option(
        help: ArgumentHelp(
            "available-now: stop at what is there at the start; a duration: how long rows wait for "
                + "a commit, as in 1s.", valueName: "trigger"))
    var trigger: Trigger?

    @Option(help: "Records of a micro-batch at most.")
    var maxBatch = 10_000

    @Option(
        help: ArgumentHelp(
            "What becomes of open windows at the end of a bounded source: hold (Spark's answer: "
                + "the next run goes on with them) or close (their rows go out, and what a later "
                + "run finds for them is late).", valueName: "hold|close"))
    var atEnd = AtEnd.hold

    @Option(
        help: ArgumentHelp(
            "How far an event time may be ahead of its record's timestamp; 0: any distance. "
                + "Files have no timestamps and no limit.", valueName: "duration"))
    var maxFutureSkew = TimeSpan.seconds(60)

    @Option(
        help: ArgumentHelp(
            "Where late records go if the sink is not Kafka: a file for NDJSON.", valueName: "file")
    )
    var lateFile: String?

    @Option(
        help: ArgumentHelp(
            "Where dead letters go if the sink is not Kafka: a file for NDJSON.", valueName: "file")
    )
    var deadLetterFile: String?

    func validate() throws {
        guard (1...1_000_000).contains(maxBatch) else {
            throw ValidationError("--max-batch takes a number from 1 to 1000000")
        }
    }
}

/// When a run delivers, and when it ends.
enum Trigger: ExpressibleByArgument, Hashable, CustomStringConvertible {
    case availableNow
    case interval(TimeSpan)

    init?(argument: String) {
        if argument == "available-now" {
            self = .availableNow
        } else if let span = TimeSpan(argument) {
            self = .interval(span)
        } else {
            return nil
        }
    }

    var description: String {
        switch self {
        case .availableNow: "available-now"
        case .interval(let span): span.description
        }
    }
}

/// What becomes of open windows at the end of a bounded source.
enum AtEnd: String, ExpressibleByArgument, CaseIterable {
    case hold, close
}
