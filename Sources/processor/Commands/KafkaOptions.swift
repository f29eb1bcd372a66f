internal import ArgumentParser
internal import CommandLineSupport

/// How a run reaches Kafka, for queries that name it.
struct KafkaOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Kafka brokers to begin with.", valueName: "host:port,…"))
    var brokers = "localhost:9092"

    @Option(help: "Consumer group; by default tidemark-<query name>.")
    var group: String?

    @Option(
        help: ArgumentHelp(
            "How long to wait for Kafka at the start before giving up with exit status 3.",
            valueName: "duration"))
    var wait = TimeSpan.seconds(30)

    @Option(
        name: .customLong("kafka"),
        help: ArgumentHelp(
            "Any librdkafka property, as for TLS and SASL. Repeatable.", valueName: "key=value"))
    var properties: [String] = []
}
