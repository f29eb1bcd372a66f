import Foundation

/// The programs over Kafka, each beside what librdkafka alone takes in the same run.
struct KafkaCases {
    let programs: Programs
    let folder: ScratchFolder
    let runs: Int

    /// Two programs that did the same.
    private typealias Pair = (ours: ChildProgram.Usage, bare: ChildProgram.Usage)

    // MARK: Throughput

    /// `processor run` over a preloaded topic against a loop that only counts.
    func throughput(_ report: inout Report, records: Int) throws {
        let broker = try BrokerProcess()
        try broker.createTopic("readings")
        let workload = Workload(keys: 1_000, records: records)
        let groups = try broker.preload("readings", workload)
        try broker.close("readings")
        var pairs: [Pair] = []
        for run in 0...runs {
            let bare = try bareConsumer(broker, "readings", group: "bare\(run)", records + 4).wait()
            let ours = try processor(
                query(from: "readings", to: "rows\(run)"), broker, group: "ours\(run)",
                ["--trigger", "available-now"]
            ).wait()
            try check(broker.rows(in: "rows\(run)"), rows: groups, readings: records)
            // The first pair warms up.
            if run > 0 { pairs.append((ours, bare)) }
        }
        try broker.stop()
        func add(_ what: String, _ unit: String, _ value: (Pair) -> Double) {
            report.add("processor run over Kafka: \(what)", unit, pairs.map(value))
        }
        let count = Double(records)
        add("speed", "records/s") { count / $0.ours.wall }
        add("speed of the bare loop", "records/s") { count / $0.bare.wall }
        add("speed against the bare loop", "times") { $0.bare.wall / $0.ours.wall }
        add("processor time", "ns/record") { $0.ours.processor * 1e9 / count }
        add("processor time of the bare loop", "ns/record") { $0.bare.processor * 1e9 / count }
        add("processor time against the bare loop", "times") {
            $0.ours.processor / $0.bare.processor
        }
    }

    /// The generator without pause against a loop that sends prepared readings.
    func generator(_ report: inout Report) throws {
        var pairs: [Pair] = []
        var rates: [Double] = []
        let broker = try BrokerProcess()
        for run in 0...runs {
            let topic = "generated\(run)"
            try broker.createTopic(topic, retentionBytes: 64 << 20)
            let ours = try ChildProgram(
                programs.generator,
                [
                    "--brokers", broker.address, "--topic", topic, "--interval", "0",
                    "--duration", "3s", "--entities", "200",
                ]
            ).wait()
            let sent = try broker.end(of: topic)
            let bare = try ChildProgram(
                BrokerProcess.thisProgram,
                ["bare-produce", broker.address, topic, "200", "\(sent)"], errors: .descriptor(2)
            ).wait()
            guard try broker.end(of: topic) == 2 * sent, sent > 0 else {
                throw WrongAnswer(description: "\(sent) sent by the generator")
            }
            guard run > 0 else { continue }
            pairs.append((ours, bare))
            rates.append(Double(sent) / ours.wall)
        }
        try broker.stop()
        let name = "generator, interval 0:"
        report.add("\(name) speed", "records/s", rates)
        report.add(
            "\(name) speed against a bare produce loop", "times",
            pairs.map { $0.bare.wall / $0.ours.wall })
        report.add(
            "\(name) processor time against a bare produce loop", "times",
            pairs.map { $0.ours.processor / $0.bare.processor })
    }

    // MARK: Start and restart

    /// From the start of the program to its first record of a topic, as a new group.
    func start(_ report: inout Report) throws {
        let broker = try BrokerProcess()
        try broker.createTopic("readings")
        let workload = Workload(keys: 100, records: 1_000)
        _ = try broker.preload("readings", workload)
        let query = try folder.write(
            """
            CREATE TABLE readings (time TIMESTAMP, entity STRING, temp DOUBLE)
            USING kafka OPTIONS (subscribe 'readings', format 'json', key 'entity');
            SELECT entity, temp FROM STREAM readings
            """, to: "pass.sql")
        var ours: [Double] = []
        var bare: [Double] = []
        for run in 0...runs {
            let loop = try bareConsumer(broker, "readings", group: "bare\(run)", 1_000)
            bare.append(try firstLine(of: loop))
            try loop.wait()
            let processor = try processor(
                query, broker, group: "ours\(run)", ["--trigger", "1ms"], output: .pipe)
            ours.append(try firstLine(of: processor))
            processor.interrupt()
            while processor.nextLine() != nil {}
            try processor.wait()
        }
        try broker.stop()
        report.add("start to first record on Kafka", "ms", Array(ours.dropFirst()))
        report.add(
            "start of a bare group consumer to its first record", "ms", Array(bare.dropFirst()))
        report.add(
            "start to first record on Kafka, beyond a bare group consumer", "ms",
            zip(ours, bare).dropFirst().map { $0 - $1 })
    }

    private func firstLine(of child: ChildProgram) throws -> Double {
        guard child.nextLine() != nil else {
            throw WrongAnswer(description: "\(child.path) said nothing")
        }
        return child.age * 1000
    }

    /// A restart that reads open windows' input again, and what it then makes of it.
    func restart(_ report: inout Report) throws {
        var rates: [Double] = []
        for run in 0..<runs {
            let broker = try BrokerProcess()
            try broker.createTopic("readings")
            // All within the last three minutes, so that each record is read again.
            let workload = Workload(keys: 20_000, records: 1_500_000)
            let groups = try broker.preload("readings", workload)
            let query = try query(from: "readings", to: "rows")
            let arguments = ["--trigger", "available-now"]
            try processor(query, broker, group: "restart", arguments).wait()
            try broker.close("readings")
            let log = folder.file("restart\(run).log")
            let again = try processor(
                query, broker, group: "restart", arguments, errors: .file(log)
            ).wait()
            try check(
                broker.rows(in: "rows"), rows: groups, readings: workload.records)
            let replayed = try Self.replayed(log)
            guard replayed > workload.records / 2 else {
                throw WrongAnswer(description: "\(replayed) records were replayed")
            }
            rates.append(Double(replayed) / again.wall)
            try broker.stop()
        }
        report.add(
            "restart: records replayed and their windows closed, from start to end", "records/s",
            rates)
    }

    /// The sum over `"message":"replaying" … "records":n` of a log.
    private static func replayed(_ log: String) throws -> Int {
        try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
            .filter { $0.contains("\"replaying\"") }
            .compactMap { $0.firstMatch(of: /"records":([0-9]+)/).flatMap { Int($0.1) } }
            .reduce(0, +)
    }

    // MARK: Transactions

    /// What transactions cost: the same topic, at a steady rate with rows each second, read by two
    /// processors at a time.
    ///
    /// A commit costs the same however much it carries, so that it weighs more beside less work.
    func transactions(_ report: inout Report) throws {
        let name = "exactly once against at least once"
        report.add("\(name): processor time", "times", try transactions(entities: 1_000))
        report.add(
            "\(name), 5,000 readings and 100 rows a second: processor time", "times",
            try transactions(entities: 100))
    }

    /// The ratios, at 50 readings and one row a second for each of the vehicles.
    private func transactions(entities: Int) throws -> [Double] {
        var ratios: [Double] = []
        for run in 0..<runs {
            let broker = try BrokerProcess()
            try broker.createTopic("readings")
            let generator = try steadyGenerator(broker, entities: entities, interval: "20ms", 25)
            let modes = ["exactly-once", "at-least-once"]
            // Which is started first takes turns.
            let processors = try (run % 2 == 0 ? modes : modes.reversed()).map { mode in
                try processor(
                    query(from: "readings", to: "rows-\(mode)"), broker, group: "\(mode)\(run)",
                    ["--delivery", mode] + Self.smallWindows)
            }
            try generator.wait()
            usleep(1_500_000)
            for processor in processors { processor.interrupt() }
            var times = try processors.map { try $0.wait().processor }
            if run % 2 != 0 { times.reverse() }
            let rows = try modes.map { try broker.rows(in: "rows-\($0)") }
            guard abs(rows[0].rows - rows[1].rows) <= 2 * entities,
                rows[0].rows > 15 * entities
            else {
                throw WrongAnswer(description: "\(rows)")
            }
            ratios.append(times[0] / times[1])
            try broker.stop()
        }
        return ratios
    }

    /// Windows of a second that close after another.
    static let smallWindows = [
        "--set", "window_size=1 second", "--set", "watermark_delay=1 second",
    ]
}

// MARK: -

extension KafkaCases {
    /// The vehicles query, which is what ships, on topics of the benchmark's.
    func query(from topic: String, to sink: String) throws -> String {
        let text = try String(contentsOfFile: programs.vehiclesQuery, encoding: .utf8)
            .replacingOccurrences(of: "'sensor-data-raw'", with: "'\(topic)'")
            .replacingOccurrences(of: "'sensor-data-aggregated'", with: "'\(sink)'")
        return try folder.write(text, to: "\(sink).sql")
    }

    func processor(
        _ query: String, _ broker: BrokerProcess, group: String, _ more: [String] = [],
        output: ChildProgram.Channel = .null, errors: ChildProgram.Channel? = nil
    ) throws -> ChildProgram {
        try ChildProgram(
            programs.processor,
            [
                "run", query, "--brokers", broker.address, "--group", group, "--create-topics",
                "--log-format", "json",
            ] + more, output: output, errors: errors ?? .file(folder.file("\(group).log")))
    }

    /// Readings of now, `entities` of them each `interval`, for so many seconds.
    func steadyGenerator(
        _ broker: BrokerProcess, entities: Int, interval: String, _ seconds: Int,
        _ more: [String] = []
    ) throws -> ChildProgram {
        try ChildProgram(
            programs.generator,
            [
                "--brokers", broker.address, "--topic", "readings", "--entities", "\(entities)",
                "--interval", interval, "--duration", "\(seconds)s",
            ] + more)
    }

    private func bareConsumer(
        _ broker: BrokerProcess, _ topic: String, group: String, _ records: Int
    ) throws -> ChildProgram {
        try ChildProgram(
            BrokerProcess.thisProgram,
            ["bare-consume", broker.address, topic, group, "\(records)"],
            output: .pipe, errors: .descriptor(2))
    }

    func check(_ answer: (rows: Int, readings: Int), rows: Int, readings: Int) throws {
        guard answer == (rows, readings) else {
            throw WrongAnswer(description: "\(answer), not \(rows) rows of \(readings) readings")
        }
    }
}
