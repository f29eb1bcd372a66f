import Foundation
import Streaming

/// `processor run` over a file of readings.
struct FileCases {
    let programs: Programs
    let folder: ScratchFolder
    let runs: Int

    /// From the program's start to its last row.
    func throughput(_ report: inout Report) throws {
        let workload = Workload(keys: 1_000, records: 4_000_000)
        let (query, written) = try prepare(workload, "readings")
        var usages: [ChildProgram.Usage] = []
        for run in 0...runs {
            let output = folder.file("rows.ndjson")
            let usage = try ChildProgram(
                programs.processor, ["run", query, "--at-end", "close"], output: .file(output)
            ).wait()
            let rows = try Data(contentsOf: URL(fileURLWithPath: output))
                .count { $0 == UInt8(ascii: "\n") }
            guard rows == written.groups else {
                throw WrongAnswer(description: "\(rows) rows, not \(written.groups)")
            }
            // The first run warms up.
            if run > 0 { usages.append(usage) }
        }
        let count = Double(workload.records)
        let name = "processor run over a file:"
        report.add("\(name) speed", "records/s", usages.map { count / $0.wall })
        report.add(
            "\(name) processor time", "ns/record", usages.map { $0.processor * 1e9 / count })
        report.add("\(name) peak memory", "MiB", usages.map(\.peakMiB))
    }

    /// From the program's start to its first row.
    func start(_ report: inout Report) throws {
        let (query, written) = try prepare(Workload(keys: 100, records: 1_000), "few")
        var times: [Double] = []
        for run in 0...runs {
            let program = try ChildProgram(
                programs.processor, ["run", query, "--at-end", "close"], output: .pipe)
            var rows = program.nextLine() == nil ? 0 : 1
            let time = program.age * 1000
            while program.nextLine() != nil { rows += 1 }
            try program.wait()
            guard rows == written.groups else {
                throw WrongAnswer(description: "\(rows) rows, not \(written.groups)")
            }
            if run > 0 { times.append(time) }
        }
        report.add("start to first row from a file", "ms", times)
    }

    private func prepare(
        _ workload: Workload, _ name: String
    ) throws -> (query: String, written: Workload.Written) {
        let input = folder.file("\(name).ndjson")
        let written = try ReadingsFile.write(workload, to: input)
        let text = workload.pipelineText.replacingOccurrences(
            of: "path '-'", with: "path '\(input)'")
        return (try folder.write(text, to: "\(name).sql"), written)
    }
}

/// Readings as lines of JSON.
enum ReadingsFile {
    /// `benchmarks write-readings FILE KEYS RECORDS`
    static func write(_ words: [String]) throws {
        guard words.count == 3, let keys = Int(words[1]), let records = Int(words[2]) else {
            throw WrongAnswer(description: "write-readings FILE KEYS RECORDS")
        }
        _ = try write(Workload(keys: keys, records: records), to: words[0])
    }

    static func write(_ workload: Workload, to path: String) throws -> Workload.Written {
        let batch = RecordBatch(schema: Schema([]))
        var written = workload.start()
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        var block: [UInt8] = []
        while written.readings < workload.records {
            workload.fill(batch, &written)
            block.removeAll(keepingCapacity: true)
            for row in 0..<batch.count {
                batch.withValue(row) { value in
                    for index in value.indices { block.append(value[index]) }
                }
                block.append(UInt8(ascii: "\n"))
            }
            try handle.write(contentsOf: block)
        }
        try handle.close()
        return written
    }
}
