import Foundation
import Testing

@testable import Druid

@Suite struct SpecCheckerTests {
    @Test(arguments: shippedSpecs) func theShippedSpecsAreFine(path: String) throws {
        let text = try shippedText(path)
        #expect(problems(text).isEmpty)
        let spec = try spec(text)
        #expect(spec.problems(against: vehicles).isEmpty)
        #expect("druid-specs/\(spec.id).json" == path)
    }

    @Test(arguments: [
        (#""type": "kafka","# + "\n  \"spec\"", #""type": "kinesis","# + "\n  \"spec\"", "kafka"),
        (#""topic": "sensor-data-raw","#, "", "spec.ioConfig.topic: is missing"),
        (#""dataSource": "sensor-data-raw","#, "", "dataSchema.dataSource: is missing"),
        (
            #""timestampSpec": { "column": "time", "format": "iso" },"#, "",
            "timestampSpec: is missing"
        ),
        (#""column": "time", "#, "", "timestampSpec.column: is missing"),
        (#""bootstrap.servers": "${brokers}","#, "", "[\"bootstrap.servers\"]: is missing"),
        (#""useEarliestOffset": true,"#, "", "Druid's default is false"),
        (#""inputFormat": { "type": "json" },"#, "", "inputFormat: is missing"),
        (#""spec": {"#, #""ioConfig": {}, "spec": {"#, "belongs under \"spec\""),
        (#""spec": {"#, #""dataSource": "x", "spec": {"#, "dataSource: is no field"),
        (#""name": "temp""#, #""name": "humidity""#, "'humidity' stands twice"),
        (
            #""granularitySpec""#,
            #""metricsSpec": [{"type": "doubleSum", "name": "temp", "fieldName": "temp"}], "#
                + #""granularitySpec""#, "'temp' is also a dimension"
        ),
        (
            #""granularitySpec""#,
            #""metricsSpec": [{"type": "doubleSun", "name": "t", "fieldName": "temp"}], "#
                + #""granularitySpec""#, "did you mean \"doubleSum\""
        ),
        (
            #""granularitySpec""#,
            #""metricsSpec": [{"type": "longMax", "name": "t"}], "#
                + #""granularitySpec""#, "has no \"fieldName\""
        ),
        (#""name": "temp""#, #""name": "__time""#, "Druid's own time column"),
        (#""PT1H""#, #""1h""#, "ISO 8601 period"),
        (#""taskCount": 1"#, #""taskCount": 0"#, "at least 1"),
        (#""rollup": false"#, #""rollup": "false""#, "must be true or false"),
        (#""${brokers}""#, #""kafka""#, "host:port"),
        (#""topic": "sensor-data-raw""#, #""topic": "sensor data""#, "Kafka topic"),
        (#""topic": "sensor-data-raw""#, #""topic": "a", "topicPattern": "a.*""#, "keep one"),
        (#""rollup": false"#, #""rollup": false, "rollup": true"#, "not JSON: duplicate"),
    ])
    func brokenSpecsFailWithTheReason(old: String, new: String, reason: String) throws {
        let text = try shippedText(shippedSpecs[0])
        try #require(text.contains(old))
        let found = errors(text.replacing(old, with: new, maxReplacements: 1))
        #expect(found.contains { $0.description.contains(reason) }, "\(found)")
    }

    @Test(arguments: [
        "[]", "1", "null", "{}", "{\"spec\": 3}", "{\"type\": \"kafka\", \"spec\": {}}",
    ])
    func documentsOfAnotherKindAreRefused(text: String) {
        #expect(!errors(text).isEmpty)
    }

    @Test func unknownFieldsMayBeAllowed() throws {
        let text = try shippedText(shippedSpecs[0])
            .replacing("\"replicas\"", with: "\"newInDruid99\": 1, \"replicas\"")
        #expect(errors(text).count == 1)
        let spec = try SupervisorSpec(
            file: "f", text: Array(text.utf8), variables: ["brokers": "a:1"],
            allowingUnknownFields: true)
        #expect(spec.warnings.map(\.severity) == [.warning])
    }

    @Test func twoSpecsOfOneSupervisorConflict() throws {
        let text = try shippedText(shippedSpecs[0])
        let first = try spec(text, file: "a.json")
        let second = try spec(text, file: "b.json")
        let found = SupervisorSpec.conflicts(among: [first, second])
        #expect(found.map(\.file) == ["b.json"])
        #expect(found.first?.message.contains("a.json") == true)
    }

    @Test func columnsMustAgreeWithTheQuery() throws {
        let text = try shippedText(shippedSpecs[1])
        func found(_ old: String, _ new: String) throws -> [Problem] {
            try spec(text.replacing(old, with: new)).problems(against: vehicles)
        }
        let renamed = try found("\"last_humidity\"", "\"last_humidty\"").filter {
            $0.severity == .error
        }
        #expect(renamed.count == 1)
        #expect(renamed[0].message.contains("did you mean 'last_humidity'"))
        #expect(renamed[0].position.line == text.line(of: "last_humidity"))
        let time = try found("\"window_start\"", "\"windowstart\"")
        #expect(time.contains { $0.field == "spec.dataSchema.timestampSpec.column" })
        let format = try found("\"iso\"", "\"millis\"")
        #expect(format.map(\.field) == ["spec.dataSchema.timestampSpec.format"])
        let topic = try found("\"topic\": \"sensor-data-aggregated\"", "\"topic\": \"other\"")
        #expect(topic.map(\.field) == ["spec.ioConfig.topic"])
        let dropped = try found(
            ",\n          { \"type\": \"long\", \"name\": \"readings\" }", "")
        #expect(dropped.map(\.severity) == [.warning])
        let derived = try found(
            "\"granularitySpec\"",
            """
            "transformSpec": {"transforms": [{"type": "expression", "name": "readings2",
            "expression": "readings * 2"}]}, "granularitySpec"
            """)
        #expect(derived.isEmpty)
    }

    @Test(arguments: [
        ("PT1H", 3600.0), ("PT3600S", 3600), ("P1D", 86_400), ("PT0.5S", 0.5), ("P1DT1H", 90_000),
        ("P", nil), ("PT", nil), ("1H", nil), ("PT1X", nil), ("PT1S1H", nil), ("P1DT", nil),
        ("PTH", nil), ("PT1", nil),
    ])
    func periodsAreReadAsJodaReadsThem(text: String, seconds: Double?) {
        #expect(periodSeconds(text) == seconds)
    }
}
