internal import ArgumentParser
internal import CommandLineSupport
internal import StreamSQL
internal import Streaming

/// `processor explain`: what a query will do, without touching anything.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Print a query's plan and output schema without touching anything.")

    @OptionGroup var query: QueryOptions
    @OptionGroup var logging: LoggingOptions

    @Option(help: "What is emitted, and when: append, update or complete.")
    var outputMode: OutputMode?

    func run() throws {
        logging.apply()
        let file = try QueryFile(path: query.query)
        let pipeline = try file.pipeline(
            variables: query.substitutions, outputMode: outputMode)
        let output = try OutputWriter(path: "-")
        try output.write(pipeline.explained())
        try output.close()
    }
}
