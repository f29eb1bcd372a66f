internal import Glibc
internal import Streaming

extension ZoneCatalog {
    /// The zones of the system's `/usr/share/zoneinfo`.
    static let system = ZoneCatalog { name in
        // Names come from data: nothing that could lead out of the folder is looked up.
        let isPlain = name.utf8.allSatisfy { byte in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || "/_+-".utf8.contains(byte)
        }
        guard isPlain, !name.hasPrefix("/"), name.utf8.count <= 64 else { return nil }
        return read("/usr/share/zoneinfo/\(name)").flatMap { ZoneFile.parse($0.span) }
    }

    private static let maximumFileBytes = 1 << 20

    private static func read(_ path: String) -> [UInt8]? {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { _ = close(file) }
        var bytes = [UInt8](repeating: 0, count: maximumFileBytes)
        var count = 0
        while count < bytes.count {
            let start = count
            let more = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(
                    file, buffer.baseAddress?.advanced(by: start), buffer.count - start)
            }
            guard more > 0 else { break }
            count += more
        }
        return Array(bytes[..<count])
    }
}
