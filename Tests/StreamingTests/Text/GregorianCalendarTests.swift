import Testing

@testable import Streaming

@Suite struct GregorianCalendarTests {
    typealias Date = GregorianCalendar.CivilDate

    /// Counts day by day, so that it cannot share a mistake with the closed formulas.
    @Test func datesFollowOneAnotherOverEightHundredYears() {
        var date = Date(year: -401, month: 1, day: 1)
        let first = GregorianCalendar.days(year: -401, month: 1, day: 1)
        var lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        var expected = first
        while date.year < 401 {
            #expect(
                GregorianCalendar.days(year: date.year, month: date.month, day: date.day)
                    == expected)
            #expect(GregorianCalendar.date(ofDays: expected) == date)
            lengths[1] = GregorianCalendar.isLeap(year: date.year) ? 29 : 28
            let last = expected + Int64(lengths[date.month - 1] - date.day)
            #expect(GregorianCalendar.lastDayOfMonth(ofDays: expected) == last)
            expected += 1
            date.day += 1
            if date.day > lengths[date.month - 1] {
                date = Date(year: date.year, month: date.month + 1, day: 1)
            }
            if date.month > 12 { date = Date(year: date.year + 1, month: 1, day: 1) }
        }
    }

    @Test(
        arguments: [
            (Date(year: 1970, month: 1, day: 1), 0), (Date(year: 2000, month: 3, day: 1), 11017),
            (Date(year: 0, month: 2, day: 29), -719_469),
            (Date(year: 1, month: 1, day: 1), -719_162),
            (Date(year: 294_247, month: 1, day: 10), 106_751_991),
            (Date(year: -290_308, month: 12, day: 21), -106_751_992),
            (Date(year: 5_881_580, month: 7, day: 11), 2_147_483_647),
            (Date(year: -5_877_641, month: 6, day: 23), -2_147_483_648),
        ] as [(Date, Int64)])
    func knownDaysAreRight(date: Date, days: Int64) {
        #expect(GregorianCalendar.days(year: date.year, month: date.month, day: date.day) == days)
        #expect(GregorianCalendar.date(ofDays: days) == date)
    }

    @Test func impossibleDaysAreRefused() {
        #expect(GregorianCalendar.validDays(year: 1900, month: 2, day: 29) == nil)
        #expect(GregorianCalendar.validDays(year: 2000, month: 2, day: 29) != nil)
        #expect(GregorianCalendar.validDays(year: 2023, month: 0, day: 1) == nil)
        #expect(GregorianCalendar.validDays(year: 2023, month: 13, day: 1) == nil)
        #expect(GregorianCalendar.validDays(year: 2023, month: 4, day: 31) == nil)
        #expect(GregorianCalendar.validDays(year: 2023, month: 4, day: 0) == nil)
    }

    @Test func daysOfTheWeekAndOfTheYearAreRight() {
        // 2024-05-01 was a Wednesday, the 122nd day of its year; 1969-12-31 a Wednesday.
        let day = GregorianCalendar.days(year: 2024, month: 5, day: 1)
        #expect(GregorianCalendar.dayOfWeek(ofDays: day) == 3)
        #expect(GregorianCalendar.dayOfYear(ofDays: day) == 122)
        #expect(GregorianCalendar.dayOfWeek(ofDays: -1) == 3)
        #expect(GregorianCalendar.dayOfWeek(ofDays: -719_162) == 1)
    }

    @Test(arguments: [Int64.min, -1, 0, 1, Int64.max, -86_400_000_000, 86_399_999_999])
    func timestampsSplitIntoDayAndTime(microseconds: Int64) {
        let (days, time) = GregorianCalendar.split(microseconds: microseconds)
        #expect((0..<86_400_000_000).contains(time))
        #expect(Int128(days) * 86_400_000_000 + Int128(time) == Int128(microseconds))
    }
}
