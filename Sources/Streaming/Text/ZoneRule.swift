/// A rule of the POSIX `TZ` variable, as zone files end with: `CET-1CEST,M3.5.0,M10.5.0/3`.
struct ZoneRule {
    /// Seconds east of UTC.
    private var standardOffset = 0
    /// Nil where the clock is never changed.
    private var daylight: Daylight?

    private struct Daylight {
        var offset: Int
        var start: Change
        var end: Change
    }

    /// The day of the year, and the local time, at which the clock changes.
    fileprivate struct Change {
        enum Day {
            /// `Jn`: 1 to 365, February 29 is never counted.
            case julian(Int)
            /// `n`: 0 to 365, February 29 is counted.
            case ordinal(Int)
            /// `Mm.w.d`: weekday 0 (Sunday) to 6 of week 1 to 5 (the last one) of a month.
            case weekday(month: Int, week: Int, day: Int)
        }

        var day: Day
        /// Seconds after midnight, -167 to 167 hours.
        var time: Int
    }

    /// Nil if `text` is not such a rule.
    init?(_ text: Span<UInt8>) {
        var reader = Reader()
        guard reader.skipName(text), let offset = reader.readTime(text, maximumHours: 24) else {
            return nil
        }
        // POSIX counts westwards.
        standardOffset = -offset
        guard reader.index < text.count else { return }
        guard reader.skipName(text) else { return nil }
        var daylightOffset = standardOffset + 3600
        if reader.index < text.count, text[reader.index] != UInt8(ascii: ",") {
            guard let offset = reader.readTime(text, maximumHours: 24) else { return nil }
            daylightOffset = -offset
        }
        guard let start = reader.readChange(text), let end = reader.readChange(text),
            reader.index == text.count
        else { return nil }
        daylight = Daylight(offset: daylightOffset, start: start, end: end)
    }

    /// Adds the transitions after the last one of `rules`, up to the end of `year`.
    func extend(_ rules: inout ZoneRules, through year: Int) {
        let last = rules.transitions.last?.instant ?? Int64.min
        guard let daylight else {
            // The file's last offset is the rule's; a file without any transition says so at once.
            if rules.transitions.isEmpty { rules.initialOffset = standardOffset }
            return
        }
        let days = GregorianCalendar.floorDivide(max(last, 0), GregorianCalendar.secondsPerDay)
        let firstYear = GregorianCalendar.date(ofDays: days).year
        guard firstYear <= year else { return }
        for year in firstYear...year {
            // Local times are those before the change.
            let start = daylight.start.localSecond(year: year) - Int64(standardOffset)
            let end = daylight.end.localSecond(year: year) - Int64(daylight.offset)
            let changes = [(start, daylight.offset), (end, standardOffset)]
            for (instant, offset) in changes.sorted(by: { $0.0 < $1.0 }) where instant > last {
                rules.append(instant: instant, offset: offset)
            }
        }
    }

    private struct Reader {
        var index = 0

        private func at(_ byte: UInt8, _ text: Span<UInt8>) -> Bool {
            index < text.count && text[index] == byte
        }

        private mutating func skip(_ byte: UInt8, _ text: Span<UInt8>) -> Bool {
            guard at(byte, text) else { return false }
            index += 1
            return true
        }

        /// `CET`, or with digits and signs `<+03>`.
        mutating func skipName(_ text: Span<UInt8>) -> Bool {
            let first = index
            if skip(UInt8(ascii: "<"), text) {
                while index < text.count, text[index] != UInt8(ascii: ">") { index += 1 }
                return skip(UInt8(ascii: ">"), text)
            }
            while index < text.count, (text[index] | 0x20) &- UInt8(ascii: "a") < 26 { index += 1 }
            return index - first >= 3
        }

        mutating func readNumber(_ text: Span<UInt8>, _ range: ClosedRange<Int>) -> Int? {
            let first = index
            var value = 0
            while index < text.count, index - first < 3 {
                let digit = text[index] &- UInt8(ascii: "0")
                guard digit <= 9 else { break }
                value = value * 10 + Int(digit)
                index += 1
            }
            return index > first && range.contains(value) ? value : nil
        }

        /// `[+-]h[h[h]][:mm[:ss]]` in seconds.
        mutating func readTime(_ text: Span<UInt8>, maximumHours: Int) -> Int? {
            let isNegative = at(UInt8(ascii: "-"), text)
            if isNegative || at(UInt8(ascii: "+"), text) { index += 1 }
            guard let hours = readNumber(text, 0...maximumHours) else { return nil }
            var seconds = hours * 3600
            for unit in [60, 1] where skip(UInt8(ascii: ":"), text) {
                guard let value = readNumber(text, 0...59) else { return nil }
                seconds += value * unit
            }
            return isNegative ? -seconds : seconds
        }

        /// `,` and a day, then perhaps `/` and a time; without, it is two o'clock.
        mutating func readChange(_ text: Span<UInt8>) -> Change? {
            guard skip(UInt8(ascii: ","), text), let day = readDay(text) else { return nil }
            guard skip(UInt8(ascii: "/"), text) else { return Change(day: day, time: 7200) }
            return readTime(text, maximumHours: 167).map { Change(day: day, time: $0) }
        }

        private mutating func readDay(_ text: Span<UInt8>) -> Change.Day? {
            if skip(UInt8(ascii: "J"), text) {
                return readNumber(text, 1...365).map { .julian($0) }
            }
            guard skip(UInt8(ascii: "M"), text) else {
                return readNumber(text, 0...365).map { .ordinal($0) }
            }
            guard let month = readNumber(text, 1...12), skip(UInt8(ascii: "."), text),
                let week = readNumber(text, 1...5), skip(UInt8(ascii: "."), text),
                let day = readNumber(text, 0...6)
            else { return nil }
            return .weekday(month: month, week: week, day: day)
        }
    }
}

extension ZoneRule.Change {
    /// The local time of the change in `year`, in seconds as if it were UTC.
    fileprivate func localSecond(year: Int) -> Int64 {
        let newYear = GregorianCalendar.days(year: year, month: 1, day: 1)
        let days: Int64
        switch day {
        case .julian(let number):
            let isShifted = number >= 60 && GregorianCalendar.isLeap(year: year)
            days = newYear + Int64(number - 1 + (isShifted ? 1 : 0))
        case .ordinal(let number):
            days = newYear + Int64(number)
        case .weekday(let month, let week, let weekday):
            let first = GregorianCalendar.days(year: year, month: month, day: 1)
            let ahead = (weekday - GregorianCalendar.dayOfWeek(ofDays: first) + 7) % 7
            var day = ahead + 7 * (week - 1)
            if day >= GregorianCalendar.daysInMonth(month, year: year) { day -= 7 }
            days = first + Int64(day)
        }
        return days * GregorianCalendar.secondsPerDay + Int64(time)
    }
}
