import StreamSQL
import Streaming
import Testing

/// Tables, options, variables and the clauses around the SELECT.
@Suite struct StatementTests {
    private func error(_ text: String) -> QueryError? {
        do throws(QueryError) {
            _ = try Pipeline(text: text)
            return nil
        } catch {
            return error
        }
    }

    @Test func wrongTablesAndOptionsAreRefusedByClass() {
        let select = "SELECT n FROM t"
        let cases: [(String, String)] = [
            (
                "CREATE TABLE t (n INT) USING kafkaa OPTIONS (subscribe 'x'); \(select)",
                "DATA_SOURCE_NOT_FOUND"
            ),
            (
                "CREATE TABLE t (n INT) USING kafka OPTIONS (subscrib 'x'); \(select)",
                "UNKNOWN_OPTION"
            ),
            ("CREATE TABLE t (n INT) USING kafka; \(select)", "MISSING_OPTION"),
            ("CREATE TABLE t USING json OPTIONS (path 'x'); \(select)", "MISSING_SCHEMA"),
            ("CREATE TABLE t (n INT) USING console; \(select)", "UNSUPPORTED_FEATURE"),
            (
                "CREATE TABLE t (n INT, N INT) USING json OPTIONS (path 'x'); \(select)",
                "COLUMN_ALREADY_EXISTS"
            ),
            (
                "CREATE TABLE t (n INTT) USING json OPTIONS (path 'x'); \(select)",
                "UNSUPPORTED_DATATYPE"
            ),
            (
                "CREATE TABLE t (n INT) USING kafka OPTIONS (subscribe 'x', format 'avro'); "
                    + select,
                "INVALID_OPTION_VALUE"
            ),
            (
                "CREATE TABLE t (n INT) USING kafka OPTIONS (subscribe 'x', startingOffsets 'x'); "
                    + select, "INVALID_OPTION_VALUE"
            ),
            (
                "CREATE TABLE t (n INT) USING kafka OPTIONS (subscribe 'x', key 'm'); \(select)",
                "UNRESOLVED_COLUMN.WITH_SUGGESTION"
            ),
            (
                "CREATE TABLE t (n INT) USING kafka OPTIONS (subscribe 'x', subscribe 'y'); "
                    + select,
                "DUPLICATE_OPTION"
            ),
            (Fixtures.table("t") + Fixtures.table("T") + select, "TABLE_OR_VIEW_ALREADY_EXISTS"),
            (Fixtures.table("t") + "SELECT n FROM tt", "TABLE_OR_VIEW_NOT_FOUND"),
            (Fixtures.table("t") + "INSERT INTO out " + select, "TABLE_OR_VIEW_NOT_FOUND"),
            (Fixtures.table("t") + "\(select); \(select)", "MULTIPLE_QUERIES"),
            (Fixtures.table("t"), "MISSING_QUERY"),
            (Fixtures.table("t") + "SELECT 1 AS one", "MISSING_SOURCE"),
            (
                Fixtures.table("t") + "CREATE TABLE o USING kafka OPTIONS (topic 'o', key 'm'); "
                    + "INSERT INTO o SELECT n FROM t", "UNRESOLVED_COLUMN.WITH_SUGGESTION"
            ),
            (Fixtures.table("t") + "SELECT n, id AS n FROM t", "COLUMN_ALREADY_EXISTS"),
            (Fixtures.table("t") + "/* SELECT 1", "UNCLOSED_BRACKETED_COMMENT"),
        ]
        for (text, expected) in cases { #expect(error(text)?.errorClass == expected, "\(text)") }
    }

    @Test func theFormsOfDelayAndPlacementMeanTheSame() throws {
        let group = "GROUP BY window(time, '1 minute')"
        let forms = [
            "FROM t WATERMARK time DELAY OF INTERVAL 3 MINUTES",
            "FROM STREAM t WATERMARK time DELAY OF INTERVAL '3' MINUTE",
            "FROM STREAM(t) WATERMARK time DELAY OF INTERVAL '3 minutes'",
            "FROM STREAM t AS x WATERMARK time DELAY OF INTERVAL 2 minutes 60 seconds",
            "FROM t WATERMARK time DELAY OF INTERVAL '180' SECONDS AS x",
            "FROM t x WATERMARK x.time DELAY OF INTERVAL 180000 milliseconds",
        ]
        for form in forms {
            let plan = try Fixtures.plan("SELECT count(*) AS c \(form) \(group)")
            #expect(plan.watermark?.delayMicroseconds == 180_000_000, "\(form)")
        }
    }

    @Test func conditionsOnTheEventTimeApplyAfterTheWatermark() throws {
        let plan = try Fixtures.plan(
            "SELECT n \(Fixtures.watermarked) WHERE temp > 1D AND year(time) > 2000 AND n = 1")
        let n = Expression(.column(5), type: .int)
        let temp = Expression(.column(3), type: .double)
        func literal(_ value: Literal, _ type: DataType) -> Expression {
            Expression(.literal(value), type: type)
        }
        let first = Expression(
            .call(.greaterThan, [temp, literal(.double(1), .double)]), type: .boolean)
        let second = Expression(.call(.equal, [n, literal(.integer(1), .int)]), type: .boolean)
        #expect(plan.filterBeforeWatermark == Expression(.and(first, second), type: .boolean))
        let year = Expression(.call(.year, [Expression(.column(1), type: .timestamp)]), type: .int)
        #expect(
            plan.filterAfterWatermark
                == Expression(
                    .call(.greaterThan, [year, literal(.integer(2000), .int)]), type: .boolean))
    }

    @Test func groupsCanBeNamedByAliasAndPosition() throws {
        let window = "window(time, '2 minutes', '1 minute')"
        let forms = [
            "SELECT \(window) AS w, upper(entity) AS e, count(*) AS c \(Fixtures.watermarked) "
                + "GROUP BY w, e",
            "SELECT \(window) AS w, upper(entity) AS e, count(*) AS c \(Fixtures.watermarked) "
                + "GROUP BY 1, 2",
            "SELECT window AS w, upper(entity) AS e, count(*) AS c \(Fixtures.watermarked) "
                + "GROUP BY \(window), upper(entity)",
        ]
        let plans = try forms.map { try Fixtures.plan($0) }
        #expect(plans[0] == plans[1])
        #expect(plans[0] == plans[2])
    }

    @Test func equalAggregatesAreSharedAndHavingSeesAliases() throws {
        let plan = try Fixtures.plan(
            "SELECT avg(temp) AS m, round(avg(temp), 1) AS r, m * 2 AS b \(Fixtures.watermarked) "
                + "GROUP BY window(time, '1 minute') HAVING m > 1D AND count(*) > 2")
        guard case .aggregation(let aggregation) = plan.operation else {
            Issue.record("no aggregation")
            return
        }
        #expect(aggregation.aggregates.map(\.function) == [.average, .count])
        #expect(aggregation.having != nil)
    }

    @Test func columnsWithoutAliasAreNamedAsSparkPrintsThem() throws {
        let plan = try Fixtures.plan(
            "SELECT window.start, avg(temp), count(*), round(max(n) + 1.5, 1), "
                + "cast(min(n) AS STRING) \(Fixtures.watermarked) GROUP BY window(time, '1 minute')"
        )
        #expect(
            plan.output.map(\.name) == [
                "start", "avg(temp)", "count(1)", "round((max(n) + 1.5), 1)",
                "CAST(min(n) AS STRING)",
            ])
    }

    @Test func outputModesAreChecked() {
        let query = "SELECT count(*) AS c FROM t GROUP BY window(time, '1 minute')"
        #expect(Fixtures.error(query, outputMode: .update) == nil)
        #expect(Fixtures.error(query, outputMode: .complete) == nil)
        let kafka = "CREATE TABLE k (time TIMESTAMP) USING kafka OPTIONS (subscribe 'k');"
        for mode in [OutputMode.update, .complete] {
            #expect(throws: QueryError.self) {
                try Pipeline(
                    text: kafka + query.replacing("FROM t", with: "FROM k"), outputMode: mode)
            }
        }
    }

    @Test func theKeyCheckLooksForTheKeyColumnUnchanged() throws {
        func grouped(_ keys: String) throws -> Bool {
            try Pipeline(
                text: """
                    CREATE TABLE k (time TIMESTAMP, entity STRING)
                    USING kafka OPTIONS (subscribe 'k', key 'entity');
                    SELECT count(*) AS c FROM k WATERMARK time DELAY OF INTERVAL 1 MINUTE
                    GROUP BY window(time, '1 minute')\(keys)
                    """
            ).groupsByKeyColumn
        }
        #expect(try grouped(", entity"))
        #expect(try grouped(", K.ENTITY"))
        #expect(try !grouped(", upper(entity)"))
        #expect(try !grouped(""))
    }
}
