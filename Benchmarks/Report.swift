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
    var date: String
    var measurements: [Measurement] = []

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
        date = ISO8601DateFormatter().string(from: Date())
    }

    mutating func add(_ measurement: Measurement) {
        measurements.append(measurement)
        print(Self.row(measurement))
    }

    var heading: String {
        """
        \(machine), \(cores) cores, \(system), \(compiler), \(date)

        | measurement | median | least | most | unit | runs |
        |---|--:|--:|--:|---|--:|
        """
    }

    private static func row(_ measurement: Measurement) -> String {
        let numbers = [measurement.median, measurement.minimum, measurement.maximum]
            .map { String(format: $0 < 100 ? "%.1f" : "%.0f", $0) }.joined(separator: " | ")
        return "| \(measurement.name) | \(numbers) | \(measurement.unit) | \(measurement.runs) |"
    }

    func writeJSON(to path: String) throws {
        let encoder = Foundation.JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try encoder.encode(self).write(to: URL(fileURLWithPath: path))
    }
}
