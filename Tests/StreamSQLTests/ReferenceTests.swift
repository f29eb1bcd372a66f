import Foundation
import Streaming
import Testing

@testable import StreamSQL

/// `pipelines/README.md` says what the SQL has.
@Suite struct ReferenceTests {
    private static func reference() throws -> String {
        try String(
            contentsOf: Fixtures.root.appending(path: "pipelines/README.md"),
            encoding: .utf8)
    }

    @Test func theReferenceNamesEachFunctionAndNoOther() throws {
        let rows = try Self.reference().split(separator: "\n").filter { $0.hasPrefix("| ") }
        let named = rows.dropFirst().flatMap { row in
            let list = row.split(separator: "|", omittingEmptySubsequences: false)[2]
            return list.split(separator: ",").map {
                $0.trimmingCharacters(in: CharacterSet(charactersIn: " `"))
            }
        }
        let known = Array(FunctionCatalog.definitions.keys) + AggregateDefinition.names
        #expect(named.sorted() == known.sorted())
    }

    @Test(arguments: [
        "temp <=> 1", "ok IS NOT TRUE", "n IS NOT DISTINCT FROM 1", "s || 'x'", "temp::INT",
        "n NOT BETWEEN 1 AND 2", "s NOT IN ('a', 'b')", "s NOT LIKE 'a%'", "try_cast(s AS INT)",
        "n % 2 + n div 2", "DATE '2024-01-01'", "TIMESTAMP '2024-01-01 00:00:00'", "n <> 1",
        "CASE n WHEN 1 THEN 'a' ELSE 'b' END", "p.x", "n != 1 AND NOT n == 2",
    ])
    func theOperatorsThatItNamesAreThere(_ expression: String) throws {
        let pipeline = try Pipeline(
            text: """
                CREATE TABLE t (n INT, temp DOUBLE, s STRING, ok BOOLEAN, p STRUCT<x: INT>)
                USING json OPTIONS (path '-');
                SELECT \(expression) AS v FROM t
                """)
        #expect(pipeline.plan.outputSchema.fields.count == 1)
    }
}
