public import ArgumentParser

extension LogLevel: ExpressibleByArgument {}
extension LogFormat: ExpressibleByArgument {}

/// The options on logging that every program has.
public struct LoggingOptions: ParsableArguments {
    @Option(help: "Least important messages to log on standard error.")
    public var logLevel: LogLevel = .info

    @Option(help: "Look of the log: text, or json with one object a line.")
    public var logFormat: LogFormat = .text

    public init() {}

    /// Makes the log follow the options.
    public func apply() { Log.configure(level: logLevel, format: logFormat) }
}
