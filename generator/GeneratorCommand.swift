internal import ArgumentParser
internal import CommandLineSupport
internal import Vehicles

/// The command line of the generator.
struct GeneratorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generator",
        abstract: "Sends the readings of simulated vehicles to Kafka.",
        discussion: """
            Each iteration sends one reading of every entity. Ends with a summary of what the \
            brokers acknowledged, and with 1 if that is not everything.

            EXAMPLES:
              generator
                  200 entities every 5 seconds for 15 minutes to localhost:9092.
              generator --interval 0 --duration 1m --entities 10000
                  As fast as the brokers take it.
              generator --speed 60 --duration 24m
                  A day of event time that ends now, in 24 minutes.
              generator --disorder 2s --late 0.01 --malformed 0.001
                  Readings out of order, one in a hundred late, one in a thousand broken.
              generator --output - --duration 1s | head -3
                  Lines of JSON on standard output; no Kafka involved.
              generator --kafka security.protocol=SSL --kafka ssl.ca.location=ca.pem
                  Any property of librdkafka.
            """,
        version: programVersion)

    @Option(help: "How many vehicles report in an iteration.")
    var entities = 200

    @Option(help: "Time from one iteration to the next, such as 500ms or 5s; 0 makes no pause.")
    var interval = TimeSpan.seconds(5)

    @Option(help: "How long to run by the clock, such as 90s or 15m; 0 runs until stopped.")
    var duration = TimeSpan.minutes(15)

    @Option(help: "Kafka brokers to start from, as host:port,host:port.")
    var brokers = "localhost:9092"

    @Option(help: "Topic to send to; it has to exist.")
    var topic = "sensor-data-raw"

    @Option(help: "How long to wait for brokers and topic, and at the end for acknowledgements.")
    var wait = TimeSpan.seconds(30)

    @Option(help: "Seed of the random numbers. (default: a random one, which is logged)")
    var seed: UInt64?

    @Option(help: "How many times faster than the clock event time passes.")
    var speed = 1.0

    @Option(
        help: """
            Event time of the first reading, such as 2026-11-20T21:00:00Z. (default: now, or as \
            far back that a faster event time ends now)
            """)
    var start: StartTime?

    @Option(help: "Event times go back by up to this much at random, such as 2s.")
    var disorder = TimeSpan.zero

    @Option(help: "Share of readings, 0 to 1, that are ten minutes late.")
    var late = 0.0

    @Option(help: "Share of messages, 0 to 1, that are broken JSON or have no time.")
    var malformed = 0.0

    @Option(
        help: "Write lines of JSON to this file, or with - to standard output, and not to Kafka.")
    var output: String?

    @Option(help: "A property of librdkafka as key=value. Repeatable.")
    var kafka: [KeyValueOption] = []

    @OptionGroup var logging: LoggingOptions

    func validate() throws {
        guard (1...10_000_000).contains(entities) else {
            throw ValidationError("--entities must be between 1 and 10000000")
        }
        guard speed > 0, speed.isFinite else {
            throw ValidationError("--speed must be a positive number")
        }
        for (name, share) in [("--late", late), ("--malformed", malformed)] {
            guard (0...1).contains(share) else {
                throw ValidationError("\(name) must be between 0 and 1")
            }
        }
        guard late + malformed <= 1 else {
            throw ValidationError("--late and --malformed must not exceed 1 together")
        }
        if let output, output.isEmpty { throw ValidationError("--output must name a file or -") }
        if topic.isEmpty { throw ValidationError("--topic must not be empty") }
        if brokers.isEmpty { throw ValidationError("--brokers must not be empty") }
    }

    func run() throws {
        logging.apply()
        Shutdown.install()
        let seed = seed ?? UInt64.random(in: 0...(.max))
        let readings = ReadingOptions(
            seed: seed, disorder: disorder.microseconds, lateShare: late,
            malformedShare: malformed)
        let timing = try Timing(
            interval: interval, duration: duration, speed: speed, start: start?.microseconds,
            now: SystemTime().now(), mayPassTheClock: output != nil)
        if let output {
            let sink = try FileSink(path: output, flushesEachIteration: interval > .zero)
            try generate(into: sink, readings, timing)
        } else {
            let sink = try KafkaSink(
                brokers: brokers, topic: topic, properties: kafka, patience: wait)
            try sink.waitUntilReachable()
            // Waiting for the brokers is no part of the run.
            let timing = try Timing(
                interval: interval, duration: duration, speed: speed, start: start?.microseconds,
                now: SystemTime().now(), mayPassTheClock: false)
            try generate(into: sink, readings, timing)
        }
    }

    private func generate<Sink: ReadingSink>(
        into sink: Sink, _ readings: ReadingOptions, _ timing: Timing
    ) throws {
        Log.info(
            "generating readings",
            [
                "target": sink.name, "entities": entities, "interval": interval,
                "duration": duration, "seed": readings.seed, "speed": speed,
                "start": Log.utcText(microseconds: timing.clock.start),
            ])
        var run = GenerationRun(
            entities: entities, readings: readings, timing: timing, sink: sink,
            time: SystemTime(), isStopped: { Shutdown.isRequested })
        try run.run()
    }
}
