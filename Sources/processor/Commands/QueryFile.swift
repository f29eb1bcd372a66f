public import ArgumentParser
internal import CommandLineSupport
internal import Glibc
internal import StreamSQL
public import Streaming

/// The query of a run and the values of its variables.
struct QueryOptions: ParsableArguments {
    @Argument(
        help: "The query: a .sql file.",
        completion: .file(extensions: ["sql"]))
    var query = "pipelines/vehicles.sql"

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "A value for ${name} in the query, in place of its SET. Repeatable.",
            valueName: "name=value"))
    var variables: [KeyValueOption] = []

    /// The values of `--set`; the last one of a name wins.
    var substitutions: [String: String] {
        Dictionary(variables.map { ($0.name, $0.value) }) { _, last in last }
    }
}

/// A query's text with the name it goes by.
struct QueryFile {
    let path: String
    let text: String

    /// Longer than any query that a person writes.
    private static let maximumBytes = 1 << 20

    init(path: String) throws(ExitError) {
        let file = path == "-" ? STDIN_FILENO : unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            throw ExitError(.usage, "cannot read the query \(path): \(systemErrorText(errno))")
        }
        defer { if path != "-" { _ = close(file) } }
        var bytes = [UInt8](repeating: 0, count: Self.maximumBytes + 1)
        var count = 0
        while count < bytes.count {
            let start = count
            let more = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(
                    file, buffer.baseAddress?.advanced(by: start), buffer.count - start)
            }
            if more < 0 {
                throw ExitError(.usage, "cannot read the query \(path): \(systemErrorText(errno))")
            }
            if more == 0 { break }
            count += more
        }
        guard count <= Self.maximumBytes else {
            throw ExitError(.usage, "the query \(path) is longer than \(Self.maximumBytes) bytes")
        }
        guard let text = String(validating: bytes[..<count], as: UTF8.self) else {
            throw ExitError(.usage, "the query \(path) is not UTF-8 text")
        }
        self.path = path
        self.text = text
    }

    /// The file's name without folder and extension: `vehicles`.
    var name: String {
        let file = path.split(separator: "/").last.map(String.init) ?? path
        guard let dot = file.lastIndex(of: "."), dot != file.startIndex else { return file }
        return String(file[..<dot])
    }

    /// Parses and checks the query; an error shows where and what would be right.
    func pipeline(
        variables: [String: String], outputMode: OutputMode?
    ) throws(ExitError) -> Pipeline {
        do {
            return try Pipeline(text: text, variables: variables, outputMode: outputMode)
        } catch {
            let message = error.rendered(file: path, text: text)
            throw ExitError(.usage, message.hasSuffix("\n") ? String(message.dropLast()) : message)
        }
    }
}

extension OutputMode: ExpressibleByArgument {}
