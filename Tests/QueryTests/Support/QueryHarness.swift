import JSON
import StreamSQL
import Streaming
import TestSupport

/// A query over JSON messages: text in, text out, no connector.
final class QueryHarness {
    let pipeline: Pipeline
    let engine: QueryEngine
    private let decoder: JSONDecoder
    private let encoder: JSONEncoder
    private let batch: RecordBatch

    /// What became of the messages of one step.
    struct Step: Equatable {
        var rows: [String] = []
        /// Offsets of late records.
        var late: [Int64] = []
        /// Offset and reason of each dead letter.
        var deadLetters: [DeadLetter] = []
        /// Reasons of rows that failed.
        var failedRows: [String] = []
    }

    struct DeadLetter: Equatable {
        var offset: Int64
        var reason: String
    }

    /// A message with its place in the log.
    struct Message {
        var value: String?
        var offset: Int64
        /// Milliseconds since 1970, or none.
        var timestamp = RecordBatch.noTimestamp
    }

    convenience init(
        _ sql: String, outputMode: OutputMode? = nil, maximumFutureSkewMilliseconds: Int64? = nil
    ) throws {
        self.init(
            try Pipeline(text: sql, outputMode: outputMode),
            maximumFutureSkewMilliseconds: maximumFutureSkewMilliseconds)
    }

    init(_ pipeline: Pipeline, maximumFutureSkewMilliseconds: Int64? = nil) {
        self.pipeline = pipeline
        engine = QueryEngine(
            plan: pipeline.plan,
            options: EngineOptions(
                maximumFutureSkewMilliseconds: maximumFutureSkewMilliseconds, rowsPerChunk: 7),
            zones: OracleFiles.zones)
        decoder = JSONDecoder(schema: pipeline.plan.inputSchema, zones: OracleFiles.zones)
        encoder = JSONEncoder(fields: pipeline.plan.outputSchema)
        batch = RecordBatch(schema: pipeline.plan.inputSchema)
    }

    /// Processes `messages` as one micro-batch of partition `partition`.
    func process(_ messages: some Sequence<Message>, partition: Int = 0) -> Step {
        for message in messages {
            let bytes = Array((message.value ?? "").utf8)
            batch.append(
                value: bytes.span, key: bytes.span, hasValue: message.value != nil, hasKey: false,
                partition: partition, offset: message.offset, timestamp: message.timestamp)
        }
        decoder.decode(batch)
        engine.process(batch)
        var step = Step()
        step.late = engine.late.map { batch.offsets[$0.row] }
        step.deadLetters = engine.deadLetters.map {
            DeadLetter(offset: batch.offsets[$0.row], reason: $0.defect.description)
        }
        takeRows(&step)
        batch.removeAll()
        return step
    }

    /// The rows that are due: after closing windows, or in update and complete mode.
    func takeRows(_ step: inout Step) {
        while engine.nextRows() {
            let rows = engine.resultRows
            for position in 0..<rows.count {
                let output = ByteArena()
                encoder.encode(engine.results, row: rows[position], to: output)
                step.rows.append(output.text(at: 0, count: output.count))
            }
            step.failedRows += engine.failedRows.map(\.error.description)
        }
    }

    /// What update and complete mode emit for the micro-batch.
    func emitOpenWindows() -> Step {
        engine.emitOpenWindows()
        var step = Step()
        takeRows(&step)
        return step
    }

    /// Closes every window.
    func close(partition: Int = 0) -> Step {
        engine.closeAllWindows(of: partition)
        var step = Step()
        takeRows(&step)
        return step
    }
}
