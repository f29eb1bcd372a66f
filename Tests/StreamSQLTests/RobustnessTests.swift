import StreamSQL
import Streaming
import TestSupport
import Testing

/// Whatever the text is, the answer is a plan or a ``QueryError``.
@Suite struct RobustnessTests {
    @Test func theDefaultQueryCutAtEveryByteIsAPlanOrAnError() throws {
        let bytes = Array(try Fixtures.vehicles().utf8)
        for length in 0..<bytes.count { check(String(decoding: bytes[..<length], as: UTF8.self)) }
    }

    @Test func mutatedQueriesArePlansOrErrors() throws {
        var random = SeededRandom()
        let texts =
            [try Fixtures.vehicles()]
            + (try #require(
                try Fixtures.oracle("wrong-queries.json")["queries"] as? [[String: Any]]
            )
            .compactMap { $0["sql"] as? String }.map { Fixtures.table("events") + $0 })
        let pieces = [
            "(", ")", "'", "\"", "`", ";", ",", ".", "*", "-", "--", "/*", "*/", "${", "}",
            "SELECT",
            "FROM", "WATERMARK", "GROUP BY", "window(", "CASE", "WHEN", "END", "NULL", "INTERVAL",
            "CAST(", "AS", "1e400", "99999999999999999999", "9223372036854775808", "\\", "\u{0}",
            "é", "🎉", "IN (", "BETWEEN", "STRUCT<", ">>", "::", "NOT", "DISTINCT", "SET a = ",
            "'9223372036854775807 days'", "-9223372036854775808", "0.0000000000000000000000000001",
            "1e-2000BD", "DATE '", "x'", "decimal(38,38)", "round(", ", -2147483648)",
        ]
        for _ in 0..<1500 {
            var bytes = Array(texts.randomElement(using: &random)!.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
                let start = Int.random(in: 0..<bytes.count, using: &random)
                let end = min(bytes.count, start + Int.random(in: 0...12, using: &random))
                let piece = pieces.randomElement(using: &random)!
                switch Int.random(in: 0...3, using: &random) {
                case 0: bytes.removeSubrange(start..<end)
                case 1: bytes.insert(contentsOf: Array(piece.utf8), at: start)
                case 2: bytes.replaceSubrange(start..<end, with: Array(piece.utf8))
                default: bytes[start] = UInt8.random(in: 0...255, using: &random)
                }
            }
            check(String(decoding: bytes, as: UTF8.self))
        }
    }

    @Test(arguments: [
        "(", "+", "NOT ", "CASE WHEN ", "f(", "a[", "upper(", "- ", "CAST(", "x IN (",
    ])
    func deepNestingIsRefused(opening: String) {
        let error = Fixtures.error("SELECT " + String(repeating: opening, count: 100_000))
        #expect(error?.errorClass == "EXPRESSION_TOO_DEEP")
    }

    @Test func longChainsAreRefusedAndModerateOnesAccepted() {
        let long = String(repeating: " + 1", count: 100_000)
        #expect(
            Fixtures.error("SELECT n\(long) AS v FROM t")?.errorClass == "EXPRESSION_TOO_DEEP")
        let chain = String(repeating: " OR n = 1", count: 400)
        #expect(Fixtures.error("SELECT n FROM t WHERE n = 0\(chain)") == nil)
        let parentheses =
            String(repeating: "(", count: 200) + "n"
            + String(repeating: ")", count: 200)
        #expect(Fixtures.error("SELECT \(parentheses) AS v FROM t") == nil)
        let type = String(repeating: "STRUCT<a: ", count: 10_000)
        #expect(
            Fixtures.error("SELECT CAST(n AS \(type) FROM t")?.errorClass == "EXPRESSION_TOO_DEEP")
    }

    @Test func variablesThatDoubleEachOtherAreBounded() {
        var text = "SET a0 = aaaaaaaaaa;\n"
        for index in 1..<64 { text += "SET a\(index) = ${a\(index - 1)}${a\(index - 1)};\n" }
        #expect(Fixtures.error(text + "SELECT 1 FROM t")?.errorClass == "VARIABLE_TOO_LONG")
    }

    private func check(_ text: String) {
        do throws(QueryError) {
            let pipeline = try Pipeline(text: text)
            #expect(!pipeline.explained().isEmpty)
        } catch {
            #expect(!error.errorClass.isEmpty && !error.message.isEmpty)
            #expect(error.position != nil)
            #expect(!error.rendered(file: "q.sql", text: text).isEmpty)
        }
    }
}
