import AllocationCounter
import JSON
import StreamSQL
import Streaming

/// Counts what decoding and processing allocate once buffers have their working size: it must be
/// nothing, neither per record nor per batch. New windows and keys aside, which none of these are.
///
/// A program of its own, because only an optimised build is held to it.
@main enum AllocationCheck {
    static let queries = [
        """
        SELECT window.start AS window_start,
          concat_ws('-', string(window.start), string(window.end)) AS window, entity,
          round(avg(temp), 2) AS avg_temp, last(humidity) AS last_humidity, count(*) AS readings
        FROM STREAM t WATERMARK time DELAY OF INTERVAL 3 MINUTES
        GROUP BY window(time, '1 minute'), entity
        """,
        """
        SELECT window.start AS start, entity, sum(temp) FILTER (WHERE humidity > 1) AS total,
          max(entity) AS name, stddev(temp * 2 - 1) AS spread
        FROM STREAM t WATERMARK time DELAY OF INTERVAL 3 MINUTES
        WHERE temp BETWEEN -50 AND 50 AND entity LIKE '%'
        GROUP BY window(time, '2 minutes', '1 minute'), entity
        """,
    ]

    static func main() throws {
        allocation_counter_start()
        let block = ByteArena(capacity: 100)
        precondition(allocation_counter_stop() > 0 && block.count == 0, "the counter counts")
        for query in queries {
            let worker = try Worker(query)
            for _ in 0..<5 { worker.processBatch() }
            allocation_counter_start()
            for _ in 0..<20 { worker.processBatch() }
            let allocations = allocation_counter_stop()
            precondition(worker.readings == 25 * Worker.recordsPerBatch, "all were aggregated")
            print("\(allocations) allocations for \(20 * Worker.recordsPerBatch) records")
            guard allocations == 0 else { throw TooMany() }
        }
    }

    struct TooMany: Error {}
}

/// Decoding and processing of one micro-batch after another.
private final class Worker {
    private let engine: QueryEngine
    private let decoder: JSONDecoder
    private let batch: RecordBatch
    private var offset: Int64 = 0
    static let recordsPerBatch = 1_000
    private static let entities = 100

    init(_ select: String) throws {
        let pipeline = try Pipeline(
            text: """
                CREATE TABLE t (time TIMESTAMP, entity STRING, temp DOUBLE, humidity DOUBLE)
                USING json OPTIONS (path '-');
                \(select)
                """)
        engine = QueryEngine(plan: pipeline.plan, zones: .none)
        engine.addPartition(0, .start(at: 0))
        decoder = JSONDecoder(schema: pipeline.plan.inputSchema, zones: .none)
        batch = RecordBatch(schema: pipeline.plan.inputSchema)
    }

    /// A batch of readings within one minute: no window opens or closes, no key is new.
    func processBatch() {
        batch.removeAll()
        for index in 0..<Self.recordsPerBatch {
            let start = batch.bytes.count
            batch.bytes.append("{\"time\":\"2024-05-01T10:00:")
            batch.bytes.append(UInt8(ascii: "0") + UInt8(index % 6))
            batch.bytes.append(UInt8(ascii: "0") + UInt8(index % 10))
            batch.bytes.append(".123Z\",\"entity\":")
            TextFormat.append(integer: Int64(index % Self.entities), to: batch.bytes)
            batch.bytes.append(",\"temp\":20.13,\"humidity\":35.02}")
            batch.append(
                valueStart: start, valueLength: batch.bytes.count - start, partition: 0,
                offset: offset, timestamp: RecordBatch.noTimestamp)
            offset += 1
        }
        decoder.decode(batch)
        engine.process(batch)
        while engine.nextRows() {}
    }

    var readings: Int { engine.counters.aggregated }
}
