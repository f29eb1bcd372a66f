import Foundation

/// A program that runs beside the benchmark: what it is told, what it says, and what it took.
final class ChildProgram {
    /// What a program took from its start to its end, its own threads included.
    struct Usage {
        /// Seconds.
        var wall = 0.0
        /// Seconds of processor time, the kernel's included.
        var processor = 0.0
        /// The most memory that was resident, in bytes.
        var peakBytes = 0
        var status: Int32 = 0
    }

    let path: String
    let identifier: pid_t
    private let start = ContinuousClock.now
    private var input: FileHandle?
    private var output: FileHandle?
    private var buffered = Data()
    private var ended: Usage?
    private var peakBytes = 0

    /// Where a program's output goes, and where its input comes from.
    enum Channel {
        case null
        case file(String)
        case pipe
        case descriptor(Int32)
    }

    init(
        _ path: String, _ arguments: [String], input: Channel = .null, output: Channel = .null,
        errors: Channel = .null
    ) throws {
        self.path = path
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        var toClose: [Int32] = []
        for (target, channel) in [(Int32(0), input), (1, output), (2, errors)] {
            switch channel {
            case .null:
                unsafe posix_spawn_file_actions_addopen(
                    &actions, target, "/dev/null", O_RDWR, 0)
            case .file(let name):
                let flags = O_WRONLY | O_CREAT | O_TRUNC
                unsafe posix_spawn_file_actions_addopen(&actions, target, name, flags, 0o644)
            case .descriptor(let descriptor):
                unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, target)
            case .pipe:
                let (reading, writing) = try Self.makePipe()
                let theirs = target == 0 ? reading : writing
                let ours = FileHandle(
                    fileDescriptor: target == 0 ? writing : reading, closeOnDealloc: true)
                if target == 0 { self.input = ours } else { self.output = ours }
                unsafe posix_spawn_file_actions_adddup2(&actions, theirs, target)
                toClose.append(theirs)
            }
        }
        var words = unsafe ([path] + arguments).map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { word in unsafe free(word) } }
        var identifier: pid_t = 0
        let code = unsafe posix_spawn(&identifier, path, &actions, nil, &words, environ)
        for descriptor in toClose { close(descriptor) }
        guard code == 0 else {
            throw WrongAnswer(
                description: "cannot start \(path): \(unsafe String(cString: strerror(code)))")
        }
        self.identifier = identifier
    }

    deinit {
        guard ended == nil else { return }
        kill(identifier, SIGKILL)
        var status: Int32 = 0
        unsafe waitpid(identifier, &status, 0)
    }

    /// Reading and writing end, closed in programs that are started.
    static func makePipe() throws -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [0, 0]
        guard unsafe pipe(&ends) == 0 else {
            throw WrongAnswer(description: "no pipe: \(errno)")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    /// Seconds since it was started.
    var age: Double { (ContinuousClock.now - start).nanoseconds(per: 1) / 1e9 }

    // MARK: Talk

    func send(_ line: String) throws { try input?.write(contentsOf: Data("\(line)\n".utf8)) }

    func closeInput() throws {
        try input?.close()
        input = nil
    }

    /// The next line that it says; nil at the end.
    func nextLine() -> String? {
        while true {
            if let end = buffered.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: buffered[..<end], as: UTF8.self)
                buffered = Data(buffered[(end + 1)...])
                return line
            }
            guard let more = output?.availableData, !more.isEmpty else { return nil }
            buffered.append(more)
        }
    }

    // MARK: Watch

    func interrupt() { _ = kill(identifier, SIGTERM) }

    /// Waits for its end; throws if it failed.
    @discardableResult
    func wait() throws -> Usage {
        while isRunning() { usleep(2000) }
        let usage = ended ?? Usage()
        guard usage.status == 0 else {
            throw WrongAnswer(description: "\(path) ended with status \(usage.status)")
        }
        return usage
    }

    func isRunning() -> Bool {
        guard ended == nil else { return false }
        // While it runs: afterwards the kernel does not know it any more. What the kernel counts
        // for ended programs may be the peak of the one that started them.
        peakBytes = max(peakBytes, memory("VmHWM"))
        var status: Int32 = 0
        var usage = rusage()
        guard unsafe wait4(identifier, &status, WNOHANG, &usage) == identifier else { return true }
        let exited = status & 0x7F == 0
        ended = Usage(
            wall: age, processor: usage.ru_utime.seconds + usage.ru_stime.seconds,
            peakBytes: peakBytes, status: exited ? (status >> 8) & 0xFF : -(status & 0x7F))
        return false
    }

    /// Bytes that are resident now.
    var residentBytes: Int { memory("VmRSS") }

    private func memory(_ field: String) -> Int {
        let text = try? String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8)
        let line = text?.split(separator: "\n").first { $0.hasPrefix("\(field):") }
        return (line?.split(separator: " ").compactMap { Int($0) }.first ?? 0) * 1024
    }

    var fileDescriptors: Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(identifier)/fd").count) ?? 0
    }
}

extension timeval {
    fileprivate var seconds: Double { Double(tv_sec) + Double(tv_usec) / 1e6 }
}

/// A folder of this run's own, removed at its end.
final class ScratchFolder {
    let path: String

    init() throws {
        path =
            FileManager.default.temporaryDirectory.path
            + "/benchmarks-\(ProcessInfo.processInfo.processIdentifier)"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a text file and gives its path.
    func write(_ text: String, to name: String) throws -> String {
        try text.write(toFile: file(name), atomically: true, encoding: .utf8)
        return file(name)
    }
}
