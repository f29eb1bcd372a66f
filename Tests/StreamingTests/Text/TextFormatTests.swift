import Foundation
import Testing

@testable import Streaming

@Suite struct TextFormatTests {
    @Test func doublesPrintAsSparkPrintsThem() throws {
        let rows = try OracleFiles.rows("functions/doubles.json")
        #expect(rows.count == 170)
        for row in rows {
            let literal = try #require(row["literal"] as? String)
            let value = try #require(Double(literal == "-Infinity" ? "-inf" : literal))
            #expect(text { TextFormat.append(double: value, to: $0) } == row["text"] as? String)
        }
    }

    @Test(
        arguments: [
            (Double.leastNonzeroMagnitude * 1, "4.9E-324"),
            (Double.leastNonzeroMagnitude * 2, "9.9E-324"),
            (Double.leastNonzeroMagnitude * 3, "1.5E-323"),
            (Double.leastNonzeroMagnitude * 4, "2.0E-323"),
            (Double.leastNonzeroMagnitude * 10, "4.9E-323"),
            (Double.leastNonzeroMagnitude * 12, "5.9E-323"),
            (1e-3, "0.001"), (9.999e-4, "9.999E-4"), (1e7, "1.0E7"), (9999999.0, "9999999.0"),
            (9999999.999999998, "9999999.999999998"), (100, "100.0"), (120, "120.0"),
            (0.1 + 0.2, "0.30000000000000004"), (1e15, "1.0E15"), (123456.789, "123456.789"),
            (2e23, "2.0E23"), (2.2250738585072014e-308, "2.2250738585072014E-308"),
            (-.infinity, "-Infinity"), (-1.5, "-1.5"),
        ] as [(Double, String)])
    func doublesPrintTheShortestDigitsInTheShapeOfJava(value: Double, expected: String) {
        #expect(text { TextFormat.append(double: value, to: $0) } == expected)
    }

    @Test(
        arguments: [
            (.leastNonzeroMagnitude, "1.4E-45"), (Float.leastNonzeroMagnitude * 2, "2.8E-45"),
            (0.1, "0.1"),
            (3.4028235e38, "3.4028235E38"),
            (16777216, "1.6777216E7"), (1e10, "1.0E10"), (-0.0, "-0.0"), (1234567.9, "1234567.9"),
            (.nan, "NaN"), (.leastNormalMagnitude, "1.1754944E-38"), (1e-3, "0.001"),
        ] as [(Float, String)])
    func floatsPrintTheShortestDigits(value: Float, expected: String) {
        #expect(text { TextFormat.append(float: Double(value), to: $0) } == expected)
    }

    @Test func everyDoublePrintsToATextThatReadsBack() {
        var random = SeededRandom()
        for round in 0..<20_000 {
            var value = Double(bitPattern: random.next())
            if round % 2 == 0 {
                // What sensors send.
                value = Double(Int64(random.next() % 2_000_000) - 1_000_000) / 100
            }
            guard value.isFinite else { continue }
            let printed = text { TextFormat.append(double: value, to: $0) }
            #expect(Double(printed)?.bitPattern == value.bitPattern, "\(random.seed)")
            // As many digits as the standard library, which prints the fewest possible.
            func digits(_ text: String) -> String {
                let mantissa = text.lowercased().split(separator: "e")[0].filter(\.isNumber)
                return String(mantissa.trimmingPrefix { $0 == "0" }.reversed())
                    .trimmingPrefix { $0 == "0" }.description
            }
            if value.isNormal { #expect(digits(printed) == digits(value.description)) }
        }
    }

    @Test func timestampsPrintAsSparkPrintsThem() throws {
        let rows = try OracleFiles.rows("functions/timestamps.json")
        #expect(rows.count == 19)
        for row in rows {
            let micros = try #require(row["micros"] as? NSNumber).int64Value
            #expect(text { TextFormat.append(timestamp: micros, to: $0) } == row["text"] as? String)
            let iso = text { TextFormat.append(isoTimestamp: micros, to: $0) }
            #expect(#"{"t":"\#(iso)"}"# == row["to_json"] as? String)
        }
        #expect(
            text { TextFormat.append(timestamp: .max, to: $0) } == "+294247-01-10 04:00:54.775807")
    }

    @Test(
        arguments: [
            (0, 0, "0"), (0, 2, "0.00"), (-10, 2, "-0.10"), (12345, 2, "123.45"), (5, 5, "0.00005"),
            (Int128.max, 38, "1.70141183460469231731687303715884105727"),
            (Int128.min, 0, "-170141183460469231731687303715884105728"),
            (10_000_000_000_000_000_000, 0, "10000000000000000000"),
            (
                -100_000_000_000_000_000_000_000_000_000_000_000_000, 1,
                "-10000000000000000000000000000000000000.0"
            ),
        ] as [(Int128, Int, String)])
    func decimalsPrintPlainly(unscaled: Int128, scale: Int, expected: String) {
        #expect(text { TextFormat.append(decimal: unscaled, scale: scale, to: $0) } == expected)
    }

    @Test(arguments: [0, 7, 10, 99, 100, -1, Int64.min, Int64.max, 1_000_000_000_000_000_000])
    func integersPrintTheirDigits(value: Int64) {
        #expect(text { TextFormat.append(integer: value, to: $0) } == "\(value)")
    }
}
