public import Foundation
internal import Synchronization

/// A program of this package as a process of its own, for tests of what a user sees.
public final class Program: @unchecked Sendable {
    // Unchecked: the process object is thread-safe on Linux for what is used here, and the
    // collected output is behind a lock.
    private let process = Process()
    private let output = Collected()
    private let errors = Collected()

    /// How a program ended.
    public struct Outcome: Sendable {
        public var status: Int32
        /// The signal that ended it, if one did.
        public var signal: Int32?
        public var output: String
        public var errors: String

        public var lines: [String] { output.split(separator: "\n").map(String.init) }
    }

    /// Starts `name`, built beside the tests, without the `TIDEMARK_…` variables of this process.
    public init(
        _ name: String, _ arguments: [String], environment: [String: String] = [:],
        input: FileHandle = .nullDevice, output target: FileHandle? = nil
    ) throws {
        process.executableURL = Self.folder.appendingPathComponent(name)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment
            .filter { !$0.key.hasPrefix("TIDEMARK_") }
            .merging(environment) { _, new in new }
        process.standardInput = input
        if let target { process.standardOutput = target } else { collect(output, \.standardOutput) }
        collect(errors, \.standardError)
        try process.run()
    }

    private func collect(
        _ target: Collected, _ stream: ReferenceWritableKeyPath<Process, Any?>
    ) {
        let pipe = Pipe()
        process[keyPath: stream] = pipe
        pipe.fileHandleForReading.readabilityHandler = { handle in
            let data = handle.availableData
            if data.isEmpty { handle.readabilityHandler = nil }
            target.add(data)
        }
    }

    /// Where `swift build` puts programs and test bundles.
    public static var folder: URL {
        URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    }

    public var identifier: Int32 { process.processIdentifier }
    public var isRunning: Bool { process.isRunning }
    public var errorsSoFar: String { errors.text }
    public var outputSoFar: String { output.text }

    public func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

    /// Waits for the end; kills the program after `seconds`, which a test then reports.
    public func wait(seconds: Double = 180) -> Outcome {
        let deadline = Date(timeIntervalSinceNow: seconds)
        let identifier = process.processIdentifier
        let timer = DispatchSource.makeTimerSource(queue: .global())
        timer.schedule(deadline: .now() + deadline.timeIntervalSinceNow)
        timer.setEventHandler { kill(identifier, SIGKILL) }
        timer.resume()
        process.waitUntilExit()
        timer.cancel()
        output.waitForEnd(seconds: 5)
        errors.waitForEnd(seconds: 5)
        return Outcome(
            status: process.terminationStatus,
            signal: process.terminationReason == .uncaughtSignal ? process.terminationStatus : nil,
            output: output.text, errors: errors.text)
    }

    /// Runs a program to its end.
    public static func run(
        _ name: String, _ arguments: [String], environment: [String: String] = [:],
        input: String? = nil, seconds: Double = 180
    ) throws -> Outcome {
        guard let input else {
            return try Program(name, arguments, environment: environment).wait(seconds: seconds)
        }
        let file = try TemporaryFile(input)
        let handle = try FileHandle(forReadingFrom: file.url)
        return try Program(name, arguments, environment: environment, input: handle)
            .wait(seconds: seconds)
    }
}

/// What a program has written so far.
private final class Collected: Sendable {
    private struct State {
        var data = Data()
        var isStarted = false
        var isEnded = false
    }

    private let state = Mutex(State())
    private let ended = DispatchSemaphore(value: 0)

    func add(_ data: Data) {
        let isEnd = state.withLock { state in
            state.isStarted = true
            state.data.append(data)
            if data.isEmpty { state.isEnded = true }
            return data.isEmpty
        }
        if isEnd { ended.signal() }
    }

    /// Waits until the stream has been read to its end, if it is collected at all.
    func waitForEnd(seconds: Double) {
        if state.withLock({ $0.isEnded }) { return }
        _ = ended.wait(timeout: .now() + seconds)
    }

    var text: String { state.withLock { String(decoding: $0.data, as: UTF8.self) } }
}

/// A file that goes away with its owner.
public final class TemporaryFile: Sendable {
    public let url: URL

    public var path: String { url.path }

    public init(_ text: String = "", suffix: String = "txt") throws {
        url = FileManager.default.temporaryDirectory
            .appendingPathComponent("tidemark-\(UUID().uuidString).\(suffix)")
        try Data(text.utf8).write(to: url)
    }

    deinit { try? FileManager.default.removeItem(at: url) }
}
