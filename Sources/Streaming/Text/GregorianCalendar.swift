/// The proleptic Gregorian calendar, as days since 1970-01-01.
///
/// Exact for every day that a DATE or a TIMESTAMP can name, also before year 1 (year 0 is 1 BC).
public enum GregorianCalendar {
    public struct CivilDate: Hashable, Sendable, BitwiseCopyable {
        public var year: Int
        /// 1 to 12.
        public var month: Int
        /// 1 to 31.
        public var day: Int

        @inlinable
        public init(year: Int, month: Int, day: Int) {
            self.year = year
            self.month = month
            self.day = day
        }
    }

    public static let secondsPerDay: Int64 = 86_400
    public static let microsecondsPerSecond: Int64 = 1_000_000
    public static let microsecondsPerDay: Int64 = 86_400_000_000

    @inlinable @inline(__always)
    public static func isLeap(year: Int) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    /// Days of month `month`, 1 to 12.
    @inlinable @inline(__always)
    public static func daysInMonth(_ month: Int, year: Int) -> Int {
        if month == 2 { return isLeap(year: year) ? 29 : 28 }
        // From March on, long and short months alternate, but July and August are both long.
        return 30 + ((month + (month >> 3)) & 1)
    }

    /// Days since 1970-01-01 of a valid date; years up to ten million in either direction.
    @inlinable @inline(__always)
    public static func days(year: Int, month: Int, day: Int) -> Int64 {
        // Years here begin in March, so that the leap day is the last one; 400 years repeat.
        let marchYear = month <= 2 ? year - 1 : year
        let era = floorDivide(marchYear, 400)
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return Int64(era * 146_097 + dayOfEra - 719_468)
    }

    /// As ``days(year:month:day:)``, nil if there is no such day.
    @inlinable @inline(__always)
    public static func validDays(year: Int, month: Int, day: Int) -> Int64? {
        guard month >= 1, month <= 12, day >= 1 else { return nil }
        // Every month has 28 days; the exact length matters only beyond.
        if day > 28, day > daysInMonth(month, year: year) { return nil }
        return days(year: year, month: month, day: day)
    }

    /// The date `days` days after 1970-01-01; |days| up to 10^12.
    @inlinable
    public static func date(ofDays days: Int64) -> CivilDate {
        let shifted = Int(days) + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return CivilDate(
            year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
            day: dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }

    /// The day of the week: 0 for Sunday to 6 for Saturday.
    @inlinable
    public static func dayOfWeek(ofDays days: Int64) -> Int {
        // 1970-01-01 was a Thursday.
        Int(floorRemainder(days, 7) + 4) % 7
    }

    /// The day of the year, from 1.
    @inlinable
    public static func dayOfYear(ofDays days: Int64) -> Int {
        Int(days - self.days(year: date(ofDays: days).year, month: 1, day: 1)) + 1
    }

    /// The last day of the month that `days` is in.
    @inlinable
    public static func lastDayOfMonth(ofDays days: Int64) -> Int64 {
        let date = date(ofDays: days)
        return days + Int64(daysInMonth(date.month, year: date.year) - date.day)
    }

    /// The days since 1970-01-01 of the date that the hybrid calendar, Julian before 1582-10-15,
    /// gives to day `days`, as Spark rebases them.
    public static func gregorianDays(ofJulian days: Int64) -> Int64 {
        // 1582-10-15, the first Gregorian day.
        guard days < -141_427 else { return days }
        // Years begin in March, as in days(year:month:day:); four years repeat, 1461 days.
        let shifted = days + 719_470
        let cycle = floorDivide(shifted, 1461)
        let dayOfCycle = Int(shifted - cycle * 1461)
        let yearOfCycle = min(dayOfCycle / 365, 3)
        let dayOfYear = dayOfCycle - yearOfCycle * 365
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return self.days(
            year: Int(cycle) * 4 + yearOfCycle + (month <= 2 ? 1 : 0), month: month,
            day: dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }

    /// The day of a timestamp in microseconds, and the microseconds since its midnight.
    @inlinable
    public static func split(microseconds: Int64) -> (days: Int64, timeOfDay: Int64) {
        let days = floorDivide(microseconds, microsecondsPerDay)
        // Wrapping: for the first day of the range the product alone is below Int64.min.
        return (days, microseconds &- days &* microsecondsPerDay)
    }

    /// The quotient rounded towards negative infinity; `divisor` is positive.
    @inlinable @inline(__always)
    public static func floorDivide<Value: FixedWidthInteger>(
        _ dividend: Value, _ divisor: Value
    ) -> Value {
        let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// What ``floorDivide(_:_:)`` leaves: 0 ..< divisor.
    @inlinable @inline(__always)
    public static func floorRemainder<Value: FixedWidthInteger>(
        _ dividend: Value, _ divisor: Value
    ) -> Value {
        let remainder = dividend % divisor
        return remainder < 0 ? remainder + divisor : remainder
    }
}
