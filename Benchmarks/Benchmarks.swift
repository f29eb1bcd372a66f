import Foundation

/// Measures the data path. Every case checks its answer before it tells a time.
@main enum Benchmarks {
    private struct Case {
        var name: String
        var workload: Workload

        init(_ name: String, keys: Int, records: Int, disorder: Int64 = 0, windows: String? = nil) {
            self.name = name
            workload = Workload(keys: keys, records: records, disorder: disorder)
            if let windows { workload.windows = windows }
        }
    }

    private static let cases = [
        Case("10 keys", keys: 10, records: 1_000_000),
        Case("1,000 keys", keys: 1_000, records: 2_000_000),
        Case("1,000 keys, 10 s of disorder", keys: 1_000, records: 2_000_000, disorder: 10_000_000),
        Case(
            "1,000 keys, sliding by half a window", keys: 1_000, records: 2_000_000,
            windows: "'1 minute', '30 seconds'"),
        Case("100,000 keys", keys: 100_000, records: 6_000_000),
        Case("1,000,000 keys", keys: 1_000_000, records: 30_000_000),
    ]

    static func main() {
        do {
            try run(Options(CommandLine.arguments.dropFirst()))
        } catch {
            FileHandle.standardError.write(Data("benchmarks: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func run(_ options: Options) throws {
        var report = Report()
        print(report.heading)
        for entry in cases where entry.name.contains(options.filter) {
            try measure(entry, options, &report)
        }
        if let program = options.program, "processor run".contains(options.filter) {
            try ProgramRun.measure(program, options, &report)
        }
        if let program = options.program, "delivery".contains(options.filter) {
            for keys in [100, 3_000] {
                try DeliveryRun.measure(program, keys: keys, options, &report)
            }
        }
        if let path = options.jsonPath { try report.writeJSON(to: path) }
    }

    private static func measure(
        _ entry: Case, _ options: Options, _ report: inout Report
    ) throws {
        var workload = entry.workload
        workload.records = min(workload.records, options.maximumRecords)
        var runs: [EngineRun] = []
        for _ in 0..<options.runs { runs.append(try EngineRun(workload)) }
        func add(_ what: String, _ unit: String, _ value: (EngineRun) -> Double) {
            report.add(Measurement("\(entry.name): \(what)", unit: unit, runs.map(value)))
        }
        add("decode", "ns/record") { $0.decode.nanoseconds(per: $0.records) }
        add("windows and state", "ns/record") { $0.process.nanoseconds(per: $0.records) }
        add("decode, windows and state", "ns/record") {
            ($0.decode + $0.process).nanoseconds(per: $0.records)
        }
        add("close and sort", "ns/row") { $0.emit.nanoseconds(per: $0.rows) }
        add("encode", "ns/row") { $0.encode.nanoseconds(per: $0.rows) }
        add("state at the end", "bytes/group") { $0.bytesPerGroup }
    }
}

/// `[--runs n] [--filter text] [--records n] [--json path] [--processor path]`
struct Options {
    var runs = 5
    /// Cases whose name has it.
    var filter = ""
    var maximumRecords = Int.max
    var jsonPath: String?
    /// The processor to run as a whole, if that shall be measured.
    var program: String?

    init(_ arguments: ArraySlice<String>) throws {
        var rest = arguments
        while let name = rest.popFirst() {
            guard let value = rest.popFirst() else { throw Usage(argument: name) }
            switch name {
            case "--runs": runs = try Self.positive(value)
            case "--filter": filter = value
            case "--records": maximumRecords = try Self.positive(value)
            case "--json": jsonPath = value
            case "--processor": program = value
            default: throw Usage(argument: name)
            }
        }
    }

    private static func positive(_ text: String) throws -> Int {
        guard let number = Int(text), number > 0 else { throw Usage(argument: text) }
        return number
    }

    struct Usage: Error, CustomStringConvertible {
        var argument: String
        var description: String {
            "wrong argument \(argument); usage: benchmarks [--runs n] [--filter text]"
                + " [--records n] [--json path] [--processor path]"
        }
    }
}
