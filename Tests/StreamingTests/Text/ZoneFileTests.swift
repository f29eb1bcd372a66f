import Foundation
import Testing

@testable import Streaming

@Suite struct ZoneFileTests {
    static func bytes(_ name: String) throws -> [UInt8] {
        let file = OracleFiles.folder.appendingPathComponent("zoneinfo/\(name)")
        return Array(try Data(contentsOf: file))
    }

    static func parse(_ bytes: [UInt8]) -> ZoneRules? { ZoneFile.parse(bytes.span) }

    static func local(_ text: String) throws -> Int64 {
        try #require(TextParser.timestamp(text)) / 1_000_000
    }

    /// A file of version 2 without transitions that ends with `rule`.
    static func file(rule: String) -> [UInt8] {
        func header(_ version: UInt8) -> [UInt8] {
            Array("TZif".utf8) + [version] + [UInt8](repeating: 0, count: 15)
                + [0, 0, 0, 0, 0, 1].flatMap { [0, 0, 0, UInt8($0)] as [UInt8] }
                + []
        }
        var block = header(UInt8(ascii: "2"))
        block[39] = 1  // one type
        block += [0, 0, 0, 0, 0, 0, 0]
        return block + block + Array("\n\(rule)\n".utf8)
    }

    @Test func aFileGivesTheOffsetsOfItsZone() throws {
        let rules = try #require(Self.parse(try Self.bytes("Europe/Paris")))
        let cases = [
            ("2024-01-15 12:00:00", 3600), ("2024-07-15 12:00:00", 7200),
            ("1850-01-01 00:00:00", 561), ("2099-07-15 12:00:00", 7200),
            ("2099-01-15 12:00:00", 3600), ("2040-03-25 01:59:59", 3600),
            ("2040-03-25 03:00:00", 7200), ("2040-10-28 02:59:59", 7200),
            ("2040-10-28 03:00:00", 3600),
        ]
        for (time, offset) in cases {
            let local = try Self.local(time)
            #expect(local - rules.instant(ofLocal: local) == offset, "\(time)")
        }
    }

    @Test(arguments: [
        ("EST5EDT,M3.2.0,M11.1.0", "2024-03-10 01:59:59", -18000),
        ("EST5EDT,M3.2.0,M11.1.0", "2024-03-10 03:00:00", -14400),
        ("EST5EDT,M3.2.0,M11.1.0", "2024-11-03 02:00:00", -18000),
        ("<+0330>-3:30", "2024-03-10 03:00:00", 12600),
        ("AEST-10AEDT,M10.1.0,M4.1.0/3", "2024-01-01 00:00:00", 39600),
        ("AEST-10AEDT,M10.1.0,M4.1.0/3", "2024-06-01 00:00:00", 36000),
        ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2024-03-30 23:30:00", -7200),
        ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2024-03-31 00:00:00", -3600),
        ("AAA0BBB,J60/0,J300/0", "2024-02-29 12:00:00", 0),
        ("AAA0BBB,J60/0,J300/0", "2024-03-01 12:00:00", 3600),
        ("AAA0BBB,59/0,300/0", "2024-02-29 12:00:00", 3600),
    ])
    func aRuleGivesTheOffsetsOfItsYears(rule: String, time: String, offset: Int64) throws {
        let rules = try #require(Self.parse(Self.file(rule: rule)))
        let local = try Self.local(time)
        #expect(local - rules.instant(ofLocal: local) == offset)
    }

    @Test(arguments: [
        "E5", "EST", "EST25", "EST5EDT,M13.1.0,M11.1.0", "EST5EDT,M3.2.0", "EST5x",
        "EST5EDT,M3.2.0,M11.1.0/200", "<EST", "EST5EDT,J0,J5", "EST5EDT",
    ])
    func aWrongRuleMakesTheFileInvalid(rule: String) {
        #expect(Self.parse(Self.file(rule: rule)) == nil)
    }

    @Test func truncatedAndMutatedFilesNeverTrap() throws {
        var random = SeededRandom()
        let file = try Self.bytes("America/New_York")
        #expect(Self.parse(file) != nil)
        for length in 0..<file.count {
            #expect(Self.parse(Array(file[0..<length])) == nil)
        }
        for _ in 0..<3000 {
            var mutated = file
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                mutated[Int.random(in: 0..<file.count, using: &random)] = UInt8.random(
                    in: 0 ... .max, using: &random)
            }
            if let rules = Self.parse(mutated) {
                for local in [Int64.min >> 20, -1, 0, 4_000_000_000] {
                    _ = rules.instant(ofLocal: local)
                }
            }
        }
    }
}
