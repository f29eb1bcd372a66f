internal import ArgumentParser
internal import CommandLineSupport

/// The program: what it can do is in its subcommands.
struct SupervisorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "supervisor",
        abstract: "Brings Apache Druid to ingest Kafka topics as ingestion specs say.",
        discussion: """
            EXAMPLES:
              supervisor --set brokers=kafka:19092
                  Posts every spec in druid-specs to Druid at localhost:8888, as
                  soon as it is ready, and leaves when all are running. Run again,
                  it changes nothing.
              supervisor validate --query pipelines/vehicles.sql \\
                --set brokers=kafka:19092
                  Checks the specs, and their columns against those of the query.
              supervisor status
                  Shows each supervisor with its state, its lag and its last errors.
              supervisor apply my-spec.json --url https://druid.example.com:9088 \\
                --user admin --password-file secret.txt --ca-file ca.pem
                  Basic authentication over TLS.

            EXIT STATUS:
              0 fine; 1 refused by Druid, not healthy, or stopped before the end;
              2 wrong usage or a wrong spec, nothing was posted;
              3 Druid was not reachable within --wait.
            """,
        version: programVersion,
        subcommands: [
            ApplyCommand.self, ValidateCommand.self, StatusCommand.self, SuspendCommand.self,
            ResumeCommand.self, TerminateCommand.self,
        ],
        defaultSubcommand: ApplyCommand.self)
}
