import Synchronization
import Testing

@testable import EmbeddedBroker

@Suite struct ServerTests {
    /// Collects warnings from the broker's thread.
    private final class Warnings: Sendable {
        private let list = Mutex<[BrokerWarning]>([])
        var all: [BrokerWarning] { list.withLock { $0 } }
        func add(_ warning: BrokerWarning) { list.withLock { $0.append(warning) } }
    }

    private func records(_ values: String...) -> [BrokerRecord] {
        values.map { BrokerRecord(timestamp: 1, key: nil, value: Array($0.utf8)) }
    }

    @Test func framesThatAreNoneEndTheirConnectionOnly() throws {
        let warnings = Warnings()
        var configuration = BrokerConfiguration()
        configuration.maximumRequestBytes = 1000
        configuration.onWarning = { warnings.add($0) }
        let broker = try EmbeddedBroker(configuration: configuration)
        let port = try broker.start()[0]
        let bystander = try SocketClient(port: port)
        let frames: [[UInt8]] = [
            [0, 0, 3, 233],  // 1001 bytes are announced.
            [255, 255, 255, 255],
            [0, 0, 0, 0],
            [0, 0, 0, 8, 0, 99, 0, 0, 0, 0, 0, 1],  // No such request.
            [0, 0, 0, 10, 0, 3, 0, 99, 0, 0, 0, 1, 255, 255],  // No such version.
            [0, 0, 0, 10, 0, 3, 0, 4, 0, 0, 0, 1, 255, 255],  // Cut.
            Array("\u{0}\u{0}\u{0}\u{A}GET / HTTP/1.1\r\n\r\n".utf8),
        ]
        for frame in frames {
            let client = try SocketClient(port: port)
            try client.send(frame)
            #expect(try client.receive() == nil)
        }
        #expect(warnings.all.count == frames.count)
        #expect(try bystander.ask(.metadata(nil)) != nil)
        broker.stop()
    }

    @Test func eachListenerTellsItsOwnAddress() throws {
        var configuration = BrokerConfiguration()
        configuration.listeners = [
            .init(), .init(advertisedHost: "kafka.example", advertisedPort: 19092),
        ]
        let broker = try EmbeddedBroker(configuration: configuration)
        let ports = try broker.start()
        #expect(broker.bootstrapServers == "127.0.0.1:\(ports[0])")
        #expect(broker.bootstrapServers(listener: 1) == "kafka.example:19092")
        for (port, expected) in [(ports[0], "127.0.0.1"), (ports[1], "kafka.example")] {
            var reader = try #require(try SocketClient(port: port).ask(.metadata(nil)))
            _ = try reader.integer(Int32.self)  // Throttle time,
            #expect(try reader.integer(Int32.self) == 1)  // one broker,
            _ = try reader.integer(Int32.self)  // its id.
            #expect(try reader.string() == expected)
        }
        broker.stop()
    }

    @Test func anAppendWakesAFetchAtOnce() throws {
        let broker = try EmbeddedBroker()
        try broker.createTopic("t")
        let client = try SocketClient(port: try broker.start()[0])
        // Longer than the client waits: only the append can answer it.
        try client.send(.fetch("t", from: 0, wait: 60_000))
        try broker.append(records("a"), to: "t")
        #expect(try client.receive() != nil)
        broker.stop()
    }

    @Test func aFetchThatFindsNothingIsAnsweredInTime() throws {
        let broker = try EmbeddedBroker()
        try broker.createTopic("t")
        let client = try SocketClient(port: try broker.start()[0])
        #expect(try client.ask(.fetch("t", from: 0, wait: 30)) != nil)
        broker.stop()
    }

    @Test func requestsOfAConnectionAreAnsweredInOrder() throws {
        let broker = try EmbeddedBroker()
        try broker.createTopic("t")
        let client = try SocketClient(port: try broker.start()[0])
        let batch = RecordBatchBuilder.batch(records("a"))
        try client.send(.fetch("t", from: 0, wait: 50), correlation: 0)
        for correlation in Int32(1)..<100 {
            let request =
                correlation % 3 == 0
                ? TestRequest.metadata(nil)
                : .produce(batch, to: "t", acks: Int16(correlation % 3 - 1))
            try client.send(request, correlation: correlation)
        }
        // Produced with acks 0, every third is not answered.
        for correlation in Int32(0)..<100 where correlation % 3 != 1 {
            var reader = try #require(try client.receive())
            #expect(try reader.integer(Int32.self) == correlation)
        }
        #expect(try broker.offsets(in: "t").end == 66)
        broker.stop()
    }

    @Test func aBrokerStopsAndStartsWithWhatItHeld() throws {
        let broker = try EmbeddedBroker()
        try broker.createTopic("t")
        let port = try broker.start()[0]
        #expect(throws: BrokerError.alreadyStarted) { try broker.start() }
        let client = try SocketClient(port: port)
        try broker.append(records("a", "b"), to: "t")
        broker.stop()
        broker.stop()
        #expect(try client.receive() == nil)
        #expect(throws: SocketClient.Failure.self) { try SocketClient(port: port) }
        #expect(try broker.start() == [port])
        #expect(try SocketClient(port: port).ask(.fetch("t", from: 0)) != nil)
        #expect(try broker.records(in: "t").compactMap(\.text) == ["a", "b"])
        broker.stop()
    }

    @Test func faultsReachTheConnection() throws {
        let broker = try EmbeddedBroker()
        try broker.createTopic("t")
        let port = try broker.start()[0]
        let batch = RecordBatchBuilder.batch(records("a"))
        broker.injectFault(.loseReply, on: .produce)
        #expect(try SocketClient(port: port).ask(.produce(batch, to: "t")) == nil)
        #expect(try broker.offsets(in: "t").end == 1)
        broker.injectFault(.disconnect)
        let client = try SocketClient(port: port)
        #expect(try client.ask(TestRequest(api: .apiVersions, version: 0) { _ in }) != nil)
        #expect(try client.ask(.metadata(nil)) == nil)
        let idle = try SocketClient(port: port)
        #expect(try idle.ask(.metadata(nil)) != nil)
        broker.disconnectAll()
        #expect(try idle.receive() == nil)
        broker.stop()
    }

    @Test func connectionsHaveALimit() throws {
        var configuration = BrokerConfiguration()
        configuration.maximumConnections = 2
        let broker = try EmbeddedBroker(configuration: configuration)
        let port = try broker.start()[0]
        let clients = try (0..<2).map { _ in try SocketClient(port: port) }
        for client in clients { #expect(try client.ask(.metadata(nil)) != nil) }
        #expect(try SocketClient(port: port).receive() == nil)
        broker.stop()
    }

    @Test func anAddressThatIsTakenIsTold() throws {
        let broker = try EmbeddedBroker()
        let port = try broker.start()[0]
        var configuration = BrokerConfiguration()
        configuration.listeners = [.init(port: port)]
        let second = try EmbeddedBroker(configuration: configuration)
        #expect(throws: BrokerError.self) { try second.start() }
        broker.stop()
        // It did not half start: now it can.
        #expect(try second.start() == [port])
        second.stop()
        configuration.listeners = []
        #expect(throws: BrokerError.noListener) { try EmbeddedBroker(configuration: configuration) }
    }
}
