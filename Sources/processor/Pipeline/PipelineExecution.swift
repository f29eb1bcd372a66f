internal import CommandLineSupport
internal import StreamSQL
internal import Streaming

/// A query with its source and sink, ready to run.
final class PipelineExecution {
    private let pipeline: Pipeline
    private let engine: QueryEngine
    private let runner: PipelineRunner
    private let source: any RecordSource
    private let sinkIsKafka: Bool
    private let options: RunOptions

    /// Connects what the query names.
    /// - Throws: ``ExitError``; nothing has been written then, save that a file sink is empty.
    init(
        _ pipeline: Pipeline, name: String, run: RunOptions, kafka: KafkaOptions,
        time: any TimeSource
    ) throws {
        self.pipeline = pipeline
        options = run
        let isKafkaSource = pipeline.source.connector == "kafka"
        sinkIsKafka = pipeline.sink?.connector == "kafka"
        let skew = isKafkaSource && run.maxFutureSkew > .zero ? run.maxFutureSkew : nil
        engine = QueryEngine(
            plan: pipeline.plan,
            options: EngineOptions(maximumFutureSkewMilliseconds: skew?.milliseconds),
            zones: .system)
        let path = pipeline.source.options["path"] ?? "-"
        let files = isKafkaSource
            ? nil : try FileSource(path: path, engine: engine, maximumRecords: run.maxBatch)
        let schema = pipeline.plan.outputSchema
        let (sink, writer) = try Self.makeSink(pipeline, run: run, schema: schema)
        runner = PipelineRunner(
            engine: engine, sink: sink, writer: writer, keyColumn: nil, sourceKeyColumn: nil,
            zones: .system, time: time,
            options: Self.runnerOptions(run, isLive: files?.isLive ?? true, time: time))
        guard let files else { throw ExitError(.usage, "kafka sources come next") }
        source = files
    }

    private static func makeSink(
        _ pipeline: Pipeline, run: RunOptions, schema: Schema
    ) throws(ExitError) -> (any Sink, any RowWriter) {
        let side = try SideOutput(
            source: pipeline.source.name, lateFile: run.lateFile,
            deadLetterFile: run.deadLetterFile)
        switch pipeline.sink?.connector {
        case "console":
            return (try ConsoleSink(schema: schema, sideOutput: side), CellWriter())
        default:
            let path = pipeline.sink?.options["path"] ?? "-"
            return (try LineSink(path: path, sideOutput: side), JSONRowWriter(schema: schema))
        }
    }

    private static func runnerOptions(
        _ run: RunOptions, isLive: Bool, time: any TimeSource
    ) -> PipelineRunner.Options {
        var policy = CommitPolicy(uptime: time.uptime())
        if case .interval(let span) = run.trigger { policy.rowInterval = span }
        // What update and complete mode emit for a file is what one micro-batch of it would give.
        let isContinuous = isLive && run.trigger != .availableNow || run.trigger?.isInterval == true
        return PipelineRunner.Options(
            policy: policy, emitsOnTrigger: isContinuous, closesAtEnd: run.atEnd == .close)
    }

    func run() throws {
        try runner.run(source) { Shutdown.isRequested }
        report()
    }

    /// The summary of the run, on standard error.
    private func report() {
        let counters = engine.counters
        Log.info(
            "done",
            [
                "read": counters.read, "aggregated": counters.aggregated,
                "filtered": counters.filtered, "late": counters.late,
                "dead_letters": counters.deadLetters, "rows": counters.rows,
                "failed_rows": counters.failedRows,
            ])
        guard options.atEnd == .hold, pipeline.plan.outputMode == .append, !Shutdown.isRequested
        else { return }
        let open = engine.partitionNumbers.reduce(0) {
            $0 + (engine.status(of: $1)?.openWindows ?? 0)
        }
        if open > 0 {
            Log.info("\(open) windows are still open; --at-end close prints them")
        }
    }
}

extension Trigger {
    var isInterval: Bool {
        if case .interval = self { true } else { false }
    }
}
