import Foundation
import Testing

@testable import Vehicles

struct RandomSourceTests {
    @Test func theSequenceIsTheOneOfXoshiro() {
        // SplitMix64 of seed 0 begins with these four numbers (Vigna's reference), which make
        // xoshiro256** begin with rotl(s1 * 5, 7) * 9.
        let second: UInt64 = 0x6E78_9E6A_A1B9_65F4
        let product = second &* 5
        var source = RandomSource(seed: 0)
        #expect(source.next() == ((product << 7) | (product >> 57)) &* 9)
    }

    @Test func logarithmsAgreeWithTheMathematicalLibrary() {
        var source = RandomSource(seed: 1)
        for _ in 0..<10_000 {
            let value = source.nextFraction()
            guard value > 0 else { continue }
            let expected = log(value)
            #expect(abs(naturalLogarithm(value) - expected) <= 4e-16 * max(1, abs(expected)))
        }
        #expect(naturalLogarithm(1) == 0)
        #expect(abs(naturalLogarithm(0x1p-53) - log(0x1p-53)) < 1e-14)
    }

    @Test(arguments: [1, 2, 5, 2_000_001] as [UInt64])
    func boundedNumbersStayBelowTheirLimit(limit: UInt64) {
        var source = RandomSource(seed: limit)
        let numbers = (0..<1000).map { _ in source.next(below: limit) }
        #expect(numbers.allSatisfy { $0 < limit })
        #expect(Set(numbers).count > min(Int(limit) - 1, 500))
    }
}

struct EventClockTests {
    @Test func eventTimeRunsAsManyTimesFasterAsAsked() {
        #expect(EventClock(start: 100).time(after: 7) == 107)
        #expect(EventClock(start: 100, speed: 60).time(after: 7) == 520)
        #expect(EventClock(start: 100, speed: 0.5).time(after: 10) == 105)
    }

    @Test func eventTimeStopsAtTheLastYearOfFourDigits() {
        #expect(EventClock(start: 0, speed: 1e300).time(after: .max) == EventClock.latest)
        #expect(EventClock(start: EventClock.latest).time(after: .max) == EventClock.latest)
    }
}
