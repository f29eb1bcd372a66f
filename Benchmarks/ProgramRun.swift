import Foundation
import Streaming

/// `processor run` over a file of readings, from its start to its last row.
enum ProgramRun {
    private static let workload = Workload(keys: 1_000, records: 2_000_000)

    static func measure(_ program: String, _ options: Options, _ report: inout Report) throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("benchmarks-\(ProcessInfo.processInfo.processIdentifier)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let input = folder.appendingPathComponent("readings.ndjson")
        let written = try writeReadings(to: input)
        let query = folder.appendingPathComponent("query.sql")
        let text = workload.pipelineText.replacingOccurrences(
            of: "path '-'", with: "path '\(input.path)'")
        try text.write(to: query, atomically: true, encoding: .utf8)
        var seconds: [Double] = []
        for _ in 0..<options.runs {
            let output = folder.appendingPathComponent("rows.ndjson")
            let clock = ContinuousClock()
            let begin = clock.now
            try run(program, ["run", query.path, "--at-end", "close"], output: output)
            seconds.append((clock.now - begin).nanoseconds(per: 1) / 1e9)
            let rows = try Data(contentsOf: output).count { $0 == UInt8(ascii: "\n") }
            guard rows == written.groups else {
                throw WrongAnswer(description: "\(rows) rows, not \(written.groups)")
            }
        }
        report.add(
            Measurement(
                "processor run, \(workload.records) readings of \(workload.keys) keys", unit: "s",
                seconds))
    }

    private static func writeReadings(to file: URL) throws -> Workload.Written {
        let batch = RecordBatch(schema: Schema([]))
        var written = workload.start()
        _ = FileManager.default.createFile(atPath: file.path, contents: nil)
        let handle = try FileHandle(forWritingTo: file)
        while written.readings < workload.records {
            workload.fill(batch, &written)
            var block = Data()
            for row in 0..<batch.count {
                batch.withValue(row) { value in
                    for index in 0..<value.count { block.append(value[index]) }
                }
                block.append(UInt8(ascii: "\n"))
            }
            try handle.write(contentsOf: block)
        }
        try handle.close()
        return written
    }

    private static func run(_ program: String, _ arguments: [String], output: URL) throws {
        _ = FileManager.default.createFile(atPath: output.path, contents: nil)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw WrongAnswer(description: "\(program) failed: \(process.terminationStatus)")
        }
    }
}
