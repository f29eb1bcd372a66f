internal import CommandLineSupport

final class KafkaSink: ReadingSink {
    init(
        brokers: String, topic: String, properties: [KafkaProperty], wait: TimeSpan
    ) throws(ExitError) { throw ExitError(.failure, "not yet") }
    func waitUntilReachable() throws(ExitError) {}
    let name = "kafka"
    var inFlight: Int { 0 }
    var acknowledged: Int { 0 }
    func send(key: Span<UInt8>, message: Span<UInt8>) throws {}
    func endIteration() throws {}
    func wait(_ span: TimeSpan, time: some TimeSource) throws { }
    func finish() throws {}
}
