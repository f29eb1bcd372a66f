internal import ArgumentParser
internal import CommandLineSupport

/// The stream processor: runs a Spark SQL query over Kafka or files.
@main
struct Processor: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "processor",
        abstract: "Run a Spark SQL query over a stream of events, exactly as the log has them.",
        discussion: """
            EXAMPLES:
              processor run pipelines/vehicles.sql --brokers localhost:9092
              processor run query.sql --set window_size='5 minutes'
              generator --output - --duration 2s | processor run query.sql --at-end close
              processor explain pipelines/vehicles.sql
              processor demo --for 30s

            EXIT STATUS:
              0 all well, 1 failed while running, 2 wrong usage or query (nothing was touched),
              3 a dependency was not reachable in time, 4 refused to go on.
            """,
        version: programVersion,
        subcommands: [
            RunCommand.self, ExplainCommand.self, DemoCommand.self, HealthyCommand.self,
        ],
        defaultSubcommand: RunCommand.self)

    static func main() { runProgram(Processor.self, name: "processor") }
}
