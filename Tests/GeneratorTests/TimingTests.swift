import CommandLineSupport
import Testing
import Vehicles

@testable import generator

private let now: Int64 = 1_795_208_400_000_000

struct TimingTests {
    private func timing(
        interval: TimeSpan = .seconds(5), duration: TimeSpan = .minutes(15), speed: Double = 1,
        start: Int64? = nil, file: Bool = false
    ) throws -> Timing {
        try Timing(
            interval: interval, duration: duration, speed: speed, start: start, now: now,
            mayPassTheClock: file)
    }

    @Test func withoutSpeedEventTimeIsTheClock() throws {
        #expect(try timing().clock.start == now)
        #expect(try timing(speed: 0.5).clock.start == now)
        #expect(try timing(duration: .zero).clock.start == now)
    }

    @Test func withSpeedEventTimeEndsAtTheClock() throws {
        let clock = try timing(speed: 60).clock
        #expect(clock.start == now - 59 * 900_000_000)
        #expect(clock.time(after: 900_000_000) == now + 900_000_000)
    }

    @Test func anEndlessRunAheadOfTheClockNeedsAStart() throws {
        let error = #expect(throws: ExitError.self) { try timing(duration: .zero, speed: 2) }
        #expect(error?.status == .usage)
        #expect(error?.message.contains("--start") == true)
        #expect(try timing(duration: .zero, speed: 2, start: 0).stopsAtTheClock)
        #expect(try timing(duration: .zero, speed: 2, file: true).stopsAtTheClock == false)
    }

    @Test func aStartInTheFutureIsRefusedExceptForFiles() throws {
        #expect(throws: ExitError.self) { try timing(start: now + 1) }
        #expect(try timing(start: now + 1, file: true).clock.start == now + 1)
    }

    @Test func aStartBefore1970IsRefused() {
        #expect(throws: ExitError.self) { try timing(speed: 1e9) }
        #expect(throws: ExitError.self) { try timing(speed: 1e300) }
        #expect(throws: ExitError.self) { try timing(start: -1) }
        #expect(throws: ExitError.self) { try timing(start: .max, file: true) }
    }

    @Test func iterationsAreDueAtMultiplesOfTheIntervalUntilTheEnd() throws {
        let timing = try timing(interval: .seconds(5), duration: .seconds(12))
        #expect(timing.due(iteration: 0, elapsed: 1) == 0)
        #expect(timing.due(iteration: 2, elapsed: 10_000_100) == 10_000_000)
        #expect(timing.due(iteration: 3, elapsed: 10_000_100) == nil)
        #expect(timing.due(iteration: 2, elapsed: 12_000_000) == nil)
    }

    @Test func withoutIntervalAnIterationIsDueAtOnce() throws {
        let timing = try timing(interval: .zero, duration: .seconds(1))
        #expect(timing.due(iteration: 7, elapsed: 999_999) == 999_999)
        #expect(timing.due(iteration: 7, elapsed: 1_000_000) == nil)
        let endless = try self.timing(interval: .zero, duration: .zero)
        #expect(endless.due(iteration: .max, elapsed: .max) == .max)
    }
}
