internal import ArgumentParser
internal import CommandLineSupport
internal import Kafka
internal import StreamSQL
internal import Streaming

/// `processor demo`: broker, generator and processor in one process, with a live view.
struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Watch the vehicles query over simulated readings: no Kafka, no Docker.",
        discussion: """
            A broker in memory, a generator in time-lapse that starts 24 hours back, and the \
            query, in this one process. On a terminal windows show as they close; on a pipe rows \
            are NDJSON.

            EXAMPLES:
              processor demo --for 30s
              processor demo --speed 600 --entities 20
              processor demo --for 10s | head -3
            """)

    @OptionGroup var query: QueryOptions

    @Option(name: .customLong("for"), help: "How long to run, as in 30s; 0: until Ctrl-C.")
    var length = TimeSpan.zero

    @Option(help: "Simulated vehicles; each sends a reading every 5 seconds of event time.")
    var entities = 200

    @Option(help: "How many times faster than the clock event time passes.")
    var speed = 60.0

    @Option(help: "Seed of the simulation; by default another one each time.")
    var seed: UInt64?

    @OptionGroup var logging: LoggingOptions

    func validate() throws {
        guard (1...100_000).contains(entities) else {
            throw ValidationError("--entities takes a number from 1 to 100000")
        }
        guard speed >= 0.1, speed <= 100_000 else {
            throw ValidationError("--speed takes a number from 0.1 to 100000")
        }
    }

    func run() throws {
        // Lines of the log would break the view.
        if Log.isTerminal, logging.logLevel == .info {
            Log.configure(level: .warning, format: logging.logFormat)
        } else {
            logging.apply()
        }
        let file = try QueryFile(path: query.query)
        let pipeline = try file.pipeline(variables: query.substitutions, outputMode: nil)
        guard pipeline.source.connector == "kafka", pipeline.sink?.connector == "kafka" else {
            throw ExitError(.usage, "the demo runs a query from kafka to kafka")
        }
        Shutdown.install()
        let demo = try Demo(
            pipeline, name: file.name,
            traffic: DemoTraffic(
                entities: entities, speed: speed,
                seed: seed ?? UInt64.random(in: 0...UInt64.max)))
        try demo.run(for: length)
    }
}
