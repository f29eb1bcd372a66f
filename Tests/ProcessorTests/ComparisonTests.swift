import ChaosSupport
import Testing

/// What compares results with the model finds each kind of difference.
@Suite struct ComparisonTests {
    private static let row =
        #"{"window_start":"2024-05-01T00:00:00.000Z","window":"2024-05-01 00:00:00-2024-05-01 "#
        + #"00:01:00","entity":"7","avg_temp":20.13,"last_humidity":36.5,"readings":2}"#

    private func record(_ offset: Int64, _ value: String, from: Int64? = nil) -> LogRecord {
        LogRecord(
            partition: 0, offset: offset, key: nil, value: Array(value.utf8),
            headers: from.map { ["partition": "0", "offset": "\($0)"] } ?? [:])
    }

    private func reading(_ time: String, _ temp: String, _ humidity: String) -> String {
        #"{"time":"2024-05-01T\#(time)Z","entity":7,"temp":\#(temp),"humidity":\#(humidity)}"#
    }

    /// A model with a row, a late record and a dead letter.
    private func model() -> Comparison {
        var comparison = Comparison(partitions: 1)
        for (offset, value) in raw.enumerated() {
            comparison.addRaw(record(Int64(offset), value))
        }
        comparison.finishModel()
        return comparison
    }

    private var raw: [String] {
        [
            reading("00:00:01.000", "20.0", "35.0"), "{", reading("00:00:02.000", "20.25", "36.5"),
            reading("00:04:00.000", "21.0", "30.0"), reading("00:00:03.000", "22.0", "31.0"),
        ]
    }

    private func outcome(
        rows: [String] = [row], late: [(Int64, String)]? = nil, dead: [(Int64, String)]? = nil
    ) -> Comparison {
        var comparison = model()
        for value in rows { comparison.addRow(record(0, value)) }
        for (origin, value) in late ?? [(4, raw[4])] {
            comparison.addSide(record(0, value, from: origin), isLate: true)
        }
        for (origin, value) in dead ?? [(1, raw[1])] {
            comparison.addSide(record(0, value, from: origin), isLate: false)
        }
        comparison.finish()
        return comparison
    }

    @Test func theSameIsEqual() {
        let comparison = outcome()
        #expect(comparison.isEqual, "\(comparison.differences)")
        #expect(
            (comparison.expectedRows, comparison.expectedLate, comparison.expectedDeadLetters)
                == (1, 1, 1))
    }

    @Test func whatIsMissingTwiceOrOtherwiseIsNot() {
        let other = Self.row.replacing("20.13", with: "20.12")
        for (name, comparison) in [
            ("no row", outcome(rows: [])),
            ("a row again", outcome(rows: [Self.row, Self.row])),
            ("a row that the model does not have", outcome(rows: [other])),
            ("no late record", outcome(late: [])),
            ("a late record again", outcome(late: [(4, raw[4]), (4, raw[4])])),
            ("other bytes", outcome(late: [(4, raw[3])])),
            ("no dead letter", outcome(dead: [])),
            ("a dead letter that the model", outcome(dead: [(1, raw[1]), (4, raw[4])])),
        ] {
            #expect(!comparison.isEqual)
            #expect(comparison.differences.contains { $0.contains(name) }, "\(name)")
        }
    }
}
