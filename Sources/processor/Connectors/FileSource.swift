internal import CommandLineSupport
internal import Glibc
internal import Streaming

/// `USING json OPTIONS (path '…')`: NDJSON from a file, the files of a folder in name order, or
/// standard input. One partition; an offset is the number of a line.
final class FileSource: RecordSource {
    private var paths: ArraySlice<String>
    private var reader: LineReader?
    private static let partition = 0
    private let maximumRecords: Int
    private var nextOffset: Int64 = 0

    /// Whether the input may go on for ever: standard input.
    let isLive: Bool

    /// - Throws: ``ExitError`` if the path cannot be read; nothing has been touched then.
    init(path: String, engine: QueryEngine, maximumRecords: Int) throws(ExitError) {
        self.maximumRecords = maximumRecords
        isLive = path == "-"
        paths = try Self.files(at: path)[...]
        // Opened before the run begins, so that an unreadable file is told at once.
        for path in paths.dropFirst() { _ = try LineReader(path: path) }
        reader = try paths.popFirst().map { path throws(ExitError) in try LineReader(path: path) }
        engine.addPartition(Self.partition, .start(at: 0))
    }

    /// The file itself, or the files of a folder in name order; hidden ones and those that begin
    /// with `_` are left out, as Spark does.
    static func files(at path: String) throws(ExitError) -> [String] {
        var status = stat()
        guard path != "-" else { return [path] }
        guard unsafe stat(path, &status) == 0 else {
            throw ExitError(.usage, "cannot read \(path): \(systemErrorText(errno))")
        }
        guard status.st_mode & S_IFMT == S_IFDIR else { return [path] }
        guard let folder = unsafe opendir(path) else {
            throw ExitError(.usage, "cannot read \(path): \(systemErrorText(errno))")
        }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard !name.hasPrefix("."), !name.hasPrefix("_") else { continue }
            let file = path.hasSuffix("/") ? path + name : path + "/" + name
            if unsafe stat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG {
                names.append(file)
            }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    func poll(into batch: RecordBatch, waitMilliseconds: Int) throws -> PollResult {
        guard let current = reader else { return .ended }
        let more = try current.read(
            into: batch, partition: Self.partition, nextOffset: &nextOffset,
            maximumRecords: maximumRecords, waitMilliseconds: waitMilliseconds)
        if !more { reader = try paths.popFirst().map { try LineReader(path: $0) } }
        return reader == nil ? .ended : .open
    }

    /// A file is read again from its beginning: there is nothing to commit.
    func commit() {}

    func close() { reader = nil }
}
