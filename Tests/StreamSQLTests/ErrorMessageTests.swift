import StreamSQL
import Testing

/// Typical mistakes, with the whole text that a user sees.
@Suite struct ErrorMessageTests {
    private func rendered(_ text: String, variables: [String: String] = [:]) -> String {
        do throws(QueryError) {
            _ = try Pipeline(text: text, variables: variables)
            return "accepted"
        } catch {
            return error.rendered(file: "query.sql", text: text)
        }
    }

    private let table =
        "CREATE TABLE t (time TIMESTAMP, entity STRING, temp DOUBLE) "
        + "USING kafka OPTIONS (subscribe 'raw');\n"

    @Test func aMisspeltColumn() {
        #expect(
            rendered(table + "SELECT entity,\n  entty AS e\nFROM t") == """
                query.sql:3:3: [UNRESOLVED_COLUMN.WITH_SUGGESTION] A column with name `entty` \
                cannot be resolved.
                    entty AS e
                    ^^^^^
                hint: Did you mean `entity`?

                """)
    }

    @Test func aMisspeltFunction() {
        #expect(
            rendered(table + "SELECT uper(entity) FROM t") == """
                query.sql:2:8: [UNRESOLVED_ROUTINE] There is no function `uper`.
                  SELECT uper(entity) FROM t
                         ^^^^
                hint: Did you mean `upper`?

                """)
    }

    @Test func anErrorBehindAVariableIsPlacedInTheGivenText() {
        let text = table + "SELECT '${long}' AS x, nosuch FROM t"
        #expect(
            rendered(text, variables: ["long": String(repeating: "é", count: 100)]) == """
                query.sql:2:24: [UNRESOLVED_COLUMN.WITH_SUGGESTION] A column with name `nosuch` \
                cannot be resolved.
                  SELECT '${long}' AS x, nosuch FROM t
                                         ^^^^^^
                hint: Columns: `time`, `entity`, `temp`, `x`.

                """)
    }

    @Test func aVariableWithoutValue() {
        #expect(
            rendered(table + "SET delay = 3 minutes;\nSELECT ${dely} FROM t") == """
                query.sql:3:8: [UNDEFINED_VARIABLE] The variable `dely` has no value.
                  SELECT ${dely} FROM t
                         ^^^^^^^
                hint: Did you mean `delay`? Give it with `--set dely=VALUE` or write \
                `SET dely = VALUE;` above.

                """)
    }

    @Test func anErrorWithinTheValueOfAVariablePointsAtTheVariable() {
        #expect(
            rendered(
                table + "SET size = 1 minut;\nSELECT count(*) AS c FROM t WATERMARK time DELAY OF "
                    + "INTERVAL 1 MINUTE GROUP BY window(time, '${size}')") == """
                    query.sql:3:93: [CANNOT_PARSE_INTERVAL] '1 minut' is not an interval.
                      SELECT count(*) AS c FROM t WATERMARK time DELAY OF INTERVAL 1 MINUTE \
                    GROUP BY window(time, '${size}')
                      \(String(repeating: " ", count: 92))^^^^^^^^^
                    hint: An interval has numbers and units, as in '1 minute' or \
                    '1 hour 30 minutes'.

                    """)
    }

    @Test func appendWithoutAWatermark() {
        #expect(
            rendered(table + "SELECT count(*) AS c FROM t GROUP BY window(time, '1 minute')") == """
                query.sql:2:27: [STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION] The output mode \
                append is not supported for aggregation without a watermark.
                  SELECT count(*) AS c FROM t GROUP BY window(time, '1 minute')
                                            ^
                hint: Add WATERMARK column DELAY OF INTERVAL 3 MINUTES behind the table, and \
                window(column, '1 minute') to GROUP BY.

                """)
    }

    @Test func anAliasThatHidesTheWindow() {
        let query =
            "SELECT string(window.start) AS window, window.end AS e FROM t "
            + "WATERMARK time DELAY OF INTERVAL 1 MINUTE GROUP BY window(time, '1 minute')"
        #expect(
            rendered(table + query) == """
                query.sql:2:40: [INVALID_EXTRACT_BASE_FIELD_TYPE] Can't extract a value from \
                "window". Need a STRUCT but got "STRING".
                  \(query)
                  \(String(repeating: " ", count: 39))^^^^^^^^^^
                hint: The alias `window` hides the window of GROUP BY from here on: give that \
                alias another name, or put it last.

                """)
    }

    @Test func aQuoteThatDoesNotEnd() {
        #expect(
            rendered(table + "\tSELECT 'abc FROM t") == """
                query.sql:2:9: [PARSE_SYNTAX_ERROR] The text that begins here does not end.
                  \tSELECT 'abc FROM t
                  \t       ^
                hint: Close it with '.

                """)
    }
}
