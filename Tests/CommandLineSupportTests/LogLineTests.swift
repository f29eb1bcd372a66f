import Foundation
import Testing

@testable import CommandLineSupport

struct LogLineTests {
    private func line(_ format: LogFormat, _ message: String, _ fields: LogFields = [:]) -> String {
        let line = LogLine(
            format, time: "2026-11-20T21:00:00.123Z", level: .info, message: message,
            fields: fields)
        return String(decoding: line.bytes, as: UTF8.self)
    }

    @Test func textHasTimeLevelMessageAndFields() {
        #expect(
            line(.text, "connected", ["broker": "a:9092", "tries": 3, "why": "no luck", "x": ""])
                == """
                2026-11-20T21:00:00.123Z info    connected broker=a:9092 tries=3 \
                why="no luck" x=""

                """)
    }

    @Test func noFieldCanForgeASecondLineOrSteerATerminal() {
        let text = line(.text, "bad \u{1B}[2J", ["value": "a\nb\u{1B}", "\t": 1])
        #expect(!text.dropLast().contains("\n"))
        #expect(!text.contains("\u{1B}"))
        let json = line(.json, "a\nb", ["v": "\u{7}\"\\"])
        #expect(!json.dropLast().contains("\n"))
    }

    @Test func jsonIsOneValidObjectALine() throws {
        let text = line(
            .json, "said \"hi\"\n\u{1}",
            ["n": 3, "rate": 0.5, "nan": Double.nan, "ok": true, "s": "ü"])
        #expect(text.hasSuffix("}\n"))
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(object["time"] as? String == "2026-11-20T21:00:00.123Z")
        #expect(object["level"] as? String == "info")
        #expect(object["message"] as? String == "said \"hi\"\n\u{1}")
        #expect(object["n"] as? Int == 3)
        #expect(object["rate"] as? Double == 0.5)
        #expect(object["nan"] as? String == "nan")
        #expect(object["ok"] as? Bool == true)
        #expect(object["s"] as? String == "ü")
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
        (1_795_208_400_123_456, "2026-11-20T21:00:00.123Z"),
    ])
    func timesAreInUTC(microseconds: Int64, text: String) {
        #expect(Log.utcText(microseconds: microseconds) == text)
    }

    @Test func aLineBelowTheLevelIsNotEvenBuilt() {
        var built = false
        Log.write(
            .debug,
            {
                built = true; return "never"
            })
        #expect(!built)
    }
}
