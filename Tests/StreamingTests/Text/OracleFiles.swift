import Foundation
import Testing

@testable import Streaming

/// What Apache Spark 4.3 answered, recorded under `Tests/Oracle`.
enum OracleFiles {
    static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Oracle")

    static func object(_ path: String) throws -> [String: Any] {
        let data = try Data(contentsOf: folder.appendingPathComponent(path))
        return try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    static func rows(_ path: String, _ key: String = "rows") throws -> [[String: Any]] {
        try #require(try object(path)[key] as? [[String: Any]])
    }

    /// The zones whose files are recorded.
    static let zones = ZoneCatalog { name in
        let file = folder.appendingPathComponent("zoneinfo").appendingPathComponent(name)
        guard let data = try? Data(contentsOf: file) else { return nil }
        return ZoneFile.parse(Array(data).span)
    }
}

/// What `append` adds to an empty arena.
func text(_ append: (ByteArena) -> Void) -> String {
    let arena = ByteArena()
    append(arena)
    return arena.text(at: 0, count: arena.count)
}

extension String {
    /// Lends the UTF-8 bytes.
    func withBytes<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        let bytes = Array(utf8)
        return body(bytes.span)
    }
}

extension TextParser {
    static func timestamp(_ text: String) -> Int64? {
        var parser = TextParser(zones: OracleFiles.zones)
        return text.withBytes { parser.timestamp($0) }
    }
}
