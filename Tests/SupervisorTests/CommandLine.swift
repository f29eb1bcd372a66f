import Foundation

/// One start of the built program.
struct ProgramRun {
    var status: Int32
    var output: String
    var errors: String

    init(_ arguments: [String], environment: [String: String] = [:]) throws {
        let program = try RunningProgram(arguments, environment: environment)
        self = program.finish()
    }

    fileprivate init(status: Int32, output: String, errors: String) {
        self.status = status
        self.output = output
        self.errors = errors
    }
}

/// The built program while it runs, in the repository's folder.
final class RunningProgram {
    private let process = Process()
    private let output = Pipe()
    private let errors = Pipe()

    init(_ arguments: [String], environment: [String: String] = [:]) throws {
        // The programs lie beside the test runner.
        let runner = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        process.executableURL = runner.deletingLastPathComponent().appending(path: "supervisor")
        process.arguments = arguments
        process.environment = environment
        process.currentDirectoryURL = repository
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = FileHandle.nullDevice
        try process.run()
    }

    func interrupt() { process.interrupt() }

    /// Gives it no chance to notice.
    func kill() { _ = Foundation.kill(process.processIdentifier, SIGKILL) }

    func finish() -> ProgramRun {
        // What the program writes in these tests fits into a pipe, so neither read can block it.
        let output = output.fileHandleForReading.readDataToEndOfFile()
        let errors = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let signal = process.terminationReason == .uncaughtSignal ? 128 : 0 as Int32
        return ProgramRun(
            status: process.terminationStatus + signal,
            output: String(decoding: output, as: UTF8.self),
            errors: String(decoding: errors, as: UTF8.self))
    }
}

let repository: URL = {
    var folder = URL(filePath: #filePath)
    for _ in 0..<3 { folder.deleteLastPathComponent() }
    return folder
}()

/// A file that lives as long as the body runs.
func withFile<Result>(
    _ text: String, name: String = "file.json", _ body: (String) throws -> Result
) throws -> Result {
    let folder = FileManager.default.temporaryDirectory
        .appending(path: "tidemark-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: name)
    try text.write(to: file, atomically: true, encoding: .utf8)
    return try body(file.path)
}
