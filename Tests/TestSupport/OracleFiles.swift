public import Foundation
public import Streaming

/// What Apache Spark 4.3 answered, recorded under `Tests/Oracle`.
public enum OracleFiles {
    public static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Oracle")

    /// A recording does not have the shape that a test expects.
    public struct Unexpected: Error {
        public let path: String
    }

    public static func object(_ path: String) throws -> [String: Any] {
        let data = try Data(contentsOf: folder.appendingPathComponent(path))
        guard let object = try JSONSerialization.jsonObject(with: data) as? [String: Any] else {
            throw Unexpected(path: path)
        }
        return object
    }

    public static func rows(_ path: String, _ key: String = "rows") throws -> [[String: Any]] {
        guard let rows = try object(path)[key] as? [[String: Any]] else {
            throw Unexpected(path: path)
        }
        return rows
    }

    /// The files of a folder whose names begin with `prefix`, as paths, sorted.
    public static func paths(in path: String, prefix: String) throws -> [String] {
        let names = try FileManager.default.contentsOfDirectory(
            atPath: folder.appendingPathComponent(path).path)
        return names.filter { $0.hasPrefix(prefix) }.sorted().map { "\(path)/\($0)" }
    }

    /// The zones whose files are recorded.
    public static let zones = ZoneCatalog { name in
        let file = folder.appendingPathComponent("zoneinfo").appendingPathComponent(name)
        guard let data = try? Data(contentsOf: file) else { return nil }
        return ZoneFile.parse(Array(data).span)
    }
}

/// What `append` adds to an empty arena.
public func text(_ append: (ByteArena) -> Void) -> String {
    let arena = ByteArena()
    append(arena)
    return arena.text(at: 0, count: arena.count)
}

extension String {
    /// Lends the UTF-8 bytes.
    public func withBytes<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        let bytes = Array(utf8)
        return body(bytes.span)
    }
}
