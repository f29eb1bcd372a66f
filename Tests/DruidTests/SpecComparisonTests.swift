import Testing

@testable import Druid

@Suite struct SpecComparisonTests {
    private let stated = """
        {"type": "kafka", "spec": {
          "dataSchema": {
            "dataSource": "raw", "timestampSpec": {"column": "time", "format": "iso"},
            "dimensionsSpec": {"dimensions": ["entity", {"type": "double", "name": "temp"}]},
            "granularitySpec": {"segmentGranularity": "hour", "queryGranularity": "NONE",
              "rollup": false}},
          "ioConfig": {"topic": "raw", "inputFormat": {"type": "json"},
            "consumerProperties": {"bootstrap.servers": "kafka:19092"},
            "useEarliestOffset": true, "taskDuration": "PT1H"},
          "tuningConfig": {"type": "kafka", "maxRowsInMemory": 50000}}}
        """

    /// As Druid 27 shows the same spec.
    private let running = """
        {"type": "kafka", "spec": {
          "dataSchema": {
            "dataSource": "raw",
            "timestampSpec": {"column": "time", "format": "iso", "missingValue": null},
            "dimensionsSpec": {"dimensions": [
                {"type": "string", "name": "entity", "multiValueHandling": "SORTED_ARRAY",
                 "createBitmapIndex": true},
                {"type": "double", "name": "temp", "multiValueHandling": "SORTED_ARRAY",
                 "createBitmapIndex": false}],
              "dimensionExclusions": ["__time", "time"], "includeAllDimensions": false,
              "useSchemaDiscovery": false},
            "metricsSpec": [],
            "granularitySpec": {"type": "uniform", "segmentGranularity": "HOUR",
              "queryGranularity": {"type": "none"}, "rollup": false, "intervals": []},
            "transformSpec": {"filter": null, "transforms": []}},
          "ioConfig": {"topic": "raw",
            "inputFormat": {"type": "json", "keepNullColumns": false,
              "assumeNewlineDelimited": false, "useJsonNodeReader": false},
            "replicas": 1, "taskCount": 1, "taskDuration": "PT3600S",
            "consumerProperties": {"bootstrap.servers": "kafka:19092"},
            "autoScalerConfig": null, "pollTimeout": 100, "startDelay": "PT5S",
            "period": "PT30S", "useEarliestOffset": true, "completionTimeout": "PT1800S",
            "lateMessageRejectionPeriod": null, "stream": "raw",
            "useEarliestSequenceNumber": true},
          "tuningConfig": {"type": "kafka",
            "appendableIndexSpec": {"type": "onheap", "preserveExistingMetrics": false},
            "maxRowsInMemory": 50000, "maxBytesInMemory": 0, "maxRowsPerSegment": 5000000,
            "maxTotalRows": null, "intermediatePersistPeriod": "PT10M",
            "indexSpec": {"bitmap": {"type": "roaring"}}, "reportParseExceptions": false,
            "handoffConditionTimeout": 0, "chatRetries": 8, "httpTimeout": "PT10S",
            "intermediateHandoffPeriod": "P2147483647D", "logParseExceptions": false,
            "maxParseExceptions": 2147483647, "maxSavedParseExceptions": 0}},
         "dataSchema": {"dataSource": "raw"}, "context": null, "suspended": false}
        """

    private func isSame(_ stated: String, _ running: String) throws -> Bool {
        SpecComparison.isSame(
            stated: try JSONValue(parsing: Array(stated.utf8)),
            running: try JSONValue(parsing: Array(running.utf8)))
    }

    @Test func filledInDefaultsAreNoDifference() throws {
        #expect(try isSame(stated, running))
        #expect(try isSame(stated, stated))
    }

    @Test(arguments: [
        ("\"PT3600S\"", "\"PT1800S\""), ("\"taskCount\": 1", "\"taskCount\": 2"),
        ("\"suspended\": false", "\"suspended\": true"), ("\"name\": \"temp\"", "\"name\": \"t\""),
        ("\"type\": \"double\"", "\"type\": \"long\""), ("kafka:19092", "other:19092"),
        ("\"metricsSpec\": []", "\"metricsSpec\": [{\"type\": \"count\", \"name\": \"n\"}]"),
        ("\"HOUR\"", "\"DAY\""), ("{\"type\": \"none\"}", "\"MINUTE\""),
        ("\"rollup\": false", "\"rollup\": true"), ("\"maxRowsInMemory\": 50000", "\"x\": 5"),
        ("\"lateMessageRejectionPeriod\": null", "\"lateMessageRejectionPeriod\": \"PT1H\""),
        ("\"context\": null", "\"context\": {\"a\": 1}"),
        ("\"filter\": null", "\"filter\": {\"type\": \"true\"}"),
    ])
    func aDifferenceIsSeen(old: String, new: String) throws {
        try #require(running.contains(old))
        #expect(try !isSame(stated, running.replacing(old, with: new)))
    }
}
