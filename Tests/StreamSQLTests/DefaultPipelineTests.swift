import StreamSQL
import Streaming
import Testing

/// The query that ships.
@Suite struct DefaultPipelineTests {
    @Test func vehiclesBecomesThePlanThatItDescribes() throws {
        let pipeline = try Pipeline(text: try Fixtures.vehicles())
        #expect(pipeline.source.name == "sensor_data_raw")
        #expect(
            pipeline.source.options == [
                "subscribe": "sensor-data-raw", "format": "json", "key": "entity",
                "startingOffsets": "earliest",
            ])
        #expect(pipeline.source.position == SourcePosition(line: 9, column: 14))
        #expect(pipeline.sink?.options == ["topic": "sensor-data-aggregated", "key": "entity"])
        #expect(pipeline.groupsByKeyColumn)
        let plan = pipeline.plan
        #expect(
            plan.watermark == WatermarkSpecification(column: 0, delayMicroseconds: 180_000_000))
        #expect(plan.outputMode == .append)
        guard case .aggregation(let aggregation) = plan.operation else {
            Issue.record("no aggregation")
            return
        }
        #expect(aggregation.window == WindowSpecification(sizeMicroseconds: 60_000_000))
        #expect(aggregation.windowTime == Expression(.column(0), type: .timestamp))
        #expect(aggregation.groupKeys == [Expression(.column(1), type: .string)])
        #expect(
            aggregation.aggregates.map(\.function) == [.average, .last(ignoreNulls: false), .count])
        #expect(
            plan.outputSchema
                == Schema([
                    StructField(name: "window_start", type: .timestamp),
                    StructField(name: "window", type: .string),
                    StructField(name: "entity", type: .string),
                    StructField(name: "avg_temp", type: .double),
                    StructField(name: "last_humidity", type: .double),
                    StructField(name: "readings", type: .bigint),
                ]))
        let window = Expression(.column(0), type: Aggregation.windowType)
        #expect(
            aggregation.output[0].expression
                == Expression(.field(window, 0), type: .timestamp))
        let average = Expression(.column(2), type: .double)
        #expect(
            aggregation.output[3].expression
                == Expression(.call(.round(scale: 2), [average]), type: .double))
    }

    @Test func givenVariablesWinOverThoseOfTheText() throws {
        let variables = ["window_size": "5 minutes", "watermark_delay": "90 seconds", "other": "x"]
        let pipeline = try Pipeline(text: try Fixtures.vehicles(), variables: variables)
        guard case .aggregation(let aggregation) = pipeline.plan.operation else {
            Issue.record("no aggregation")
            return
        }
        #expect(aggregation.window.sizeMicroseconds == 300_000_000)
        #expect(pipeline.plan.watermark?.delayMicroseconds == 90_000_000)
        #expect(pipeline.unusedVariables == ["other"])
    }

    @Test func theExplanationNamesEveryStep() throws {
        let text = try Pipeline(text: try Fixtures.vehicles()).explained()
        #expect(
            text == """
                Source: sensor_data_raw USING kafka (format 'json', key 'entity', \
                startingOffsets 'earliest', subscribe 'sensor-data-raw')
                    time TIMESTAMP
                    entity STRING
                    temp DOUBLE
                    humidity DOUBLE
                Watermark: time, delay 3 minutes
                Window: 1 minute over time
                Group by: window, entity
                Aggregates:
                    average(temp) DOUBLE
                    last(ignoreNulls: false)(humidity) DOUBLE
                    count(*) BIGINT
                Output mode: append
                Output:
                    window_start TIMESTAMP = window.start
                    window STRING = concatWs('-', cast(window.start AS STRING), \
                cast(window.end AS STRING))
                    entity STRING = entity
                    avg_temp DOUBLE = round(scale: 2)(average(temp))
                    last_humidity DOUBLE = last(ignoreNulls: false)(humidity)
                    readings BIGINT = count(*)
                Sink: sensor_data_aggregated USING kafka (key 'entity', \
                topic 'sensor-data-aggregated')

                """)
    }

    /// Committed offsets carry a hash of this text: a change of its form refuses every restart.
    @Test func theMembershipTextHasThisForm() throws {
        let text = try Fixtures.vehicles().replacing("GROUP BY", with: "WHERE temp > 20 GROUP BY")
        #expect(
            try Pipeline(text: text).membershipText == """
                connector=kafka
                format=json
                column='time' timestamp
                column='entity' string
                column='temp' double
                column='humidity' double
                event-time=0
                delay=180000000
                window=60000000,60000000,0
                window-time=#0: timestamp
                where-before=greaterThan(#2: double, 0x4034000000000000: double): boolean
                output-mode=append
                """)
    }

    @Test func membershipChangesWithTheWindowAndNotWithTheOutput() throws {
        let text = try Fixtures.vehicles()
        let original = try Pipeline(text: text).membershipText
        let otherWindow = try Pipeline(text: text, variables: ["window_size": "2 minutes"])
        #expect(otherWindow.membershipText != original)
        let otherDelay = try Pipeline(text: text, variables: ["watermark_delay": "4 minutes"])
        #expect(otherDelay.membershipText != original)
        let otherOutput = text.replacing("round(avg(temp), 2)", with: "max(temp)")
        #expect(try Pipeline(text: otherOutput).membershipText == original)
        let filtered = text.replacing("GROUP BY", with: "WHERE temp > 20 GROUP BY")
        #expect(try Pipeline(text: filtered).membershipText != original)
    }
}
