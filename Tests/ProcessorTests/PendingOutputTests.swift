import CommandLineSupport
import StreamSQL
import Streaming
import Testing

@testable import processor

/// What is made and not yet delivered, and how much of it there may be.
@Suite struct PendingOutputTests {
    @Test func messagesReadBackAcrossChunks() {
        let pending = PendingOutput()
        for round in 0..<2 {
            let lengths = (0..<600).map { 1 + ($0 * 37 + round) % 9000 }
            for (number, length) in lengths.enumerated() {
                pending.addRow {
                    if number % 3 > 0 { $0.append("key-\(number)") }
                    return number % 3 > 0
                } value: {
                    for _ in 0..<length { $0.append(UInt8(truncatingIfNeeded: number)) }
                }
            }
            #expect(pending.messages.count == 600)
            #expect(pending.byteCount > 2 << 20)
            for (number, message) in pending.messages.enumerated() {
                #expect(message.kind == .row && pending.origin(of: message) == nil)
                let key = pending.withKey(of: message) { String(decodingUTF8: $0) }
                #expect(key == (number % 3 > 0 ? "key-\(number)" : ""))
                #expect((message.keyLength < 0) == (number % 3 == 0))
                let isRight = pending.withValue(of: message) { bytes in
                    bytes.count == lengths[number]
                        && bytes.indices.allSatisfy {
                            bytes[$0] == UInt8(truncatingIfNeeded: number)
                        }
                }
                #expect(isRight, "message \(number)")
            }
            pending.removeAll()
            #expect(pending.isEmpty && pending.byteCount == 0)
        }
    }

    /// A source of readings of `keys` vehicles in one window, then of one far later.
    private final class Readings: RecordSource {
        let keys: Int
        private var next = 0
        private(set) var commits = 0

        init(keys: Int) { self.keys = keys }

        func poll(into batch: RecordBatch, waitMilliseconds: Int) -> PollResult {
            for _ in 0..<10_000 where next <= keys {
                let minute = next == keys ? "30" : "00"
                let start = batch.bytes.count
                batch.bytes.append(
                    #"{"time":"2026-01-01T00:\#(minute):00Z","entity":"vehicle-\#(next)"}"#)
                batch.append(
                    valueStart: start, valueLength: batch.bytes.count - start, partition: 0,
                    offset: Int64(next), timestamp: RecordBatch.noTimestamp)
                next += 1
            }
            return next > keys ? .ended : .open
        }

        func commit() { commits += 1 }
        func close() {}
    }

    private final class Recorder: Sink {
        private(set) var rows: [String] = []
        private(set) var largest = 0

        func deliver(_ pending: PendingOutput) {
            largest = max(largest, pending.byteCount)
            rows += pending.messages.map { pending.valueText(of: $0) }
        }

        func close() {}
    }

    @Test func theRowsOfALargeWindowAreDeliveredInParts() throws {
        let pipeline = try Pipeline(
            text: """
                CREATE TABLE r (time TIMESTAMP, entity STRING) USING json OPTIONS (path '-');
                SELECT entity, repeat('x', 600) AS padding, count(*) AS readings
                FROM r WATERMARK time DELAY OF INTERVAL 3 MINUTES
                GROUP BY window(time, '1 minute'), entity
                """)
        let engine = QueryEngine(plan: pipeline.plan, options: EngineOptions(), zones: .none)
        engine.addPartition(0, .start(at: 0))
        let source = Readings(keys: 20_000)
        let sink = Recorder()
        let runner = PipelineRunner(
            engine: engine, delivery: AtLeastOnceDelivery(sink, source: source),
            writer: JSONRowWriter(schema: pipeline.plan.outputSchema), keyColumn: nil,
            sourceKeyColumn: nil, zones: .none, time: ManualTime(),
            options: PipelineRunner.Options(
                policy: CommitPolicy(uptime: 0), emitsOnTrigger: false, closesAtEnd: false))
        try runner.run(source) { false }
        #expect(sink.rows.count == 20_000)
        #expect(Set(sink.rows).count == 20_000)
        #expect(sink.rows == sink.rows.sorted())
        #expect(sink.largest < 3 << 20)
        #expect(source.commits == 1)
    }
}
