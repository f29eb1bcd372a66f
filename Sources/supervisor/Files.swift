internal import CommandLineSupport

#if canImport(Darwin)
    internal import Darwin
#else
    internal import Glibc
#endif

/// The whole file, refused if it is longer than `limit` bytes.
///
/// - Parameter option: what the user gave the path with; begins messages.
func readFile(_ path: String, option: String, limit: Int) throws(ExitError) -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw unreadable(path, option, errno) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = unsafe read(descriptor, &chunk, chunk.count)
        if count < 0 {
            if errno == EINTR, !Shutdown.isRequested { continue }
            throw unreadable(path, option, errno)
        }
        if count == 0 { return bytes }
        bytes += chunk[..<count]
        guard bytes.count <= limit else {
            throw ExitError(.usage, "\(option): \(path) is longer than \(limit >> 10) KiB")
        }
    }
}

/// The files that `path` stands for: itself, or the `.json` files of a folder in the order of
/// their names.
func specFiles(_ path: String) throws(ExitError) -> [String] {
    guard let folder = unsafe opendir(path) else {
        let code = errno
        if code == ENOTDIR { return [path] }
        if code == ENOENT, !path.contains("/"), !path.contains(".") {
            throw ExitError(
                .usage,
                "'\(path)' is no subcommand, no spec file and no folder; see supervisor --help")
        }
        throw unreadable(path, "spec", code)
    }
    defer { unsafe closedir(folder) }
    var names: [String] = []
    while let entry = unsafe readdir(folder) {
        let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        if name.hasSuffix(".json"), !name.hasPrefix(".") { names.append(name) }
    }
    guard !names.isEmpty else {
        throw ExitError(.usage, "the folder \(path) holds no .json file")
    }
    let base = path.hasSuffix("/") ? path : path + "/"
    return names.sorted().map { base + $0 }
}

private func unreadable(_ path: String, _ option: String, _ code: Int32) -> ExitError {
    ExitError(.usage, "\(option): cannot read \(path): \(systemErrorText(code))")
}
