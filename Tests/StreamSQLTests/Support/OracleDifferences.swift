/// Where the answers differ from Spark's by decision.
enum OracleDifferences {
    /// Expressions of Spark that are refused as UNSUPPORTED_FEATURE, with the reason.
    static let expressions: [String: String] = {
        var all: [String: String] = [:]
        for (reason, list) in left {
            for sql in list { all[sql] = reason }
        }
        return all
    }()

    private static let left: [(reason: String, list: [String])] = [
        ("no BINARY type", ["X'1F'", "string(X'41')"]),
        ("no TIMESTAMP_NTZ type", ["TIMESTAMP_NTZ '2024-05-01 10:00:00'"]),
        (
            "an INTERVAL is added to times, and no value of its own",
            [
                "INTERVAL '1' MINUTE", "INTERVAL '1 day 2 hours'", "INTERVAL 90 SECONDS",
                "INTERVAL '10:05' HOUR TO MINUTE", "string(INTERVAL '1' DAY)", "time - time",
                "time - TIMESTAMP '2024-05-01 00:00:00'", "INTERVAL '1' DAY * 2",
                "INTERVAL '90' MINUTE / 2", "sum(d - DATE '2024-01-01')",
            ]
        ),
        ("no bit operators", ["n & 3", "n ^ 1", "~n"]),
        (
            "no regular expressions",
            [
                "entity RLIKE 'e'", "entity REGEXP '^a'", "regexp_replace(entity, '[0-9]+', '#')",
            ]
        ),
        (
            "functions beyond the supported list",
            [
                "width_bucket(temp, 0, 30, 3)", "factorial(n)", "split_part(entity, '-', 1)",
                "ascii(entity)", "char(65)", "md5('a')", "to_json(a)",
                "extract(SECOND FROM time)", "date_format(time, 'yyyy-MM-dd HH:mm')",
                "date_format(time, 'HH:mm:ss.SSSSSS')", "try_sum(big)", "try_sum(n)",
                "try_avg(big)",
            ]
        ),
        (
            "no ARRAY and no MAP type",
            [
                "array(n, big)", "array(n, NULL)[0]", "element_at(array(n, 2), 1)", "map('k', n)",
                "map('k', n)['z']", "map('k', n).k", "max(map('k', n))",
            ]
        ),
        (
            "aggregates whose state grows with the records of a window",
            [
                "count(DISTINCT entity)", "count(DISTINCT temp)", "count(DISTINCT *)",
                "sum(DISTINCT n)", "avg(DISTINCT humidity)", "sum(DISTINCT temp)",
                "count(DISTINCT entity) FILTER (WHERE ok)", "collect_list(n)", "median(n)",
                "percentile(n, 0.5)",
            ]
        ),
        ("no aggregates over pairs", ["max_by(entity, temp)"]),
    ]

    /// Wrong queries with the class that they are refused with here, and the reason; with
    /// the output mode in front where it is not append.
    static let queries: [String: (errorClass: String, reason: String)] = [
        "SELECT -entity FROM events": (
            "accepted", "analysis accepts it in Spark too; at run time the record is a dead letter"
        ),
        "SELECT count(*) FROM events GROUP BY session_window(time, 'x minutes')": (
            "UNSUPPORTED_FEATURE", "session windows are left out, before their gap is read"
        ),
        "update: SELECT entity, count(*) FROM events GROUP BY entity ORDER BY entity": (
            "UNSUPPORTED_FEATURE", "the missing window is named before ORDER BY"
        ),
        "SELECT entity, temp FROM events LIMIT 5": (
            "UNSUPPORTED_FEATURE", "a stream that stops after some rows has no use in a processor"
        ),
        "SELECT max(map('k', temp)) FROM events GROUP BY entity": (
            "UNSUPPORTED_FEATURE", "no MAP type"
        ),
        "SELECT count(*) FROM events GROUP BY map('k', temp)": (
            "UNSUPPORTED_FEATURE", "no MAP type"
        ),
        "SELECT cast(temp, INT) FROM events": (
            "PARSE_SYNTAX_ERROR", "the comma is named, not a column `INT`"
        ),
        "INSERT INTO events SELECT 1": (
            "UNSUPPORTED_INSERT", "`events` is a declared table with columns, not an RDD"
        ),
        "SELECT e1.temp FROM events e1 JOIN events e2": (
            "UNSUPPORTED_FEATURE", "joins are left out"
        ),
        "SELECT temp FROM events UNION SELECT entity, temp FROM events": (
            "UNSUPPORTED_FEATURE", "UNION is left out, before its columns are compared"
        ),
        "SELECT explode(entity) FROM events": (
            "UNSUPPORTED_FEATURE", "no ARRAY and no MAP type"
        ),
    ]
}
