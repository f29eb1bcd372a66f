import Foundation

/// Measures the data path. Every case checks its answer before it tells a time.
///
/// The program starts itself again, in roles of its own, as what the cases need beside the
/// programs that are measured.
@main enum Benchmarks {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        let rest = Array(arguments.dropFirst())
        do {
            switch arguments.first {
            case "serve-broker": try BrokerProgram.run()
            case "bare-consume": try BareLoops.consume(rest)
            case "bare-produce": try BareLoops.produce(rest)
            case "write-readings": try ReadingsFile.write(rest)
            case "repeat": try RepeatedWork.run(rest)
            case "--help", "-h": print(Options.help)
            default: try measure(Options(arguments))
            }
        } catch {
            FileHandle.standardError.write(Data("benchmarks: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func measure(_ options: Options) throws {
        // A program that has ended is told by its status.
        _ = signal(SIGPIPE, SIG_IGN)
        var report = Report()
        print(report.heading)
        func measure(_ name: String, _ body: (inout Report) throws -> Void) throws {
            if options.selects(name) { try body(&report) }
        }
        try EngineCases(options: options).run(&report)
        if let folder = options.programs {
            let scratch = try ScratchFolder()
            let programs = Programs(in: folder)
            let files = FileCases(programs: programs, folder: scratch, runs: options.runs)
            try measure("file throughput") { try files.throughput(&$0) }
            try measure("file start") { try files.start(&$0) }
            let kafka = KafkaCases(programs: programs, folder: scratch, runs: options.runs)
            try measure("kafka throughput") {
                try kafka.throughput(&$0, records: min(3_000_000, options.maximumRecords))
            }
            try measure("kafka start") { try kafka.start(&$0) }
            try measure("kafka restart") { try kafka.restart(&$0) }
            try measure("kafka transactions") { try kafka.transactions(&$0) }
            try measure("kafka generator") { try kafka.generator(&$0) }
            let memory = MemoryCases(kafka: kafka)
            try measure("memory peaks") { try memory.peaks(&$0) }
            if let minutes = options.memoryMinutes {
                try measure("memory run") { try memory.longRun(&$0, minutes: minutes) }
            }
        }
        report.judge()
        if let path = options.jsonPath { try report.writeJSON(to: path) }
        if let path = options.markdownPath { try report.writeMarkdown(to: path) }
    }
}
