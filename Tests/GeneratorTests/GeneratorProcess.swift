import Foundation

/// The built program, run as a user runs it.
struct GeneratorProcess {
    let status: Int32
    let output: String
    let errors: String

    /// Where the test run put the program: beside the tests.
    static var executable: URL {
        var folder = Bundle.main.bundleURL
        #if os(macOS)
            if let bundle = Bundle.allBundles.first(where: { $0.bundlePath.hasSuffix(".xctest") }) {
                folder = bundle.bundleURL.deletingLastPathComponent()
            }
        #endif
        return folder.appendingPathComponent("generator")
    }

    /// Runs `script` in a shell, where `generator` is the program; waits for its end.
    init(_ script: String, environment: [String: String] = [:]) throws {
        let process = Process()
        let folder = Self.executable.deletingLastPathComponent().path
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", script]
        var variables = ProcessInfo.processInfo.environment.filter {
            !$0.key.hasPrefix("TIDEMARK_")
        }
        variables["PATH"] = folder + ":" + (variables["PATH"] ?? "/usr/bin:/bin")
        variables.merge(environment) { $1 }
        process.environment = variables
        let scratch = FileManager.default.temporaryDirectory
            .appendingPathComponent("generator-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: scratch) }
        // Files, because a pipe that nobody reads meanwhile could fill up and block the program.
        let files = try ["output", "errors"].map { name in
            let file = scratch.appendingPathComponent(name)
            try Data().write(to: file)
            return file
        }
        process.currentDirectoryURL = scratch
        process.standardOutput = try FileHandle(forWritingTo: files[0])
        process.standardError = try FileHandle(forWritingTo: files[1])
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        status = process.terminationStatus
        output = String(decoding: try Data(contentsOf: files[0]), as: UTF8.self)
        errors = String(decoding: try Data(contentsOf: files[1]), as: UTF8.self)
    }
}
