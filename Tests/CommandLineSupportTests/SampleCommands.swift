import ArgumentParser

@testable import CommandLineSupport

/// A program with a default subcommand, as the real ones have.
struct Sample: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample", version: "9.9",
        subcommands: [Run.self, Check.self], defaultSubcommand: Run.self)

    enum Color: String, ExpressibleByArgument { case red, green }

    struct Run: ParsableCommand {
        @Argument var query: String?
        @Option(help: "How many.") var entities = 200
        @Option(help: "How long, such as 5s.") var interval = TimeSpan.seconds(5)
        @Option(help: "Which.") var color = Color.red
        @Option(name: .customLong("for")) var length: TimeSpan?
        @Option(name: [.short, .long]) var maxBatch: Int?
        @Option var set: [String] = []
        @Flag var createTopics = false
        @Flag(inversion: .prefixedNo) var verify = true
        @OptionGroup var logging: LoggingOptions

        func validate() throws {
            if entities < 1 { throw ValidationError("--entities must be at least 1") }
        }
    }

    struct Check: ParsableCommand {
        @Option var url: String
    }
}

/// What a start of ``Sample`` asks for.
func request(_ arguments: String, _ environment: [String: String] = [:]) -> Program<Sample>.Request
{
    let words = arguments.split(separator: " ").map(String.init)
    return Program<Sample>(name: "sample", arguments: words, environment: environment).request()
}

extension Program.Request {
    var command: Sample.Run? {
        if case .run(let command) = self { command as? Sample.Run } else { nil }
    }

    var rejection: String? {
        if case .reject(let text) = self { text } else { nil }
    }
}
