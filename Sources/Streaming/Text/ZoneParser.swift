extension TextParser {
    /// The UTC second of a local time, given in seconds as if it were UTC, in the zone named at the
    /// end of a timestamp; nil if there is no such zone.
    ///
    /// `Z`, `UTC`, `GMT`, `UT`, each but Z also with an offset, an offset alone, or the name of a
    /// region, all as Java's `ZoneId.of` reads them. Offsets may also be `+h:mm` and `+hh:m`.
    mutating func instant(ofLocal local: Int64, zone text: Span<UInt8>) -> Int64? {
        let name = text.extracting(Self.trimmedBlanks(text))
        guard name.count > 0 else { return nil }
        if Self.isWord(name, "Z") || Self.isWord(name, "UTC") || Self.isWord(name, "GMT")
            || Self.isWord(name, "UT")
        {
            return local
        }
        if let start = Self.offsetStart(name) {
            guard let offset = Self.offset(name.extracting(start..<name.count)) else { return nil }
            return local - Int64(offset)
        }
        guard Self.looksLikeRegion(name) else { return nil }
        let region = String(decodingUTF8: name)
        let resolved = shortZoneNames[region] ?? region
        // Some short names stand for offsets: `EST` is -05:00.
        if resolved.utf8.first == UInt8(ascii: "-") {
            let bytes = Array(resolved.utf8)
            return Self.offset(bytes.span).map { local - Int64($0) }
        }
        return rules(ofZone: resolved)?.instant(ofLocal: local)
    }

    /// Where the sign of an offset is, if the text begins with one, perhaps after a prefix.
    private static func offsetStart(_ name: Span<UInt8>) -> Int? {
        func isSign(_ index: Int) -> Bool {
            index < name.count
                && (name[index] == UInt8(ascii: "+") || name[index] == UInt8(ascii: "-"))
        }
        if isSign(0) { return 0 }
        if isSign(3), isWord(name.extracting(0..<3), "UTC") || isWord(name.extracting(0..<3), "GMT")
        {
            return 3
        }
        return isSign(2) && isWord(name.extracting(0..<2), "UT") ? 2 : nil
    }

    /// Seconds east of UTC of `+h`, `+hh`, `+hhmm`, `+hhmmss` or the same with colons, where hours
    /// and last minutes may have one digit; up to 18 hours.
    private static func offset(_ text: Span<UInt8>) -> Int? {
        var fields = InlineArray<3, Int>(repeating: 0)
        var widths = InlineArray<3, Int>(repeating: 0)
        var count = 1
        for index in 1..<text.count {
            if text[index] == UInt8(ascii: ":") {
                guard count < 3, widths[count - 1] > 0 else { return nil }
                count += 1
                continue
            }
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            // Without colons a field ends after two digits.
            if widths[count - 1] == 2 {
                guard count < 3, !hasColon(text) else { return nil }
                count += 1
            }
            fields[count - 1] = fields[count - 1] * 10 + Int(digit)
            widths[count - 1] += 1
        }
        let isComplete =
            switch count {
            case 1: widths[0] > 0
            // A single digit is accepted for the hours before a colon, and for the minutes only at
            // the end and after a colon.
            case 2: widths[1] == 2 || (widths[1] == 1 && hasColon(text))
            default: widths[1] == 2 && widths[2] == 2
            }
        guard isComplete, fields[0] <= 18, fields[1] < 60, fields[2] < 60,
            fields[0] < 18 || (fields[1] == 0 && fields[2] == 0)
        else { return nil }
        let seconds = fields[0] * 3600 + fields[1] * 60 + fields[2]
        return text[0] == UInt8(ascii: "-") ? -seconds : seconds
    }

    private static func hasColon(_ text: Span<UInt8>) -> Bool {
        for index in 0..<text.count where text[index] == UInt8(ascii: ":") { return true }
        return false
    }

    /// A letter, then letters, digits and `/_+-`: nothing that could lead a file name astray.
    private static func looksLikeRegion(_ name: Span<UInt8>) -> Bool {
        func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 }
        guard name.count >= 2, name.count <= 64, isLetter(name[0]) else { return false }
        for index in 1..<name.count {
            switch name[index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "_"),
                UInt8(ascii: "+"), UInt8(ascii: "-"):
                break
            default: guard isLetter(name[index]) else { return false }
            }
        }
        return true
    }

    private static func isWord(_ text: Span<UInt8>, _ word: StaticString) -> Bool {
        guard text.count == word.utf8CodeUnitCount else { return false }
        for index in 0..<text.count {
            guard unsafe text[index] == word.utf8Start[index] else { return false }
        }
        return true
    }
}

/// The three-letter names that Java's `ZoneId.SHORT_IDS` resolves, and Spark with it.
private let shortZoneNames: [String: String] = [
    "ACT": "Australia/Darwin", "AET": "Australia/Sydney",
    "AGT": "America/Argentina/Buenos_Aires", "ART": "Africa/Cairo", "AST": "America/Anchorage",
    "BET": "America/Sao_Paulo", "BST": "Asia/Dhaka", "CAT": "Africa/Harare",
    "CNT": "America/St_Johns", "CST": "America/Chicago", "CTT": "Asia/Shanghai",
    "EAT": "Africa/Addis_Ababa", "ECT": "Europe/Paris", "EST": "-05:00", "HST": "-10:00",
    "IET": "America/Indiana/Indianapolis", "IST": "Asia/Kolkata", "JST": "Asia/Tokyo",
    "MIT": "Pacific/Apia", "MST": "-07:00", "NET": "Asia/Yerevan", "NST": "Pacific/Auckland",
    "PLT": "Asia/Karachi", "PNT": "America/Phoenix", "PRT": "America/Puerto_Rico",
    "PST": "America/Los_Angeles", "SST": "Pacific/Guadalcanal", "VST": "Asia/Ho_Chi_Minh",
]
