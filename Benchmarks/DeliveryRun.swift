import EmbeddedBroker
import Foundation
import Streaming

/// What exactly once costs beside at least once: two processors read the same topic at the same
/// time, one with each delivery, and their processor time is compared.
///
/// A second brings a minute of event time, so that each closes a window and each of its commits has
/// rows. The broker runs in this process.
enum DeliveryRun {
    private static let deliveries = ["exactly-once", "at-least-once"]
    private static let source = "readings"
    private static let warmUpSeconds = 10
    private static let seconds = 60

    static func measure(
        _ program: String, keys: Int, _ options: Options, _ report: inout Report
    ) throws {
        var costs: [[Double]] = []
        for _ in 0..<options.runs { costs.append(try run(program, keys: keys)) }
        let name = "delivery, \(keys) rows and \(keys * 30) readings a second"
        for (index, delivery) in deliveries.enumerated() {
            report.add(
                Measurement(
                    "\(name): \(delivery)", unit: "ms of processor time a second",
                    costs.map { $0[index] / 1e6 / Double(seconds) }))
        }
        report.add(
            Measurement(
                "\(name): exactly once costs more", unit: "%",
                costs.map { ($0[0] / $0[1] - 1) * 100 }))
    }

    /// The processor time of each delivery, in nanoseconds.
    private static func run(_ program: String, keys: Int) throws -> [Double] {
        var configuration = BrokerConfiguration()
        configuration.createsTopics = false
        let broker = try EmbeddedBroker(configuration: configuration)
        for topic in [source, "\(source)-late", "\(source)-dead-letter"] + deliveries {
            try broker.createTopic(topic, TopicConfiguration(partitions: 1))
        }
        try broker.start()
        defer { broker.stop() }
        let processors = try deliveries.map { try start(program, $0, broker) }
        defer { for processor in processors { processor.terminate() } }
        var feed = Feed(Workload(keys: keys, records: .max / 2), broker)
        try feed.run(forSeconds: warmUpSeconds)
        let before = try processors.map(processorTime)
        try feed.run(forSeconds: seconds)
        let after = try processors.map(processorTime)
        let rows = try deliveries.map { try broker.records(in: $0).count }
        guard rows.allSatisfy({ $0 > keys * seconds / 2 && abs($0 - rows[0]) <= 3 * keys }) else {
            throw WrongAnswer(description: "\(rows) rows")
        }
        return zip(before, after).map { $1 - $0 }
    }

    private static func start(
        _ program: String, _ delivery: String, _ broker: EmbeddedBroker
    ) throws -> Process {
        let query = FileManager.default.temporaryDirectory
            .appendingPathComponent("delivery-\(ProcessInfo.processInfo.processIdentifier).sql")
        let text = """
            CREATE TABLE readings (time TIMESTAMP, entity STRING, temp DOUBLE, humidity DOUBLE)
            USING kafka OPTIONS (subscribe '\(source)', format 'json');
            CREATE TABLE rows USING kafka OPTIONS (topic '${rows}', key 'entity');
            INSERT INTO rows
            SELECT window.start AS window_start,
              concat_ws('-', string(window.start), string(window.end)) AS window, entity,
              round(avg(temp), 2) AS avg_temp, last(humidity) AS last_humidity,
              count(*) AS readings
            FROM STREAM readings WATERMARK time DELAY OF INTERVAL 3 MINUTES
            GROUP BY window(time, '1 minute'), entity
            """
        try text.write(to: query, atomically: true, encoding: .utf8)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = [
            "run", query.path, "--brokers", broker.bootstrapServers, "--group", delivery,
            "--delivery", delivery, "--set", "rows=\(delivery)",
        ]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// What all threads of a process have had of the processors, in nanoseconds; Linux only.
    private static func processorTime(_ process: Process) throws -> Double {
        guard process.isRunning else {
            throw WrongAnswer(description: "processor run has ended: \(process.terminationStatus)")
        }
        let tasks = "/proc/\(process.processIdentifier)/task"
        return try FileManager.default.contentsOfDirectory(atPath: tasks).reduce(0) { sum, task in
            let text = try String(contentsOfFile: "\(tasks)/\(task)/schedstat", encoding: .utf8)
            return sum + (text.split(separator: " ").first.flatMap { Double($0) } ?? 0)
        }
    }

    /// Sends the readings of a minute in each second, in thirty batches.
    private struct Feed {
        private let workload: Workload
        private let broker: EmbeddedBroker
        private let batch = RecordBatch(schema: Schema([]))
        private var written: Workload.Written
        private var waiting: ArraySlice<BrokerRecord> = []

        init(_ workload: Workload, _ broker: EmbeddedBroker) {
            self.workload = workload
            self.broker = broker
            written = workload.start()
        }

        mutating func run(forSeconds seconds: Int) throws {
            let clock = ContinuousClock()
            let start = clock.now
            for step in 0..<seconds * 30 {
                while waiting.count < workload.keys { fill() }
                try broker.append(Array(waiting.prefix(workload.keys)), to: DeliveryRun.source)
                waiting = waiting.dropFirst(workload.keys)
                let due = start + .milliseconds(step * 1000 / 30)
                Thread.sleep(forTimeInterval: max(0, (due - clock.now) / .seconds(1)))
            }
        }

        private mutating func fill() {
            workload.fill(batch, &written)
            let now = Int64(Date().timeIntervalSince1970 * 1000)
            for row in 0..<batch.count {
                batch.withValue(row) { value in
                    var bytes: [UInt8] = []
                    bytes.reserveCapacity(value.count)
                    for index in 0..<value.count { bytes.append(value[index]) }
                    waiting.append(BrokerRecord(timestamp: now, key: nil, value: bytes))
                }
            }
        }
    }
}
