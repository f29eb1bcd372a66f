import StreamSQL

/// The queries of the simulation.
enum SimulatedQuery: CaseIterable {
    case tumbling, sliding, filtered

    var pipeline: Pipeline {
        get throws {
            try Pipeline(
                text: """
                    CREATE TABLE t (time TIMESTAMP, entity STRING, temp DOUBLE)
                    USING json OPTIONS (path '-');
                    SELECT window.start AS start, entity, count(*) AS n, sum(temp) AS total,
                      last(temp) AS newest
                    FROM STREAM t WATERMARK time DELAY OF INTERVAL 30 SECONDS
                    \(self == .filtered ? "WHERE temp > 0" : "")
                    GROUP BY window(time, '20 seconds'\(self == .sliding ? ", '7 seconds'" : "")),
                      entity
                    """)
        }
    }
}
