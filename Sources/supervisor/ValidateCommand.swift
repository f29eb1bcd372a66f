internal import ArgumentParser
internal import CommandLineSupport
internal import Druid

struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Checks specs without Druid.",
        discussion: """
            Prints each problem with file, line and column, and ends with 2 if there is one. With \
            --query, also compares a spec's columns with what the query reads from, or writes to, \
            the spec's topic.

            EXAMPLES:
              supervisor validate --set brokers=kafka:19092
              supervisor validate --set brokers=kafka:19092 \\
                --query pipelines/vehicles.sql
            """)

    @OptionGroup var specs: SpecOptions

    @Option(
        help: ArgumentHelp("Query whose tables the specs must agree with.", valueName: "file"))
    var query: String?

    @OptionGroup var logging: LoggingOptions

    func run() throws {
        logging.apply()
        var reading = try specs.read()
        if let query {
            let tables = try queryTables(query, variables: specs.variables)
            for spec in reading.specs { reading.problems += spec.problems(against: tables) }
        }
        let output = try OutputWriter(path: "-")
        for problem in reading.problems {
            let mark = problem.severity == .warning ? "warning: " : ""
            try output.write("\(mark)\(problem)\n")
        }
        if reading.errors.isEmpty {
            for spec in reading.specs {
                try output.write("\(spec.file): \(spec.id) is fine\n")
            }
        }
        try output.close()
        guard reading.errors.isEmpty else { throw ExitError(.usage, reading.summary) }
    }
}
