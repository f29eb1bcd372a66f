import Foundation
import Testing

@testable import Streaming

/// The casts of text constants and of the STRING column that Spark was asked.
@Suite struct CastTests {
    /// Casts `value` and gives Spark's `to_json` of the result, or its error class.
    static func cast(_ value: String, to type: String) -> String? {
        func json(_ append: (ByteArena) -> Void) -> String { text(append) }
        func number(_ value: Double, _ print: String) -> String {
            value.isFinite ? print : "\"\(print)\""
        }
        return value.withBytes { bytes -> String? in
            switch type {
            case "int", "bigint":
                guard let value = TextParser.integer(bytes),
                    type == "bigint" || Int32(exactly: value) != nil
                else { return nil }
                return "\(value)"
            case "double":
                guard let value = TextParser.double(bytes) else { return nil }
                return number(value, json { TextFormat.append(double: value, to: $0) })
            case "float":
                guard let value = TextParser.float(bytes) else { return nil }
                return number(value, json { TextFormat.append(float: value, to: $0) })
            case "boolean": return TextParser.boolean(bytes).map { "\($0)" }
            case "date":
                return TextParser.date(bytes).map { days in
                    "\"" + json { TextFormat.append(date: days, to: $0) } + "\""
                }
            case "timestamp":
                var parser = TextParser(zones: OracleFiles.zones)
                return parser.timestamp(bytes).map { micros in
                    "\"" + json { TextFormat.append(isoTimestamp: micros, to: $0) } + "\""
                }
            case "decimal(10,0)", "decimal(5,2)":
                let (precision, scale) = type == "decimal(5,2)" ? (5, 2) : (10, 0)
                do throws(RowError) {
                    let value = try TextParser.decimal(bytes, precision: precision, scale: scale)
                    return value.map { value in
                        json { TextFormat.append(decimal: value, scale: scale, to: $0) }
                    }
                } catch { return error.description }
            default: return "unexpected \(type)"
            }
        }
    }

    /// Spark ran on JDK 17, which prints one digit more than tells this FLOAT from its neighbours;
    /// we print the shortest digits, as JDK 19 and later do.
    static func withoutSuperfluousDigits(_ json: String) -> String {
        json.replacingOccurrences(of: "2.14748365E9", with: "2.1474836E9")
    }

    @Test func castsOfTextAnswerAsSpark() throws {
        let object = try OracleFiles.object("functions/expressions.json")
        let table = try #require(object["table"] as? [[String: Any]])
        var texts: [Int: String] = [:]
        for row in table {
            let columns = try #require(row["columns"] as? [String: [String: Any]])
            texts[try #require(row["id"] as? Int)] = columns["s"]?["string"] as? String
        }
        let pattern = #/^(try_cast\(|cast\(|\w+\()(?:'(?<text>[^']*)'|s)(?: AS .*)?\)$/#
        var checked = 0
        for expression in try #require(object["expressions"] as? [[String: Any]]) {
            let category = try #require(expression["category"] as? String)
            let sql = try #require(expression["sql"] as? String)
            guard ["cast_number", "cast_boolean", "cast_time", "try_cast"].contains(category),
                let match = sql.wholeMatch(of: pattern),
                let type = expression["type"] as? String,
                let rows = expression["rows"] as? [[String: Any]]
            else { continue }
            for row in rows {
                let id = try #require(row["id"] as? Int)
                guard let input = match.output.text.map(String.init) ?? texts[id] else {
                    #expect(row["value"] as? String == "{}")
                    continue
                }
                let result = Self.cast(input, to: type)
                let isTry = sql.hasPrefix("try_cast")
                if let error = row["error"] as? String {
                    #expect(result ?? "CAST_INVALID_INPUT" == error, "\(sql), row \(id)")
                } else if isTry, result == nil || result?.hasPrefix("NUMERIC") == true {
                    #expect(row["value"] as? String == "{}", "\(sql), row \(id)")
                } else {
                    let expected = (row["value"] as? String).map(Self.withoutSuperfluousDigits)
                    #expect(result.map { "{\"v\":\($0)}" } == expected, "\(sql), row \(id)")
                }
                checked += 1
            }
        }
        #expect(checked > 200)
    }

    @Test(
        arguments: [
            ("1e5", 1e5), (" +1.5e+3 ", 1500), (".5", 0.5), ("5.", 5), ("-0", -0.0), ("1D", 1),
            ("0x1.8p1", 3), ("-0X.8P+1f", -1), ("1e-400", 0), ("-1e999999999999999999", -.infinity),
            ("123456789012345678901234567890", 1.2345678901234568e29),
            ("9007199254740993", 9007199254740992), ("1.7976931348623159e308", .infinity),
            ("2.4703282292062328e-324", .leastNonzeroMagnitude),
        ] as [(String, Double)])
    func doublesReadAsJavaReadsThem(input: String, expected: Double) {
        #expect(input.withBytes { TextParser.double($0) }?.bitPattern == expected.bitPattern)
    }

    @Test(arguments: [
        "", ".", "1e", "e5", "0x10", "0x1p", "0xp1", "1dd", "+-1", "1 2", "in", "+",
        "١", "nand",
    ])
    func otherTextsAreNoDoubles(input: String) {
        #expect(input.withBytes { TextParser.double($0) } == nil)
    }

    @Test func everyNumberReadsAsTheStandardLibraryReadsIt() {
        var random = SeededRandom()
        for _ in 0..<30_000 {
            let digits = (0..<Int.random(in: 1...24, using: &random)).map { _ in
                String(UInt8.random(in: 0...9, using: &random))
            }
            var number = digits.joined()
            let point = Int.random(in: 0...number.count, using: &random)
            if point > 0, point < number.count {
                number.insert(".", at: number.index(number.startIndex, offsetBy: point))
            }
            if Bool.random(using: &random) {
                number += "e\(Int.random(in: -30...30, using: &random))"
            }
            #expect(number.withBytes { TextParser.double($0) } == Double(number), "\(random.seed)")
            let float = number.withBytes { TextParser.float($0) }
            #expect(float == Float(number).map { Double($0) }, "\(random.seed)")
        }
    }

    @Test(
        arguments: [
            ("12.5", 3, 0, 13), ("-12.5", 3, 0, -13),
            ("12.49999999999999999999999999999999", 3, 0, 12),
            ("1e2", 3, 0, 100), ("0.000001", 5, 2, 0), ("0.005", 5, 2, 1), ("0.0049", 5, 2, 0),
            (
                "99999999999999999999999999999999999999", 38, 0,
                99_999_999_999_999_999_999_999_999_999_999_999_999
            ),
            ("000000000000000000000000000000000000000000000001", 1, 0, 1), (" 7 ", 5, 2, 700),
            ("9.995e2", 5, 2, 99_950), ("0e30", 5, 2, 0), ("x", 5, 2, nil), ("", 5, 2, nil),
            ("1e99999999999", 5, 2, nil), ("1e-2000000000", 5, 2, 0),
        ] as [(String, Int, Int, Int128?)])
    func decimalsRoundHalfUp(input: String, precision: Int, scale: Int, expected: Int128?) throws {
        let value = try input.withBytes { bytes -> Result<Int128?, RowError> in
            do throws(RowError) {
                return .success(
                    try TextParser.decimal(bytes, precision: precision, scale: scale))
            } catch { return .failure(error) }
        }.get()
        #expect(value == expected)
    }

    @Test(arguments: ["1000", "999.995", "1e38", "1e2000000000", "0e50"])
    func decimalsThatDoNotFitAreOutOfRange(input: String) {
        #expect(throws: RowError.numericValueOutOfRange) {
            let bytes = Array(input.utf8)
            _ = try TextParser.decimal(bytes.span, precision: 5, scale: 2)
        }
    }
}
