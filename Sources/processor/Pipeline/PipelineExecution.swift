internal import CommandLineSupport
internal import Kafka
internal import StreamSQL
internal import Streaming

/// A query with its source and sink, ready to run.
final class PipelineExecution {
    let engine: QueryEngine
    let runner: PipelineRunner
    private let pipeline: Pipeline
    private let source: any RecordSource
    private let options: RunOptions

    /// Connects what the query names.
    /// - Throws: ``ExitError``; nothing has been written then, save that a file sink is empty.
    init(
        _ pipeline: Pipeline, name: String, run: RunOptions, kafka: KafkaOptions,
        time: any TimeSource, observer: (any DeliveryObserver)? = nil
    ) throws {
        self.pipeline = pipeline
        options = run
        let readsKafka = pipeline.source.connector == "kafka"
        let skew = readsKafka && run.maxFutureSkew > .zero ? run.maxFutureSkew : nil
        engine = QueryEngine(
            plan: pipeline.plan,
            options: EngineOptions(maximumFutureSkewMilliseconds: skew?.milliseconds),
            zones: .system)
        let connectors = Connectors(
            pipeline: pipeline, name: name, run: run, kafka: kafka, engine: engine, time: time)
        let setup = try connectors.usesKafka ? KafkaSetup(kafka, time: time) : nil
        let (source, isLive) = try connectors.makeSource(setup)
        let (delivery, writer) = try connectors.makeDelivery(setup, from: source)
        runner = PipelineRunner(
            engine: engine, delivery: delivery, writer: writer,
            keyColumn: try connectors.sinkKeyColumn(), sourceKeyColumn: connectors.sourceKeyColumn,
            zones: .system, time: time,
            options: Self.runnerOptions(run, isLive: isLive, time: time))
        runner.observer = observer
        self.source = source
        (source as? KafkaSource)?.owner = runner
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

    /// Runs until the source ends or `isStopped`, then reports.
    func run(isStopped: () -> Bool = { Shutdown.isRequested }) throws {
        try runner.run(source, isStopped: isStopped)
        report()
    }

    /// How the run is doing.
    var snapshot: MetricsSnapshot {
        MetricsSnapshot(of: runner, source: source as? any LogEndSource)
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
        if runner.mismatchedKeys > 0 {
            Log.warning("\(runner.mismatchedKeys) records had a key other than their key column")
        }
        guard options.atEnd == .hold, pipeline.plan.outputMode == .append, !Shutdown.isRequested
        else { return }
        let open = engine.partitionNumbers.reduce(0) {
            $0 + (engine.status(of: $1)?.openWindows ?? 0)
        }
        if open > 0 {
            Log.info("windows still open: \(open); --at-end close prints them")
        }
    }
}

extension Trigger {
    fileprivate var isInterval: Bool {
        if case .interval = self { true } else { false }
    }
}
