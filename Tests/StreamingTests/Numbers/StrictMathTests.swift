import Foundation
import TestSupport
import Testing

@testable import Streaming

/// Java's own results, recorded bit by bit with JDK 17's `StrictMath`.
@Suite struct StrictMathTests {
    /// Recorded calls: operands, then the result.
    static func records(_ function: String) throws -> [[Double]] {
        let path =
            ProcessInfo.processInfo.environment["STRICT_MATH_RECORDS"].map {
                URL(fileURLWithPath: $0)
            } ?? OracleFiles.folder.appendingPathComponent("java/strict-math.json")
        let object = try JSONSerialization.jsonObject(with: Data(contentsOf: path))
        let rows = try #require((object as? [String: Any])?[function] as? [[String]])
        return try rows.map { row in
            try row.map { Double(bitPattern: try #require(UInt64($0, radix: 16))) }
        }
    }

    static func isSame(_ left: Double, _ right: Double) -> Bool {
        left.isNaN ? right.isNaN : left.bitPattern == right.bitPattern
    }

    @Test(arguments: ["exp", "log", "log10", "cbrt"])
    func functionsOfOneNumberEqualJavas(name: String) throws {
        for record in try Self.records(name) {
            let result =
                switch name {
                case "exp": StrictMath.exp(record[0])
                case "log": StrictMath.log(record[0])
                case "log10": StrictMath.log10(record[0])
                default: StrictMath.cbrt(record[0])
                }
            #expect(
                Self.isSame(result, record[1]), "\(name)(\(record[0])): \(result), \(record[1])")
        }
    }

    @Test(arguments: ["pow", "hypot"])
    func functionsOfTwoNumbersEqualJavas(name: String) throws {
        for record in try Self.records(name) {
            let result =
                name == "pow"
                ? StrictMath.pow(record[0], record[1]) : StrictMath.hypot(record[0], record[1])
            #expect(
                Self.isSame(result, record[2]),
                "\(name)(\(record[0]), \(record[1])): \(result), \(record[2])")
        }
    }
}
