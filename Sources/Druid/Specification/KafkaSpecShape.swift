/// The fields of a Kafka supervisor spec, as Druid 27 to 38 document them. Druid itself drops
/// fields that it does not know in silence.
enum KafkaSpecShape {
    static let document = ObjectShape(fields: [
        .init("type", .choice(["kafka"]), required: "add \"type\": \"kafka\""),
        .init("id", .text),
        .init("spec", .object(spec), required: "add dataSchema and ioConfig under \"spec\""),
        .init("context", .object(ObjectShape(fields: [], isOpen: true))),
        .init("suspended", .flag),
    ])

    private static let spec = ObjectShape(fields: [
        .init("dataSchema", .object(dataSchema), required: "say what the rows look like"),
        .init("ioConfig", .object(ioConfig), required: "say which topic to read"),
        .init("tuningConfig", .object(tuningConfig)),
    ])

    private static let dataSchema = ObjectShape(fields: [
        .init("dataSource", .text, required: "name the data source"),
        .init(
            "timestampSpec", .object(timestamp),
            required: "name the column with a row's time, such as {\"column\": \"time\"}"),
        .init("dimensionsSpec", .object(dimensions), required: "list the columns with types"),
        .init("metricsSpec", .list(of: .anything)),
        .init("granularitySpec", .object(granularities)),
        .init("transformSpec", .object(transform)),
        .init("projections", .list(of: .anything)),
    ])

    private static let timestamp = ObjectShape(fields: [
        .init("column", .text, required: "name the column with a row's time"),
        .init("format", .text),
        .init("missingValue", .text),
    ])

    private static let dimensions = ObjectShape(fields: [
        .init("dimensions", .list(of: .anything)),
        .init("dimensionExclusions", .list(of: .text)),
        .init("spatialDimensions", .list(of: .anything)),
        .init("includeAllDimensions", .flag),
        .init("useSchemaDiscovery", .flag),
        .init("forceSegmentSortByTime", .flag),
    ])

    static let dimension = ObjectShape(fields: [
        .init(
            "type", .choice(["string", "long", "float", "double", "json", "auto"]),
            required: "give the column's type"),
        .init("name", .text, required: "name the column"),
        .init(
            "multiValueHandling",
            .choice(["SORTED_ARRAY", "SORTED_SET", "ARRAY"], ignoringCase: true)),
        .init("createBitmapIndex", .flag),
        .init("castToType", .text),
        .init("columnFormatSpec", .anything),
        .init("maxStringLength", .integer(1...Int64(Int32.max))),
    ])

    private static let granularities = ObjectShape(fields: [
        .init("type", .choice(["uniform"])),
        .init("segmentGranularity", .granularity),
        .init("queryGranularity", .granularity),
        .init("rollup", .flag),
        .init("intervals", .list(of: .text)),
    ])

    private static let transform = ObjectShape(fields: [
        .init("filter", .anything),
        .init(
            "transforms",
            .list(
                of: .object(
                    ObjectShape(
                        fields: [
                            .init("type", .text, required: "usually \"expression\""),
                            .init("name", .text, required: "name the column that it makes"),
                        ], isOpen: true)))),
    ])

    private static let count = Shape.integer(1...Int64(Int32.max))
    private static let size = Shape.integer(0...Int64.max)

    private static let ioConfig = ObjectShape(fields: [
        .init("type", .choice(["kafka"])),
        .init("topic", .text),
        .init("topicPattern", .text),
        .init("inputFormat", .object(inputFormat), required: "add {\"type\": \"json\"}"),
        .init(
            "consumerProperties", .object(ObjectShape(fields: [], isOpen: true)),
            required: "add at least \"bootstrap.servers\""),
        .init(
            "useEarliestOffset", .flag,
            required: "Druid's default is false, which skips what the topic holds already; "
                + "say true or false"),
        .init("replicas", count),
        .init("taskCount", count),
        .init("taskDuration", .period),
        .init("startDelay", .period),
        .init("period", .period),
        .init("completionTimeout", .period),
        .init("pollTimeout", size),
        .init("lateMessageRejectionPeriod", .period),
        .init("earlyMessageRejectionPeriod", .period),
        .init("lateMessageRejectionStartDateTime", .text),
        .init("autoScalerConfig", .anything),
        .init("idleConfig", .anything),
        .init("configOverrides", .anything),
        .init("stopTaskCount", count),
        .init("stopTaskCountRatio", .anything),
        .init("serverPriorityToReplicas", .anything),
        .init("boundedStreamConfig", .anything),
        .init("emitTimeLagMetrics", .flag),
    ])

    private static let inputFormat = ObjectShape(fields: [
        .init("type", .choice(inputFormats), required: "usually \"json\""),
        .init("flattenSpec", .anything),
        .init("featureSpec", .anything),
        .init("keepNullColumns", .flag),
        .init("assumeNewlineDelimited", .flag),
        .init("useJsonNodeReader", .flag),
        // Formats other than json.
        .init("valueFormat", .anything),
        .init("keyFormat", .anything),
        .init("headerFormat", .anything),
        .init("keyColumnName", .text),
        .init("topicColumnName", .text),
        .init("timestampColumnName", .text),
        .init("partitionColumnName", .text),
        .init("offsetColumnName", .text),
        .init("headerColumnPrefix", .text),
        .init("columns", .list(of: .text)),
        .init("listDelimiter", .text),
        .init("delimiter", .anything),
        .init("findColumnsFromHeader", .flag),
        .init("hasHeaderRow", .flag),
        .init("skipHeaderRows", size),
        .init("shouldUnquote", .flag),
        .init("pattern", .text),
        .init("binaryAsString", .flag),
        .init("extractUnionsByType", .flag),
        .init("avroBytesDecoder", .anything),
        .init("protoBytesDecoder", .anything),
    ])

    private static let inputFormats = [
        "json", "kafka", "csv", "tsv", "delimited", "regex", "avro_stream", "protobuf", "lines",
    ]

    private static let tuningConfig = ObjectShape(fields: [
        .init("type", .choice(["kafka"]), required: "add \"type\": \"kafka\""),
        .init("appendableIndexSpec", .anything),
        .init("maxRowsInMemory", count),
        .init("maxBytesInMemory", .integer(-1...Int64.max)),
        .init("skipBytesInMemoryOverheadCheck", .flag),
        .init("maxRowsPerSegment", count),
        .init("maxTotalRows", .integer(1...Int64.max)),
        .init("intermediateHandoffPeriod", .period),
        .init("intermediatePersistPeriod", .period),
        .init("maxPendingPersists", size),
        .init("indexSpec", .anything),
        .init("indexSpecForIntermediatePersists", .anything),
        .init("reportParseExceptions", .flag),
        .init("handoffConditionTimeout", size),
        .init("resetOffsetAutomatically", .flag),
        .init("workerThreads", count),
        .init("chatRetries", size),
        .init("httpTimeout", .period),
        .init("shutdownTimeout", .period),
        .init("offsetFetchPeriod", .period),
        .init("segmentWriteOutMediumFactory", .anything),
        .init("logParseExceptions", .flag),
        .init("maxParseExceptions", size),
        .init("maxSavedParseExceptions", size),
        .init("numPersistThreads", .integer(-1...Int64(Int32.max))),
        .init("maxColumnsToMerge", .integer(-1...Int64(Int32.max))),
        .init("skipSequenceNumberAvailabilityCheck", .flag),
        .init("repartitionTransitionDuration", .period),
        .init("releaseLocksOnHandoff", .flag),
    ])

    /// What a granularity may be called.
    static let granularityNames = [
        "SECOND", "MINUTE", "FIVE_MINUTE", "TEN_MINUTE", "FIFTEEN_MINUTE", "THIRTY_MINUTE",
        "HOUR", "SIX_HOUR", "EIGHT_HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR", "ALL", "NONE",
    ]

    /// Metrics that compute from one field, and the ones that need none.
    static let metricTypes: [String] =
        ["count", "filtered", "hyperUnique", "thetaSketch", "HLLSketchBuild", "HLLSketchMerge"]
        + ["quantilesDoublesSketch", "KllDoublesSketch", "KllFloatsSketch", "tDigestSketch"]
        + ["variance", "arrayOfDoublesSketch", "momentSketch", "fixedBucketsHistogram"]
        + ["stringFirst", "stringLast", "stringAny", "cardinality", "grouping", "doubleMean"]
        + ["long", "double", "float"].flatMap { type in
            ["Sum", "Min", "Max", "First", "Last", "Any"].map { type + $0 }
        }

    /// Properties of Kafka's consumer that a spec may well hold.
    static let consumerProperties = [
        "bootstrap.servers", "isolation.level", "group.id", "client.id", "client.rack",
        "fetch.min.bytes", "fetch.max.bytes", "fetch.max.wait.ms", "max.partition.fetch.bytes",
        "max.poll.records", "max.poll.interval.ms", "session.timeout.ms", "heartbeat.interval.ms",
        "request.timeout.ms", "default.api.timeout.ms", "receive.buffer.bytes", "check.crcs",
        "connections.max.idle.ms", "reconnect.backoff.ms", "reconnect.backoff.max.ms",
        "retry.backoff.ms", "metadata.max.age.ms", "send.buffer.bytes", "security.protocol",
        "sasl.mechanism", "sasl.jaas.config", "ssl.truststore.location",
        "ssl.truststore.password", "ssl.truststore.type", "ssl.keystore.location",
        "ssl.keystore.password", "ssl.keystore.type", "ssl.key.password",
        "ssl.endpoint.identification.algorithm", "auto.offset.reset", "enable.auto.commit",
        "druid.dynamic.config.provider",
    ]
}
