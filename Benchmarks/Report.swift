import CRdkafka
import Foundation

/// A measurement: the median of several runs, and how far apart they were.
struct Measurement: Codable {
    var name: String
    var unit: String
    var median: Double
    var minimum: Double
    var maximum: Double
    var runs: Int

    init(_ name: String, unit: String, _ values: [Double]) {
        let sorted = values.sorted()
        self.name = name
        self.unit = unit
        median = sorted[sorted.count / 2]
        minimum = sorted[0]
        maximum = sorted[sorted.count - 1]
        runs = sorted.count
    }
}

/// All measurements of a run, with what they were taken on.
struct Report: Codable {
    var machine: String
    var cores: Int
    var system: String
    var compiler: String
    var librdkafka: String
    var date: String
    var measurements: [Measurement] = []
    var targets: [TargetResult] = []

    init() {
        let processors = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let model = processors.split(separator: "\n").first { $0.hasPrefix("model name") }
        machine = model.map { String($0.drop { $0 != ":" }.dropFirst(2)) } ?? "unknown"
        cores = ProcessInfo.processInfo.activeProcessorCount
        system = ProcessInfo.processInfo.operatingSystemVersionString
        #if compiler(>=6.3)
            compiler = "Swift 6.3 or later"
        #else
            compiler = "Swift 6.2"
        #endif
        librdkafka = unsafe String(cString: rd_kafka_version_str())
        date = ISO8601DateFormatter().string(from: Date())
    }

    mutating func add(_ name: String, _ unit: String, _ values: [Double]) {
        let measurement = Measurement(name, unit: unit, values)
        measurements.append(measurement)
        print(measurement.row)
        // A run may take long and be watched through a pipe.
        fflush(nil)
    }

    var heading: String {
        """
        \(machine), \(cores) cores, \(system), \(compiler), librdkafka \(librdkafka), \(date)

        | measurement | median | least | most | unit | runs |
        |---|--:|--:|--:|---|--:|
        """
    }

    /// Judges the measurements that were taken.
    mutating func judge() {
        targets = Target.all.compactMap { $0.result(measurements) }
        guard !targets.isEmpty else { return }
        print("\n" + targetTable)
    }

    private var targetTable: String {
        """
        | target | limit | measured | |
        |---|--:|--:|---|
        \(targets.map(\.row).joined(separator: "\n"))
        """
    }

    func writeJSON(to path: String) throws {
        let encoder = Foundation.JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try encoder.encode(self).write(to: URL(fileURLWithPath: path))
    }

    func writeMarkdown(to path: String) throws {
        let rows = measurements.map(\.row).joined(separator: "\n")
        let text = "\(heading)\n\(rows)\n\n\(targetTable)\n"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }
}

extension Measurement {
    fileprivate var row: String {
        let numbers = [median, minimum, maximum].map(numberText).joined(separator: " | ")
        return "| \(name) | \(numbers) | \(unit) | \(runs) |"
    }
}

/// Three digits or more, as many as tell something.
func numberText(_ value: Double) -> String {
    let digits = value.magnitude < 10 ? 2 : value.magnitude < 100 ? 1 : 0
    return String(format: "%.\(digits)f", value)
}
