import StreamSQL
import Streaming

/// The queries of the simulation.
enum SimulatedQuery: CaseIterable {
    case tumbling, sliding, filtered

    private static let delaySeconds: Int64 = 30
    private static let sizeSeconds: Int64 = 20

    private var slideSeconds: Int64 { self == .sliding ? 7 : Self.sizeSeconds }

    var window: WindowSpecification {
        WindowSpecification(
            sizeMicroseconds: Self.sizeSeconds * 1_000_000,
            slideMicroseconds: slideSeconds * 1_000_000)
    }

    /// No more windows of a partition are ever open: they begin after B, which is less than the
    /// delay, a window and a slide behind the maximum event time, and not after that.
    var maximumOpenWindows: Int {
        Int((Self.delaySeconds + Self.sizeSeconds) / slideSeconds) + 2
    }

    var pipeline: Pipeline {
        get throws {
            try Pipeline(
                text: """
                    CREATE TABLE t (time TIMESTAMP, entity STRING, temp DOUBLE)
                    USING json OPTIONS (path '-');
                    SELECT window.start AS start, entity, count(*) AS n, sum(temp) AS total,
                      last(temp) AS newest
                    FROM STREAM t WATERMARK time DELAY OF INTERVAL \(Self.delaySeconds) SECONDS
                    \(self == .filtered ? "WHERE temp > 0" : "")
                    GROUP BY window(
                        time, '\(Self.sizeSeconds) seconds', '\(slideSeconds) seconds'), entity
                    """)
        }
    }
}
