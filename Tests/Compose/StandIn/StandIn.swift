import DruidStandIn
import EmbeddedBroker
import Foundation
import Kafka

/// What `make compose-check` runs in place of Kafka, Druid and what belongs to them.
///
///     stand-in kafka                   the embedded broker on the listeners that KAFKA_… name
///     stand-in topics …                as kafka-topics.sh --create
///     stand-in api-versions …          as kafka-broker-api-versions.sh: does the broker answer?
///     stand-in consume TOPIC COUNT     prints COUNT committed records of a topic
///     stand-in druid SERVICE           answers as that service of Druid does
///     stand-in idle                    is there, and nothing else
@main enum StandIn {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    static func main() {
        // The first process of a container has no default handlers.
        for number in [SIGINT, SIGTERM] { _ = signal(number) { _ in _exit(0) } }
        do {
            try run(Array(CommandLine.arguments.dropFirst()))
        } catch {
            say("\(error)")
            exit(1)
        }
    }

    private static func run(_ arguments: [String]) throws {
        let environment = ProcessInfo.processInfo.environment
        let rest = Array(arguments.dropFirst())
        switch (arguments.first, rest.count) {
        case ("kafka", 0): try serveKafka(environment)
        case ("topics", _): try TopicsCommand(rest).run()
        case ("api-versions", _):
            let metadata = try Metadata(
                KafkaProperties(brokers: try option("--bootstrap-server", in: rest)),
                log: { _ in })
            try metadata.waitForBroker(timeoutMilliseconds: 5000)
        case ("consume", 2):
            guard let count = Int(rest[1]) else { throw Failure(description: "how many?") }
            try RecordPrinter(brokers: "kafka:19092").print(rest[0], count: count)
        case ("druid", 1): try serveDruid(rest[0])
        case ("idle", 0): wait()
        default: throw Failure(description: "see the source for what it takes")
        }
    }

    private static func say(_ text: String) {
        FileHandle.standardError.write(Data("stand-in: \(text)\n".utf8))
    }

    /// The value that follows the first `name`.
    static func option(_ name: String, in arguments: [String]) throws -> String {
        guard let index = arguments.firstIndex(of: name), index + 1 < arguments.count else {
            throw Failure(description: "\(name) is missing")
        }
        return arguments[index + 1]
    }

    /// Until a signal ends the process.
    private static func wait() -> Never {
        while true { pause() }
    }

    // MARK: Kafka

    private static func serveKafka(_ environment: [String: String]) throws {
        var configuration = BrokerConfiguration()
        configuration.listeners = try listeners(environment)
        configuration.createsTopics = environment["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] != "false"
        configuration.onWarning = { say("\($0)") }
        let broker = try EmbeddedBroker(configuration: configuration)
        let ports = try broker.start()
        say("broker listens on \(ports)")
        broker.waitUntilStopped()
    }

    /// As Kafka reads them: `NAME://host:port,…`, the controller's left out.
    private static func listeners(
        _ environment: [String: String]
    ) throws -> [BrokerConfiguration.Listener] {
        func addresses(_ variable: String) throws -> [String: (host: String, port: Int)] {
            var result: [String: (host: String, port: Int)] = [:]
            for part in (environment[variable] ?? "").split(separator: ",") {
                guard let match = part.wholeMatch(of: /([A-Z_]+):\/\/([^:]*):([0-9]+)/),
                    let port = Int(match.3)
                else { throw Failure(description: "\(variable): \(part)") }
                result[String(match.1)] = (String(match.2), port)
            }
            return result
        }
        let advertised = try addresses("KAFKA_ADVERTISED_LISTENERS")
        return try addresses("KAFKA_LISTENERS").sorted { $0.key < $1.key }
            .compactMap { name, address in
                guard let target = advertised[name] else { return nil }
                return BrokerConfiguration.Listener(
                    host: address.host.isEmpty ? "0.0.0.0" : address.host, port: address.port,
                    advertisedHost: target.host, advertisedPort: target.port)
            }
    }

    // MARK: Druid

    private static let druidPorts: [String: UInt16] = [
        "coordinator": 8081, "broker": 8082, "historical": 8083, "middleManager": 8091,
        "router": 8888,
    ]

    private static func serveDruid(_ service: String) throws {
        guard let port = druidPorts[service] else {
            throw Failure(description: "no service \(service)")
        }
        let druid = FakeDruid { state in
            state.statuses = [
                FakeDruid.status("PENDING", healthy: true), FakeDruid.running,
            ]
        }
        let server = StandInServer(port: port, onAllInterfaces: true) { request in
            if !request.path.hasPrefix("/status") { say("\(request.method) \(request.target)") }
            return druid.reply(to: request)
        }
        say("\(service) listens on \(server.port)")
        wait()
    }
}
