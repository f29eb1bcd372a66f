import CommandLineSupport
import Streaming
import Testing
import Vehicles

@testable import generator

/// Keeps what it is sent.
private final class MemorySink: ReadingSink {
    var messages: [(key: String, message: String)] = []
    var iterations = 0
    var isFinished = false
    let name = "memory"
    let inFlight = 0
    let acknowledged: Int? = nil

    func send(key: Span<UInt8>, message: Span<UInt8>) {
        messages.append((String(decodingUTF8: key), String(decodingUTF8: message)))
    }
    func endIteration() { iterations += 1 }
    func wait(_ span: TimeSpan, time: some TimeSource) { time.wait(span) }
    func finish() { isFinished = true }
}

struct GenerationRunTests {
    private let time = ManualTime(now: 1_795_208_400_000_000)

    private func run(
        entities: Int = 3, interval: TimeSpan = .seconds(5), duration: TimeSpan = .seconds(20),
        speed: Double = 1, start: Int64? = nil, stopAfter limit: Int = .max
    ) throws -> MemorySink {
        let timing = try Timing(
            interval: interval, duration: duration, speed: speed, start: start, now: time.now(),
            mayPassTheClock: false)
        let sink = MemorySink()
        var run = GenerationRun(
            entities: entities, readings: ReadingOptions(seed: 1), timing: timing, sink: sink,
            time: time, isStopped: { sink.messages.count >= limit })
        try run.run()
        #expect(run.totals.records == sink.messages.count)
        #expect(run.totals.iterations == sink.iterations)
        #expect(run.totals.bytes == sink.messages.reduce(0) { $0 + $1.message.utf8.count })
        #expect(sink.isFinished)
        return sink
    }

    @Test func everyEntityReportsOnceAnIteration() throws {
        let sink = try run()
        #expect(sink.iterations == 4)
        #expect(
            sink.messages.map(\.key) == [
                "1", "2", "3", "1", "2", "3", "1", "2", "3", "1", "2", "3",
            ])
        for (index, time) in ["21:00:00", "21:00:05", "21:00:10", "21:00:15"].enumerated() {
            #expect(
                sink.messages[3 * index].message.hasPrefix(#"{"time":"2026-11-20T\#(time).000Z""#))
        }
    }

    @Test func itTakesNoLongerThanTheLastIteration() throws {
        _ = try run(duration: .seconds(20))
        #expect(time.uptime() == 15_000_000)
    }

    @Test func aStopEndsAnEndlessRun() throws {
        let sink = try run(duration: .zero, stopAfter: 7)
        #expect(sink.messages.count == 9)
    }

    @Test func aStopEndsALongIteration() throws {
        let sink = try run(entities: 100_000, duration: .zero, stopAfter: 1)
        #expect(sink.messages.count == 1023)
    }

    @Test func aFastRunStopsWhereItReachesTheClock() throws {
        // Ten seconds behind and gaining five in each five seconds: level after ten.
        let sink = try run(
            entities: 1, duration: .zero, speed: 2, start: time.now() - 10_000_000)
        #expect(sink.iterations == 3)
        #expect(try #require(sink.messages.last).message.contains("T21:00:10.000Z"))
    }
}
