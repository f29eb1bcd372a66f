/// Time zone files as systems have them under `/usr/share/zoneinfo` (TZif, RFC 8536).
public enum ZoneFile {
    /// The last year that a rule at the end of a file is applied to.
    static let lastYear = 2100
    /// More than any file has.
    private static let maximumEntries = 65_536

    /// The rules in the bytes of a file of version 1 to 4, nil if they are not such a file.
    public static func parse(_ bytes: Span<UInt8>) -> ZoneRules? {
        guard let first = Header(bytes, at: 0) else { return nil }
        guard first.version >= UInt8(ascii: "2") else {
            return readData(bytes, header: first, timeSize: 4)
        }
        // The first block is for readers that know 32 bits only.
        let second = Header.size + first.dataSize(timeSize: 4)
        guard let header = Header(bytes, at: second),
            var rules = readData(bytes, header: header, timeSize: 8)
        else { return nil }
        let footer = header.dataStart + header.dataSize(timeSize: 8)
        return extend(&rules, withFooter: bytes, from: footer) ? rules : nil
    }

    private struct Header {
        static let size = 44

        let version: UInt8
        let dataStart: Int
        let utcFlags: Int
        let standardFlags: Int
        let leapSeconds: Int
        let times: Int
        let types: Int
        let characters: Int

        init?(_ bytes: Span<UInt8>, at start: Int) {
            guard start >= 0, start <= bytes.count - Self.size,
                integer(bytes, at: start, size: 4) == 0x545A_6966  // "TZif"
            else { return nil }
            version = bytes[start + 4]
            utcFlags = Int(integer(bytes, at: start + 20, size: 4))
            standardFlags = Int(integer(bytes, at: start + 24, size: 4))
            leapSeconds = Int(integer(bytes, at: start + 28, size: 4))
            times = Int(integer(bytes, at: start + 32, size: 4))
            types = Int(integer(bytes, at: start + 36, size: 4))
            characters = Int(integer(bytes, at: start + 40, size: 4))
            dataStart = start + Self.size
            let counts = [utcFlags, standardFlags, leapSeconds, times, types, characters]
            guard counts.allSatisfy({ $0 >= 0 && $0 <= maximumEntries }) else { return nil }
        }

        func dataSize(timeSize: Int) -> Int {
            times * (timeSize + 1) + types * 6 + characters + leapSeconds * (timeSize + 4)
                + standardFlags + utcFlags
        }
    }

    /// A signed number of `size` bytes, the most significant first.
    private static func integer(_ bytes: Span<UInt8>, at start: Int, size: Int) -> Int64 {
        var value = Int64(Int8(bitPattern: bytes[start]))
        for index in start + 1..<start + size { value = value << 8 | Int64(bytes[index]) }
        return value
    }

    private static func readData(
        _ bytes: Span<UInt8>, header: Header, timeSize: Int
    ) -> ZoneRules? {
        guard header.types > 0,
            header.dataStart + header.dataSize(timeSize: timeSize) <= bytes.count
        else { return nil }
        let indexes = header.dataStart + header.times * timeSize
        let types = indexes + header.times
        func offset(ofType type: Int) -> Int {
            Int(integer(bytes, at: types + type * 6, size: 4))
        }
        // RFC 8536: the first type holds before the first transition.
        var rules = ZoneRules(initialOffset: offset(ofType: 0), transitions: [])
        guard isPlausible(offset: rules.initialOffset) else { return nil }
        var previous = Int64.min
        for index in 0..<header.times {
            let instant = integer(bytes, at: header.dataStart + index * timeSize, size: timeSize)
            let type = Int(bytes[indexes + index])
            // A hundred billion years either way leave room for sums.
            guard instant > previous, instant.magnitude < 1 << 62, type < header.types,
                isPlausible(offset: offset(ofType: type))
            else { return nil }
            previous = instant
            rules.append(instant: instant, offset: offset(ofType: type))
        }
        return rules
    }

    private static func isPlausible(offset: Int) -> Bool { offset.magnitude <= 26 * 3600 }

    /// Applies the rule between two line ends after the data to the years after the last
    /// transition.
    private static func extend(
        _ rules: inout ZoneRules, withFooter bytes: Span<UInt8>, from start: Int
    ) -> Bool {
        guard start < bytes.count, bytes[start] == UInt8(ascii: "\n") else { return false }
        var end = start + 1
        while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
        guard end < bytes.count else { return false }
        // Empty: nothing is known of the future.
        guard end > start + 1 else { return true }
        let text = bytes.extracting((start + 1)..<end)
        guard let rule = ZoneRule(text) else { return false }
        rule.extend(&rules, through: lastYear)
        return true
    }
}

extension ZoneRules {
    /// Adds a transition later than all others, unless it changes nothing.
    mutating func append(instant: Int64, offset: Int) {
        guard offset != (transitions.last?.offset ?? initialOffset) else { return }
        transitions.append(Transition(instant: instant, offset: offset))
    }
}
