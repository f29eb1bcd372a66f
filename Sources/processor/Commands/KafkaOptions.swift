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
        help: ArgumentHelp(
            "A name of this instance's own, the same at each start: turns static group membership "
                + "on, so that a quick restart gets its partitions back, and names the "
                + "transactional.id.", valueName: "name"))
    var instanceId: String?

    @Option(
        help: ArgumentHelp(
            "exactly-once: results and offsets in one transaction, from Kafka to Kafka; "
                + "at-least-once: for brokers without transactions, may write results again after "
                + "a failure. With a file as source or sink it is always at least once.",
            valueName: "delivery"))
    var delivery = DeliveryGuarantee.exactlyOnce

    @Option(
        help: ArgumentHelp(
            "With nothing new for so long, a partition lets event time go on and closes its "
                + "windows; 0: never.", valueName: "duration"))
    var idleTimeout = TimeSpan.seconds(300)

    @Option(help: "Topic for late records; by default <source topic>-late.")
    var lateTopic: String?

    @Option(help: "Topic for dead letters; by default <source topic>-dead-letter.")
    var deadLetterTopic: String?

    @Flag(help: "Create output topics that do not exist.")
    var createTopics = false

    @Flag(help: "Accept rows that are partial because a key may be in several partitions.")
    var allowPartialRows = false

    @Flag(help: "Go on although the query's windows have other members than at the last commit.")
    var acceptQueryChange = false

    @Option(
        name: .customLong("kafka"),
        help: ArgumentHelp(
            "Any librdkafka property, as for TLS and SASL. Repeatable.", valueName: "key=value"))
    var properties: [KeyValueOption] = []
}

/// What a commit guarantees.
enum DeliveryGuarantee: String, ExpressibleByArgument, CaseIterable {
    /// Results and offsets become visible in one transaction, or neither.
    case exactlyOnce = "exactly-once"
    /// Results are acknowledged before the offsets are committed: none is lost, and those after the
    /// last commit are written again after a failure.
    case atLeastOnce = "at-least-once"
}
