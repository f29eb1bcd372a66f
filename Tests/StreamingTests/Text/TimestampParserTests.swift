import Foundation
import TestSupport
import Testing

@testable import Streaming

extension TextParser {
    static func timestamp(_ text: String) -> Int64? {
        var parser = TextParser(zones: OracleFiles.zones)
        return text.withBytes { parser.timestamp($0) }
    }
}

@Suite struct TimestampParserTests {
    @Test func textsOfFromJSONReadAsSparkReadsThem() throws {
        var read = 0
        for row in try OracleFiles.rows("functions/from_json.json") {
            guard let message = row["message"] as? String,
                let value = try? JSONSerialization.jsonObject(with: Data(message.utf8)),
                let object = value as? [String: Any], let text = object["time"] as? String,
                object.count == 1
            else { continue }
            let expected = (row["time_micros"] as? NSNumber)?.int64Value
            #expect(TextParser.timestamp(text) == expected, "\(text)")
            read += 1
        }
        #expect(read > 80)
    }

    @Test(arguments: [
        ("2024-05-01 10:00:00 Europe/Paris", "2024-05-01 08:00:00"),
        ("2024-05-01T10:00:00 ECT", "2024-05-01 08:00:00"),
        ("2024-05-01T10:00:00 EST", "2024-05-01 15:00:00"),
        ("2024-05-01T10:00:00.123456789Z", "2024-05-01 10:00:00.123456"),
        ("2024-05-01T10:00:00.5+18:00", "2024-04-30 16:00:00.5"),
        ("1900-01-01T00:00:00 Europe/Paris", "1899-12-31 23:50:39"),
        ("2090-07-01T00:00:00 Europe/Paris", "2090-06-30 22:00:00"),
        ("2024-03-31T02:30:00 Europe/Paris", "2024-03-31 01:30:00"),
        ("2024-10-27T02:30:00 Europe/Paris", "2024-10-27 00:30:00"),
        ("-290308-12-21T19:59:05.224192Z", "-290308-12-21 19:59:05.224192"),
        ("2024-05-01T10:00:00 UT+0130", "2024-05-01 08:30:00"),
        ("2024-05-01T10:00:00-01:02:03", "2024-05-01 11:02:03"),
    ])
    func zonesAndFractionsAreUnderstood(input: String, expected: String) throws {
        let value = try #require(TextParser.timestamp(input))
        #expect(text { TextFormat.append(timestamp: value, to: $0) } == expected)
    }

    @Test(arguments: [
        "", " ", "12:34:56", "T12:34:56", "2024-05-01T10:00:00 ../../etc/passwd",
        "2024-05-01T10:00:00+18:01", "2024-05-01T10:00:00+123", "2024-05-01T10:00:00+2:",
        "2024-05-01T10:00:00 Europe/Nowhere", "2024-05-01T10:60:00Z", "2024-05-01T10:00:00+1:2:3",
        "999999999999999999999-01-01", "2024-05-01T10:00:00.1 x", "2024-05-01T10:00:00 e",
        "999999-01-01T00:00:00Z", "-999999-01-01T00:00:00Z", "2024-05-01T10:00:00ZZ",
    ])
    func otherTextsAreRefused(input: String) { #expect(TextParser.timestamp(input) == nil) }

    @Test(
        arguments: [
            ("2024-05-01", 19844), (" 2024-05-01T", 19844), ("2024-05-01 anything", 19844),
            ("2024-05", 19844), ("2024", 19723), ("+2024", 19723), ("0000-01-01", -719_528),
            ("-0001-12-31", -719_529), ("5881580-07-11", 2_147_483_647), ("5881580-07-12", nil),
            ("2024-5-1", 19844), ("2024 x", nil), ("2024-05 x", nil), ("2024-05-01x", nil),
            ("2023-02-29", nil), ("01/05/2024", nil), ("", nil), ("2024-05-", nil), ("202", nil),
            ("12345678-01-01", nil),
        ] as [(String, Int64?)])
    func datesReadAsSparkReadsThem(input: String, expected: Int64?) {
        #expect(input.withBytes { TextParser.date($0) } == expected)
    }

    /// The short way and the general one must agree wherever the short one answers.
    @Test func theFastPathAgreesWithTheGeneralReader() {
        var random = SeededRandom()
        let alphabet = Array("0123456789-T:.Z +".utf8)
        let templates = [
            "2024-05-01T10:00:00Z", "1969-12-31T23:59:59.123456Z", "0001-01-01T00:00:00",
        ]
        var accepted = 0
        for round in 0..<30_000 {
            var bytes = Array(templates[round % templates.count].utf8)
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] =
                    alphabet.randomElement(using: &random) ?? 0
            }
            guard let plain = PlainTimestamp(bytes.span, from: 0), plain.end == bytes.count else {
                continue
            }
            let value = plain.microseconds
            accepted += 1
            var parser = TextParser(zones: .none)
            let general = parser.generalTimestamp(bytes.span)
            #expect(general == value, "\(random.seed)")
        }
        #expect(accepted > 5000)
    }

    @Test func anyBytesAreReadWithoutATrap() {
        var random = SeededRandom()
        let alphabet = Array("0123456789--T::.Z +GMTUC/eE".utf8) + [0xFF, 0]
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                alphabet.randomElement(using: &random) ?? 0
            }
            var parser = TextParser(zones: .none)
            _ = parser.timestamp(bytes.span)
            _ = TextParser.date(bytes.span)
            _ = TextParser.integer(bytes.span)
            _ = TextParser.double(bytes.span)
            _ = TextParser.float(bytes.span)
            _ = TextParser.double(ofNumber: bytes.span)
            _ = TextParser.boolean(bytes.span)
            _ = try? TextParser.decimal(bytes.span, precision: 38, scale: 38)
        }
    }

    @Test func everyTimestampReadsBackFromItsText() {
        var random = SeededRandom()
        for _ in 0..<20_000 {
            let value = Int64(bitPattern: random.next()) >> Int.random(in: 0...20, using: &random)
            let printed = text { TextFormat.append(timestamp: value, to: $0) }
            #expect(TextParser.timestamp(printed) == value, "\(random.seed)")
        }
    }
}
