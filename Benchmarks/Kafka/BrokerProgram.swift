import EmbeddedBroker
import Foundation
import Streaming

/// `benchmarks serve-broker`: an embedded broker in a process of its own, so that what it takes is
/// not counted. It is told what to do by lines on standard input and answers each with a line.
final class BrokerProgram {
    private let broker: EmbeddedBroker
    /// What was written to a topic, by its name.
    private var preloads: [String: (workload: Workload, written: Workload.Written)] = [:]
    private let batch = RecordBatch(schema: Schema([]))

    static func run() throws {
        try BrokerProgram().serve()
    }

    private init() throws {
        var configuration = BrokerConfiguration()
        configuration.memoryLimit = 8 << 30
        broker = try EmbeddedBroker(configuration: configuration)
    }

    private func serve() throws {
        try broker.start()
        say(broker.bootstrapServers)
        while let line = readLine() {
            do {
                say(try answer(line.split(separator: " ").map(String.init)))
            } catch {
                say("error \(error)")
            }
        }
        broker.stop()
    }

    private func say(_ text: String) {
        FileHandle.standardOutput.write(Data("\(text)\n".utf8))
    }

    private func answer(_ words: [String]) throws -> String {
        let numbers = words.dropFirst(2).compactMap { Int($0) }
        switch (words.first, words.count) {
        case ("topic", 4):
            let configuration = TopicConfiguration(
                partitions: numbers[0], retentionBytes: numbers[1] > 0 ? numbers[1] : nil)
            try broker.createTopic(words[1], configuration)
            return "ok"
        case ("preload", 5):
            var workload = Workload(keys: numbers[0], records: numbers[1])
            workload.partitions = broker.topics[words[1]] ?? 1
            workload.readingsPerVehicle = numbers[2]
            return try preload(words[1], workload)
        case ("close", 2): return try close(words[1])
        case ("end", 2): return "\(try end(of: words[1]))"
        case ("lag", 3): return "\(try end(of: words[1]) - committed(group: words[2], words[1]))"
        case ("rows", 2): return try rows(in: words[1])
        default: throw WrongAnswer(description: "what is \(words)?")
        }
    }

    private func partitions(of topic: String) -> Range<Int> { 0..<(broker.topics[topic] ?? 0) }

    private func end(of topic: String) throws -> Int64 {
        try partitions(of: topic).reduce(0) {
            try $0 + broker.offsets(in: topic, partition: $1).end
        }
    }

    private func committed(group: String, _ topic: String) -> Int64 {
        partitions(of: topic).reduce(0) {
            $0 + (broker.committedOffset(group: group, topic: topic, partition: $1)?.offset ?? 0)
        }
    }

    /// Fills a topic; tells how many groups of window and vehicle that makes.
    private func preload(_ topic: String, _ workload: Workload) throws -> String {
        var written = workload.start()
        while written.readings < workload.records {
            workload.fill(batch, &written)
            try append(to: topic)
        }
        preloads[topic] = (workload, written)
        return "\(written.groups)"
    }

    /// Adds what lets all windows of the topic close.
    private func close(_ topic: String) throws -> String {
        guard let (workload, past) = preloads[topic] else { return "ok" }
        var written = past
        workload.fillClosing(batch, &written)
        try append(to: topic)
        return "ok"
    }

    /// Appends each partition's records as one batch, about as large as a busy producer's.
    private func append(to topic: String) throws {
        var records = partitions(of: topic).map { _ in [BrokerRecord]() }
        for row in 0..<batch.count {
            let value = batch.withValue(row) { Self.bytes(of: $0) }
            let keyEnd = batch.keyStarts[row] + batch.keyLengths[row]
            let key = batch.bytes.storage.withSpan(batch.keyStarts[row]..<keyEnd) {
                Self.bytes(of: $0)
            }
            records[Int(batch.partitions[row])].append(
                BrokerRecord(timestamp: batch.timestamps[row], key: key, value: value))
        }
        for (partition, records) in records.enumerated() where !records.isEmpty {
            try broker.append(records, to: topic, partition: partition)
        }
    }

    private static func bytes(of span: Span<UInt8>) -> [UInt8] {
        [UInt8](capacity: span.count) { output in
            for index in span.indices { output.append(span[index]) }
        }
    }

    /// The committed rows of a topic, and the sum of their `readings`.
    private func rows(in topic: String) throws -> String {
        var rows = 0
        var readings = 0
        for partition in partitions(of: topic) {
            for record in try broker.records(in: topic, partition: partition) {
                // The last column.
                let digits = record.value?.dropLast().reversed().prefix { (48...57).contains($0) }
                guard
                    let number = digits.flatMap({
                        Int(String(decoding: $0.reversed(), as: UTF8.self))
                    })
                else { throw WrongAnswer(description: record.text ?? "no row") }
                rows += 1
                readings += number
            }
        }
        return "\(rows) \(readings)"
    }
}

/// The broker's process, as the benchmark sees it.
struct BrokerProcess {
    let address: String
    private let child: ChildProgram

    init() throws {
        child = try ChildProgram(
            Self.thisProgram, ["serve-broker"], input: .pipe, output: .pipe,
            errors: .descriptor(2))
        guard let line = child.nextLine() else {
            throw WrongAnswer(description: "the broker did not start")
        }
        address = line
    }

    static let thisProgram =
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        ?? CommandLine.arguments[0]

    func createTopic(_ name: String, partitions: Int = 4, retentionBytes: Int = 0) throws {
        _ = try ask("topic \(name) \(partitions) \(retentionBytes)")
    }

    /// The groups of window and vehicle in what was written.
    func preload(_ topic: String, _ workload: Workload) throws -> Int {
        let numbers = "\(workload.keys) \(workload.records) \(workload.readingsPerVehicle)"
        return Int(try ask("preload \(topic) \(numbers)")) ?? 0
    }

    /// Lets all windows of what was written close.
    func close(_ topic: String) throws { _ = try ask("close \(topic)") }

    /// Records of a topic, markers of transactions included.
    func end(of topic: String) throws -> Int { Int(try ask("end \(topic)")) ?? 0 }

    /// Records of a topic that the group has not committed.
    func lag(of group: String, in topic: String) throws -> Int {
        Int(try ask("lag \(topic) \(group)")) ?? 0
    }

    /// The committed rows of a topic, and how many readings they count.
    func rows(in topic: String) throws -> (rows: Int, readings: Int) {
        let numbers = try ask("rows \(topic)").split(separator: " ").compactMap { Int($0) }
        guard numbers.count == 2 else { throw WrongAnswer(description: "\(numbers)") }
        return (numbers[0], numbers[1])
    }

    private func ask(_ question: String) throws -> String {
        try child.send(question)
        guard let answer = child.nextLine() else {
            throw WrongAnswer(description: "the broker ended at: \(question)")
        }
        guard !answer.hasPrefix("error") else {
            throw WrongAnswer(description: "broker: \(question): \(answer)")
        }
        return answer
    }

    func stop() throws {
        try child.closeInput()
        try child.wait()
    }
}
