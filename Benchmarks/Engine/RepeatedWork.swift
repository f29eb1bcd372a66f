import JSON
import StreamSQL
import Streaming

/// `benchmarks repeat decode|process TIMES`: the same batch of 10,000 readings again and again, for
/// counting instructions: the difference of two numbers of times leaves the start out.
enum RepeatedWork {
    static func run(_ words: [String]) throws {
        guard words.count == 2, let times = Int(words[1]), ["decode", "process"].contains(words[0])
        else { throw WrongAnswer(description: "repeat decode|process TIMES") }
        // Less than a minute of event time: no window closes.
        let workload = Workload(keys: 1_000, records: Workload.recordsPerBatch)
        let plan = try Pipeline(text: workload.pipelineText).plan
        let decoder = JSONDecoder(schema: plan.inputSchema, zones: .none)
        let engine = QueryEngine(plan: plan, zones: .none)
        engine.addPartition(0, .start(at: 0))
        let batch = RecordBatch(schema: plan.inputSchema)
        var written = workload.start()
        workload.fill(batch, &written)
        decoder.decode(batch)
        engine.process(batch)
        let offsets = batch.offsets
        for _ in 0..<times {
            guard words[0] == "process" else {
                decoder.decode(batch)
                continue
            }
            // As if they came next: what has been processed is passed over.
            for row in 0..<batch.count { offsets[row] += Int64(batch.count) }
            engine.process(batch)
        }
        let processed = words[0] == "process" ? times + 1 : 1
        guard engine.counters.aggregated == processed * Workload.recordsPerBatch else {
            throw WrongAnswer(description: "\(engine.counters)")
        }
    }
}
