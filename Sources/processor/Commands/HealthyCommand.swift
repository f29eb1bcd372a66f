internal import ArgumentParser
internal import CommandLineSupport

/// `processor healthy`: whether a run that serves `--metrics` is well, as an exit status.
struct HealthyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "healthy",
        abstract: "Ask a run with --metrics whether it is well: exit status 0 or 1.",
        discussion: """
            For health checks of containers and scripts. Prints nothing if all is well.
            """)

    @Option(help: ArgumentHelp("The address given to run --metrics.", valueName: "host:port"))
    var metrics = MetricsAddress(host: "127.0.0.1", port: 9464)

    @OptionGroup var logging: LoggingOptions

    func run() throws {
        logging.apply()
        try HealthClient.check(metrics)
    }
}
