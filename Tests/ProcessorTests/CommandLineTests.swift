import Foundation
import TestSupport
import Testing

/// What a user of `processor` sees: help, wrong usage, files, pipes and exit statuses.
@Suite struct CommandLineTests {
    static let table = """
        CREATE TABLE t (time TIMESTAMP, entity STRING, temp DOUBLE, humidity DOUBLE)
        USING json OPTIONS (path '-');

        """
    static let counts = """
        SELECT window.start AS start, entity, count(*) AS n, sum(temp) AS total
        FROM STREAM t WATERMARK time DELAY OF INTERVAL 1 MINUTE
        GROUP BY window(time, '1 minute'), entity
        """
    static let readings = """
        {"time":"2024-05-01T10:00:10Z","entity":"b","temp":1.5,"humidity":1}
        {"time":"2024-05-01T10:00:20Z","entity":"a","temp":2.5,"humidity":1}

        {"time":"2024-05-01T10:00:30Z","entity":"b","temp":-1,"humidity":1}
        not json
        {"time":"2024-05-01T10:02:10Z","entity":"a","temp":7,"humidity":1}
        {"time":"2024-05-01T10:00:40Z","entity":"c","temp":9,"humidity":1}
        """
    static let closed = [
        #"{"start":"2024-05-01T10:00:00.000Z","entity":"a","n":1,"total":2.5}"#,
        #"{"start":"2024-05-01T10:00:00.000Z","entity":"b","n":2,"total":0.5}"#,
    ]
    static let open = #"{"start":"2024-05-01T10:02:00.000Z","entity":"a","n":1,"total":7.0}"#

    private func query(_ text: String) throws -> TemporaryFile {
        try TemporaryFile(text, suffix: "sql")
    }

    private func processor(
        _ arguments: [String], environment: [String: String] = [:], input: String? = nil
    ) throws -> Program.Outcome {
        try Program.run("processor", arguments, environment: environment, input: input)
    }

    // MARK: Help and wrong usage

    @Test func helpNamesSubcommandsExamplesAndExitStatuses() throws {
        let help = try processor(["--help"])
        #expect(help.status == 0 && help.errors.isEmpty)
        for word in ["run", "explain", "demo", "EXAMPLES", "EXIT STATUS"] {
            #expect(help.output.contains(word), "\(word)")
        }
        for subcommand in ["run", "explain", "demo"] {
            let help = try processor([subcommand, "--help"])
            #expect(help.status == 0 && help.output.contains("USAGE: processor \(subcommand)"))
            #expect(help.output.contains("TIDEMARK_"))
        }
    }

    @Test func versionIsOneLine() throws {
        let version = try processor(["--version"])
        #expect(version.status == 0 && version.lines.count == 1)
    }

    @Test(arguments: [
        ["run", "--max-batch", "0"], ["run", "--max-batch", "many"], ["run", "--at-end", "maybe"],
        ["run", "--trigger", "soon"], ["run", "--output-mode", "upsert"], ["--no-such-option"],
        ["run", "a.sql", "b.sql"], ["run", "--wait", "5"], ["demo", "--speed", "-1"],
        ["run", "--delivery", "sometimes"], ["run", "/nonexistent/query.sql"],
        ["explain", "/nonexistent/query.sql"], ["run", "--set", "novalue"],
    ])
    func wrongUsageIsTwoAndSaysWhy(_ arguments: [String]) throws {
        let outcome = try processor(arguments)
        #expect(outcome.status == 2, "\(arguments)")
        #expect(outcome.output.isEmpty && !outcome.errors.isEmpty, "\(arguments)")
    }

    @Test func aVariableIsAnOption() throws {
        let file = try query(Self.table + Self.counts)
        let wrong = try processor(["run", file.path], environment: ["TIDEMARK_MAX_BATCH": "x"])
        #expect(wrong.status == 2 && wrong.errors.contains("TIDEMARK_MAX_BATCH"))
        let right = try processor(
            ["run", file.path], environment: ["TIDEMARK_AT_END": "close"], input: Self.readings)
        #expect(right.lines == Self.closed + [Self.open])
    }

    @Test func aWrongQueryIsShownWithACaret() throws {
        let file = try query(
            Self.table + Self.counts.replacing("count(*)", with: "avg(tmp)"))
        let outcome = try processor(["run", file.path])
        #expect(outcome.status == 2 && outcome.output.isEmpty)
        #expect(outcome.errors.contains("\(file.path):3:"))
        #expect(outcome.errors.contains("^") && outcome.errors.contains("temp"))
    }

    @Test func explainPrintsPlanAndSchemaWithoutTouchingAnything() throws {
        let file = try query(Self.table.replacing("'-'", with: "'/nonexistent/x'") + Self.counts)
        let outcome = try processor(["explain", file.path])
        #expect(outcome.status == 0)
        for word in ["window", "entity", "STRING", "BIGINT", "DOUBLE", "append"] {
            #expect(outcome.output.contains(word), "\(word)")
        }
    }

    // MARK: Files and pipes

    @Test func openWindowsAreHeldAndSaidToBe() throws {
        let file = try query(Self.table + Self.counts)
        let outcome = try processor(["run", file.path], input: Self.readings)
        #expect(outcome.status == 0 && outcome.lines == Self.closed)
        #expect(outcome.errors.contains("windows still open: 1;"))
        #expect(outcome.errors.contains("--at-end close"))
        #expect(outcome.errors.contains("dead_letters=1") && outcome.errors.contains("late=1"))
    }

    @Test func openWindowsAreClosedOnRequest() throws {
        let file = try query(Self.table + Self.counts)
        let outcome = try processor(
            ["run", file.path, "--at-end", "close", "--max-batch", "1"], input: Self.readings)
        #expect(outcome.status == 0 && outcome.lines == Self.closed + [Self.open])
    }

    @Test func aFolderIsReadInNameOrderAndLineEndsMayDiffer() throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("tidemark-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let lines = Self.readings.split(separator: "\n", omittingEmptySubsequences: false)
        try Data(lines[..<2].joined(separator: "\r\n").utf8)
            .write(to: folder.appendingPathComponent("1.ndjson"))
        try Data((lines[2...].joined(separator: "\r") + "\n").utf8)
            .write(to: folder.appendingPathComponent("2.ndjson"))
        try Data("ignored".utf8).write(to: folder.appendingPathComponent(".hidden"))
        try Data("ignored".utf8).write(to: folder.appendingPathComponent("_SUCCESS"))
        let file = try query(Self.table.replacing("'-'", with: "'\(folder.path)'") + Self.counts)
        let outcome = try processor(["run", file.path])
        #expect(outcome.status == 0 && outcome.lines == Self.closed)
    }

    @Test func lateAndDeadRecordsGoToFiles() throws {
        let file = try query(Self.table + Self.counts)
        let late = try TemporaryFile()
        let dead = try TemporaryFile()
        let outcome = try processor(
            ["run", file.path, "--late-file", late.path, "--dead-letter-file", dead.path],
            input: Self.readings)
        #expect(outcome.status == 0)
        let lateText = try String(contentsOf: late.url, encoding: .utf8)
        #expect(lateText.contains(#""reason":"late""#) && lateText.contains(#""offset":6"#))
        #expect(lateText.contains(#""watermark":"2024-05-01T10:01:10.000Z""#))
        let deadText = try String(contentsOf: dead.url, encoding: .utf8)
        #expect(deadText.contains(#""value":"not json""#) && deadText.contains("malformed"))
    }

    @Test func updateAndCompleteModeAnswerForTheWholeFile() throws {
        let file = try query(Self.table + Self.counts)
        let complete = try processor(
            ["run", file.path, "--output-mode", "complete"], input: Self.readings)
        // Nothing is late in complete mode.
        #expect(complete.lines.count == 4 && complete.output.contains(#""entity":"c""#))
        let update = try processor(
            ["run", file.path, "--output-mode", "update"], input: Self.readings)
        #expect(update.lines == Self.closed + [Self.open])
    }

    @Test func theConsoleSinkPrintsATable() throws {
        let file = try query(
            Self.table + "CREATE TABLE out USING console;\nINSERT INTO out " + Self.counts)
        let outcome = try processor(["run", file.path], input: Self.readings)
        #expect(outcome.status == 0)
        #expect(
            outcome.output.contains("|2024-05-01 10:00:00|     a|1|  2.5|"), "\(outcome.output)")
    }

    @Test func aQueryWithoutGroupByPassesRowsThrough() throws {
        let file = try query(
            Self.table + "SELECT upper(entity) AS e, temp * 2 AS t FROM t WHERE temp > 2")
        let outcome = try processor(["run", file.path], input: Self.readings)
        #expect(
            outcome.lines == [
                #"{"e":"A","t":5.0}"#, #"{"e":"A","t":14.0}"#, #"{"e":"C","t":18.0}"#,
            ])
        #expect(outcome.errors.contains("filtered=2"))
    }

    // MARK: What goes wrong

    @Test func anUnreadableFileIsTwo() throws {
        let file = try query(Self.table.replacing("'-'", with: "'/nonexistent/x'") + Self.counts)
        let outcome = try processor(["run", file.path])
        #expect(outcome.status == 2 && outcome.errors.contains("/nonexistent/x"))
    }

    @Test func aFullDiskIsOne() throws {
        let file = try query(Self.table + Self.counts)
        let input = try TemporaryFile(Self.readings)
        let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
        let outcome = try Program(
            "processor", ["run", file.path], input: FileHandle(forReadingFrom: input.url),
            output: full
        ).wait()
        #expect(outcome.status == 1 && outcome.errors.contains("No space left on device"))
    }

    @Test func aClosedStandardOutputIsZero() throws {
        let file = try query(Self.table + "SELECT * FROM t")
        let line = Self.readings.split(separator: "\n")[0]
        let input = try TemporaryFile(
            String(repeating: line + "\n", count: 20_000))
        let pipe = Pipe()
        let program = try Program(
            "processor", ["run", file.path], input: FileHandle(forReadingFrom: input.url),
            output: pipe.fileHandleForWriting)
        try pipe.fileHandleForWriting.close()
        _ = try pipe.fileHandleForReading.read(upToCount: 10)
        try pipe.fileHandleForReading.close()
        let outcome = program.wait()
        #expect(outcome.status == 0 && !outcome.errors.contains("error"))
    }

    @Test func noBrokerIsThreeWithinTheWait() throws {
        let outcome = try processor(
            ["run", Self.vehicles, "--brokers", "localhost:1", "--wait", "1s"])
        #expect(outcome.status == 3 && outcome.errors.contains("localhost:1"))
    }

    @Test func aSignalEndsAWaitingRunOrderly() throws {
        let file = try query(Self.table + Self.counts)
        let pipe = Pipe()
        let program = try Program(
            "processor", ["run", file.path, "--log-level", "debug"],
            input: pipe.fileHandleForReading)
        try pipe.fileHandleForWriting.write(contentsOf: Data(Self.readings.utf8))
        // The rows come while standard input is still open.
        try waitUntil("rows appear") { program.outputSoFar.contains("\n") }
        program.send(SIGTERM)
        let outcome = program.wait()
        #expect(outcome.status == 0 && outcome.signal == nil)
        #expect(outcome.lines == Self.closed)
    }

    static let vehicles = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("pipelines/vehicles.sql").path
}
