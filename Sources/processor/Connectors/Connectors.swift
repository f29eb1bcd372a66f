internal import CommandLineSupport
internal import Kafka
internal import StreamSQL
internal import Streaming

/// Makes the source and the sink that a query names.
struct Connectors {
    let pipeline: Pipeline
    /// The query's name.
    let name: String
    let run: RunOptions
    let kafka: KafkaOptions
    let engine: QueryEngine
    let time: any TimeSource

    private var sourceTopic: String? {
        pipeline.source.connector == "kafka" ? pipeline.source.options["subscribe"] : nil
    }

    private var sinkTopic: String? {
        pipeline.sink?.connector == "kafka" ? pipeline.sink?.options["topic"] : nil
    }

    var usesKafka: Bool { sourceTopic != nil || sinkTopic != nil }

    /// The input column that record keys are compared with.
    var sourceKeyColumn: Int? {
        guard sourceTopic != nil, let key = pipeline.source.options["key"] else { return nil }
        return pipeline.plan.inputSchema.position(of: key)
    }

    /// The output column whose text is the key of result messages.
    func sinkKeyColumn() throws(ExitError) -> Int? {
        guard sinkTopic != nil, let key = pipeline.sink?.options["key"] else { return nil }
        if let column = pipeline.plan.outputSchema.position(of: key) { return column }
        throw ExitError(.usage, "the sink's key column \(key) is not a column of the result")
    }

    // MARK: Source

    /// The source, and whether it may go on for ever.
    func makeSource(_ setup: KafkaSetup?) throws -> (any RecordSource, isLive: Bool) {
        guard let topic = sourceTopic, let setup else {
            let path = pipeline.source.options["path"] ?? "-"
            let source = try FileSource(path: path, engine: engine, maximumRecords: run.maxBatch)
            return (source, source.isLive)
        }
        let partitions = try setup.sourcePartitions(of: topic)
        try KafkaSetup.checkKeys(
            pipeline, partitions: partitions, allowsPartialRows: kafka.allowPartialRows)
        try checkSinkTopics(setup, partitions: partitions)
        do {
            let source = try KafkaSource(
                setup.properties, settings: settings(topic, partitions), engine: engine,
                time: time)
            return (source, run.trigger != .availableNow)
        } catch {
            throw ExitError(.usage, error.description)
        }
    }

    private var group: String { kafka.group ?? "tidemark-\(name)" }

    private func settings(_ topic: String, _ partitions: Int) -> KafkaSource.Settings {
        let membership =
            pipeline.membershipText
            + ";maxFutureSkew=\(run.maxFutureSkew.milliseconds);semantics=1"
        return KafkaSource.Settings(
            topic: topic, group: group, instanceID: kafka.instanceId,
            startsAtLatest: pipeline.source.options["startingOffsets"] == "latest",
            queryHash: PartitionProgress.fingerprint(membership),
            acceptsQueryChange: kafka.acceptQueryChange,
            stopsAtEnd: run.trigger == .availableNow, idleTimeout: kafka.idleTimeout,
            maximumRecords: run.maxBatch, partitionCount: partitions)
    }

    // MARK: Delivery

    /// How results get to the sink, and how it wants rows written.
    func makeDelivery(
        _ setup: KafkaSetup?, from source: any RecordSource
    ) throws -> (any Delivery, any RowWriter) {
        guard kafka.delivery == .exactlyOnce, let setup, let topic = sinkTopic,
            let source = source as? KafkaSource
        else {
            let (sink, writer) = try makeSink(setup)
            return (AtLeastOnceDelivery(sink, source: source), writer)
        }
        let instance = kafka.instanceId ?? String(UInt64.random(in: 0 ... .max), radix: 36)
        let properties = setup.properties.withDefaults([
            "transactional.id": "\(group).\(instance)", "transaction.timeout.ms": "15000",
        ])
        do {
            let sink = try KafkaSink(properties, topics: sinkTopics(topic), source: sideSource)
            let delivery = TransactionalDelivery(
                sink, source: source, nameMayBeShared: kafka.instanceId != nil, time: time)
            return (delivery, JSONRowWriter(schema: pipeline.plan.outputSchema))
        } catch {
            throw ExitError(.usage, error.description)
        }
    }

    // MARK: Sink

    private var sideSource: String { sourceTopic ?? pipeline.source.options["path"] ?? "-" }

    private func sinkTopics(_ topic: String) -> KafkaSink.Topics {
        let origin = sourceTopic ?? topic
        return KafkaSink.Topics(
            rows: topic, late: kafka.lateTopic ?? "\(origin)-late",
            deadLetters: kafka.deadLetterTopic ?? "\(origin)-dead-letter")
    }

    private func checkSinkTopics(_ setup: KafkaSetup, partitions: Int) throws(ExitError) {
        guard let sinkTopic else { return }
        let topics = sinkTopics(sinkTopic)
        try setup.checkSinkTopics(
            [topics.rows, topics.late, topics.deadLetters], creates: kafka.createTopics,
            partitions: partitions)
    }

    /// The sink, and how it wants rows written.
    private func makeSink(_ setup: KafkaSetup?) throws -> (any Sink, any RowWriter) {
        let schema = pipeline.plan.outputSchema
        if let topic = sinkTopic, let setup {
            if sourceTopic == nil { try checkSinkTopics(setup, partitions: 1) }
            do {
                let sink = try KafkaSink(
                    setup.properties, topics: sinkTopics(topic), source: sideSource)
                return (sink, JSONRowWriter(schema: schema))
            } catch {
                throw ExitError(.usage, error.description)
            }
        }
        let side = try SideOutput(
            source: sideSource, lateFile: run.lateFile, deadLetterFile: run.deadLetterFile)
        if pipeline.sink?.connector == "console" {
            return (try ConsoleSink(schema: schema, sideOutput: side), CellWriter())
        }
        let path = pipeline.sink?.options["path"] ?? "-"
        return (try LineSink(path: path, sideOutput: side), JSONRowWriter(schema: schema))
    }
}

extension Schema {
    /// The column of that name, in any case, as Spark resolves names.
    fileprivate func position(of name: String) -> Int? {
        fields.firstIndex { $0.name == name }
            ?? fields.firstIndex { $0.name.lowercased() == name.lowercased() }
    }
}
