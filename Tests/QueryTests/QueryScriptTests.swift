import StreamSQL
import Streaming
import Testing

/// Windows and watermark as scripts: what comes in, what comes out, and why.
///
/// Times are minutes and seconds after 2024-05-01 10:00. Windows last a minute, the delay is three.
@Suite struct QueryScriptTests {
    /// A query with a log of its own, fed a reading at a time.
    private final class Script {
        let harness: QueryHarness
        private var offset: Int64 = 0

        init(
            window: String = "'1 minute'", delay: String = "3 MINUTES", mode: OutputMode = .append,
            filter: String = "", skew: Int64? = nil
        ) throws {
            harness = try QueryHarness(
                """
                CREATE TABLE t (time TIMESTAMP, entity STRING, temp DOUBLE, x INT)
                USING json OPTIONS (path '-');
                SELECT date_trunc('SECOND', window.start) AS start, entity, count(*) AS n,
                  sum(temp) AS total
                FROM STREAM t WATERMARK time DELAY OF INTERVAL \(delay) \(filter)
                GROUP BY window(time, \(window)), entity
                """, outputMode: mode, maximumFutureSkewMilliseconds: skew)
            harness.engine.addPartition(0, .start(at: 0))
        }

        /// Adds a reading of 1 degree at `time`, as in `05:30.5`.
        @discardableResult
        func add(
            _ time: String, _ entity: String = "a", temp: Double = 1, arrival: Int64? = nil
        ) -> QueryHarness.Step {
            add(
                value: """
                    {"time":"2024-05-01T10:\(time)Z","entity":"\(entity)","temp":\(temp)}
                    """, arrival: arrival)
        }

        @discardableResult
        func add(value: String?, arrival: Int64? = nil) -> QueryHarness.Step {
            defer { offset += 1 }
            return harness.process([
                QueryHarness.Message(
                    value: value, offset: offset,
                    timestamp: arrival ?? RecordBatch.noTimestamp)
            ])
        }

        var counters: Counters { harness.engine.counters }
    }

    private func row(_ start: String, _ entity: String, _ count: Int, _ total: Double) -> String {
        """
        {"start":"2024-05-01T10:\(start):00.000Z","entity":"\(entity)",\
        "n":\(count),"total":\(total)}
        """
    }

    @Test func aWindowClosesWhenTheWatermarkReachesItsEnd() throws {
        let script = try Script()
        #expect(script.add("00:10").rows.isEmpty)
        #expect(script.add("00:59.999999").rows.isEmpty)
        #expect(script.add("03:59.999").rows.isEmpty)  // watermark 00:59.999
        #expect(script.add("04:00").rows == [row("00", "a", 2, 2)])  // watermark 01:00
    }

    @Test func aRecordIsLateOnceItsWindowHasClosed() throws {
        let script = try Script()
        script.add("00:10")
        script.add("04:30")  // watermark 01:30: window 00 has closed, window 01 is open
        #expect(script.add("00:59").late == [2])
        #expect(script.add("01:00").late == [])  // older than the watermark, but its window is open
        #expect(script.add("05:00").rows == [row("01", "a", 1, 1)])
        #expect(script.counters.late == 1 && script.counters.aggregated == 4)
    }

    @Test func aLateRecordDoesNotMoveTheWatermarkBack() throws {
        let script = try Script()
        script.add("10:00")
        #expect(script.add("00:10").late == [1])
        #expect(script.harness.engine.status(of: 0)?.maximumEventTime == 1_714_558_200_000_000)
    }

    @Test func rowsOfAWindowAreSortedByTheirKeys() throws {
        let script = try Script()
        for entity in ["b", "a", "ä", "", "a\\u0000"] { script.add("00:01", entity) }
        script.add(value: #"{"time":"2024-05-01T10:00:02Z","temp":1}"#)
        let rows = script.add("09:00").rows
        let keys = rows.map { row in
            row.split(separator: ",").first { $0.hasPrefix("\"entity\"") }.map(String.init)
                ?? "null"
        }
        #expect(
            keys == [
                "null", "\"entity\":\"\"", "\"entity\":\"a\"", "\"entity\":\"a\\u0000\"",
                "\"entity\":\"b\"", "\"entity\":\"ä\"",
            ])
    }

    @Test func windowsCloseInOrderOfTheirEnds() throws {
        let script = try Script()
        script.add("02:00", temp: 3)
        script.add("00:00", temp: 1)
        script.add("01:00", temp: 2)
        #expect(
            script.add("30:00").rows
                == [row("00", "a", 1, 1), row("01", "a", 1, 2), row("02", "a", 1, 3)])
    }

    @Test func aSlidingRecordIsLateOnlyIfAllItsWindowsAre() throws {
        let script = try Script(window: "'2 minutes', '1 minute'", delay: "0 SECONDS")
        script.add("01:30")  // windows 00 and 01
        // Watermark 02:00: the window that begins at 00 has closed, the one at 01 has not.
        #expect(script.add("02:00").rows == [row("00", "a", 1, 1)])
        #expect(script.add("01:10").late == [])
        #expect(script.counters.latePairs == 1)
        #expect(script.add("00:10").late == [3])
        #expect(script.add("03:00").rows == [row("01", "a", 3, 3)])
    }

    @Test func aFilterOnOtherColumnsKeepsARecordFromTheWatermark() throws {
        let script = try Script(filter: "WHERE temp < 100")
        script.add("00:10")
        #expect(script.add("20:00", temp: 200).rows.isEmpty)
        #expect(script.harness.engine.status(of: 0)?.watermark == 1_714_557_430_000_000)
        #expect(script.counters.filtered == 1)
    }

    @Test func aFilterOnTheEventTimeDoesNot() throws {
        let script = try Script(filter: "WHERE time < TIMESTAMP '2024-05-01 10:10:00'")
        script.add("00:10")
        #expect(script.add("20:00").rows == [row("00", "a", 1, 1)])
        #expect(script.counters.filtered == 1)
    }

    @Test func anInvalidRecordIsADeadLetterAndDoesNotCount() throws {
        let script = try Script(skew: 60_000)
        #expect(script.add(value: nil).deadLetters.map(\.reason) == ["null value"])
        #expect(
            script.add(value: "{").deadLetters.map(\.reason).first?.hasPrefix("malformed") == true)
        #expect(
            script.add(value: #"{"entity":"a"}"#).deadLetters.map(\.reason) == ["null event time"])
        // The record came at 10:00; a minute ahead is allowed.
        let arrival: Int64 = 1_714_557_600_000
        #expect(script.add("01:00", arrival: arrival).deadLetters.isEmpty)
        #expect(
            script.add("01:00.001", arrival: arrival).deadLetters.map(\.reason)
                == ["event time too far in the future"])
        #expect(script.counters.deadLetters == 4 && script.counters.aggregated == 1)
    }

    @Test func updateModeEmitsEachChangedRowOncePerBatch() throws {
        let script = try Script(mode: .update)
        script.add("00:10")
        script.add("00:20")
        script.add("00:30", "b")
        #expect(
            script.harness.emitOpenWindows().rows == [row("00", "a", 2, 2), row("00", "b", 1, 1)])
        #expect(script.harness.emitOpenWindows().rows.isEmpty)
        script.add("00:40", "b")
        #expect(script.harness.emitOpenWindows().rows == [row("00", "b", 2, 2)])
        // What has changed since is emitted before its window goes.
        script.add("00:50", "a")
        #expect(script.add("09:00").rows == [row("00", "a", 3, 3)])
    }

    @Test func completeModeKeepsEverything() throws {
        let script = try Script(mode: .complete)
        script.add("20:00")
        #expect(script.add("00:10").late.isEmpty)
        #expect(
            script.harness.emitOpenWindows().rows == [row("00", "a", 1, 1), row("20", "a", 1, 1)])
    }

    @Test func anIdlePartitionClosesItsWindowsAndNoMore() throws {
        let script = try Script()
        script.add("00:10")
        let engine = script.harness.engine
        #expect(engine.advanceIdle(0, elapsedMicroseconds: 200_000_000))
        var step = QueryHarness.Step()
        script.harness.takeRows(&step)
        #expect(step.rows.isEmpty)  // 00:10 and 200 s: the watermark is at 00:30
        #expect(engine.advanceIdle(0, elapsedMicroseconds: 900_000_000))
        script.harness.takeRows(&step)
        #expect(step.rows == [row("00", "a", 1, 1)])
        // No further than the end of the window and the delay: at 01:00.
        #expect(engine.status(of: 0)?.watermark == 1_714_557_660_000_000)
        #expect(!engine.advanceIdle(0, elapsedMicroseconds: 5_000_000_000))
    }

    @Test func partitionsDoNotDisturbOneAnother() throws {
        let script = try Script()
        script.harness.engine.addPartition(1, .start(at: 0))
        script.add("50:00")
        let early = script.harness.process(
            [
                QueryHarness.Message(
                    value: #"{"time":"2024-05-01T10:00:00Z","entity":"b","temp":1}"#, offset: 0)
            ], partition: 1)
        #expect(early.late.isEmpty)
    }

    @Test func aRecordDeliveredTwiceCountsOnce() throws {
        let script = try Script()
        let message = QueryHarness.Message(
            value: #"{"time":"2024-05-01T10:00:00Z","entity":"a","temp":1}"#, offset: 0)
        _ = script.harness.process([message, message])
        #expect(script.counters.read == 1)
    }

    @Test func aFailingAggregateMakesItsRowADeadLetter() throws {
        let harness = try QueryHarness(
            """
            CREATE TABLE t (time TIMESTAMP, n BIGINT) USING json OPTIONS (path '-');
            SELECT window.start AS start, sum(n) AS total, 10 / count(n) AS share
            FROM t WATERMARK time DELAY OF INTERVAL 0 SECONDS GROUP BY window(time, '1 minute')
            """)
        harness.engine.addPartition(0, .start(at: 0))
        let values = [
            #"{"time":"2024-05-01T10:00:00Z","n":9223372036854775807}"#,
            #"{"time":"2024-05-01T10:00:01Z","n":1}"#,
            #"{"time":"2024-05-01T10:01:00Z"}"#, #"{"time":"2024-05-01T10:02:00Z","n":2}"#,
            #"{"time":"2024-05-01T10:03:00Z","n":2}"#,
        ]
        let step = harness.process(
            values.enumerated().map { .init(value: $0.element, offset: Int64($0.offset)) })
        #expect(step.failedRows == ["ARITHMETIC_OVERFLOW", "DIVIDE_BY_ZERO"])
        #expect(
            step.rows == [#"{"start":"2024-05-01T10:02:00.000Z","total":2,"share":10.0}"#])
        #expect(harness.engine.counters.failedRows == 2)
    }

    @Test func aFailingExpressionMakesItsRecordADeadLetter() throws {
        let harness = try QueryHarness(
            """
            CREATE TABLE t (time TIMESTAMP, n INT) USING json OPTIONS (path '-');
            SELECT window.start AS start, sum(10 / n) AS total
            FROM t WATERMARK time DELAY OF INTERVAL 0 SECONDS GROUP BY window(time, '1 minute')
            """)
        harness.engine.addPartition(0, .start(at: 0))
        let values = [
            #"{"time":"2024-05-01T10:00:00Z","n":5}"#, #"{"time":"2024-05-01T10:30:00Z","n":0}"#,
            #"{"time":"2024-05-01T10:00:30Z","n":10}"#,
        ]
        let step = harness.process(
            values.enumerated().map { .init(value: $0.element, offset: Int64($0.offset)) })
        // The failing record did not move the watermark, so the third is not late.
        #expect(step.deadLetters == [.init(offset: 1, reason: "DIVIDE_BY_ZERO")])
        #expect(step.late.isEmpty)
        #expect(harness.close().rows == [#"{"start":"2024-05-01T10:00:00.000Z","total":3.0}"#])
    }
}
