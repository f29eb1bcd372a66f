/// The engine alone, over memory, on one thread.
struct EngineCases {
    let options: Options

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

    private static let total = "decode, windows and state"

    func run(_ report: inout Report) throws {
        for entry in Self.cases where options.selects(entry.name) {
            try measure(entry, &report)
        }
        if options.selects("parts") { try measureParts(&report) }
        let medians = ["1,000 keys", "1,000,000 keys"].compactMap { keys in
            report.measurements.first { $0.name == "\(keys): \(Self.total)" }?.median
        }
        if medians.count == 2 {
            report.add(
                "1,000,000 keys against 1,000: \(Self.total)", "times", [medians[1] / medians[0]])
        }
    }

    private func measure(_ entry: Case, _ report: inout Report) throws {
        var workload = entry.workload
        workload.records = min(workload.records, options.maximumRecords)
        var runs: [EngineRun] = []
        for _ in 0..<options.runs { runs.append(try EngineRun(workload)) }
        func add(_ what: String, _ unit: String, _ value: (EngineRun) -> Double) {
            report.add("\(entry.name): \(what)", unit, runs.map(value))
        }
        add("decode", "ns/record") { $0.decode.nanoseconds(per: $0.records) }
        add("windows and state", "ns/record") { $0.process.nanoseconds(per: $0.records) }
        add(Self.total, "ns/record") {
            ($0.decode + $0.process).nanoseconds(per: $0.records)
        }
        add("close and sort", "ns/row") { $0.emit.nanoseconds(per: $0.rows) }
        add("encode", "ns/row") { $0.encode.nanoseconds(per: $0.rows) }
        add("state at the end", "bytes/group") { $0.bytesPerGroup }
    }

    private func measureParts(_ report: inout Report) throws {
        let workload = Workload(keys: 1_000, records: min(2_000_000, options.maximumRecords))
        var runs: [EngineParts] = []
        for _ in 0..<options.runs { runs.append(try EngineParts(workload)) }
        func add(_ what: String, _ value: (EngineParts) -> Duration) {
            report.add(
                "1,000 keys: \(what)", "ns/record",
                runs.map { value($0).nanoseconds(per: workload.records) })
        }
        add("watermark, window and one counter") { $0.windows }
        add("key lookup") { $0.keyed - $0.windows }
        add("average and last value") { $0.whole - $0.keyed }
        add("replay after a restart, without decoding") { $0.replay }
    }
}
