internal import Streaming

/// Reads JSON exactly as Spark's `from_json` does, which is Jackson with Spark's options.
///
/// Beyond strict JSON: strings and names in single quotes, `\'`, the bare tokens NaN, Infinity,
/// +Infinity, -Infinity, +INF and -INF, anything after the closing brace, invalid UTF-8 (U+FFFD)
/// and lone surrogates (`?`). The reference for the ``FastReader``.
struct SlowReader {
    /// The text breaks the grammar or a limit: Spark makes a row of nulls of it.
    struct Malformed: Error {
        /// The byte at which reading stopped.
        var position: Int
    }

    /// Levels of nesting, the record itself is one.
    static let maximumDepth = 1000

    var scanner: JSONScanner
    private let table: FieldTable
    private var parser: TextParser
    /// For each open level whether it is an object.
    private let levels = Buffer<Bool>(count: SlowReader.maximumDepth + 1, filler: false)
    private var depth = 0

    init(table: FieldTable, zones: ZoneCatalog) {
        self.table = table
        scanner = JSONScanner()
        parser = TextParser(zones: zones)
    }

    /// Reads the object that `text` is into row `row`, whose values are unspecified after an error.
    mutating func readRecord(_ text: Span<UInt8>, row: Int) throws(Malformed) {
        scanner.index = 0
        depth = 0
        scanner.skipBlanks(text)
        guard try scanner.readToken(text) == .objectStart else { throw scanner.malformed }
        try readObject(text, table.root, row: row)
    }

    private mutating func open(isObject: Bool) throws(Malformed) {
        guard depth < Self.maximumDepth else { throw scanner.malformed }
        depth += 1
        levels[depth] = isObject
    }

    /// Reads the members of an object, after its brace. Recursion is bounded by the schema.
    private mutating func readObject(
        _ text: Span<UInt8>, _ group: FieldGroup, row: Int
    ) throws(Malformed) {
        try open(isObject: true)
        let fields = table.fields
        for field in group.first..<group.first + group.count {
            fields[field].setNull(row)
        }
        var isFirst = true
        while try scanner.readSeparator(text, close: UInt8(ascii: "}"), isFirst: isFirst) {
            isFirst = false
            try scanner.readName(text)
            let field = scanner.withString { table.index(of: $0, 0, $0.count, in: group) }
            let token = try scanner.readToken(text)
            if field >= 0 {
                try readValue(text, token, fields[field], row: row)
            } else {
                try skip(text, token)
            }
        }
        depth -= 1
    }

    /// Converts the value that begins with `token`. One of the wrong type leaves the field as it
    /// is: null, or what an earlier member of the same name gave.
    private mutating func readValue(
        _ text: Span<UInt8>, _ token: JSONScanner.Token, _ field: FieldTable.Field, row: Int
    ) throws(Malformed) {
        switch (field.kind, token) {
        case (.structure, .objectStart):
            try readObject(text, field.children, row: row)
            field.withColumn { $0.setPresent(row) }
        case (_, .null):
            field.setNull(row)
        case (.string, .string):
            scanner.withString { bytes in field.set(row, bytes: bytes) }
        case (.string, _):
            let arena = field.withColumn { $0.arena }
            let start = arena.count
            try copy(text, token, to: arena)
            field.withColumn { $0.set(row, arenaFrom: start) }
        case (_, .objectStart), (_, .arrayStart):
            try skip(text, token)
        case (.boolean, .true), (.boolean, .false):
            field.set(row, integer: token == .true ? 1 : 0)
        case (.void, _):
            field.setNull(row)
        case (_, .string): setFromString(field, row: row)
        case (_, .integer), (_, .fraction), (_, .nonNumber):
            setFromNumber(text, token, field, row: row)
        default: break
        }
    }

    /// A value in quotes for a type other than STRING.
    private mutating func setFromString(_ field: FieldTable.Field, row: Int) {
        switch field.kind {
        case .double, .float:
            if let value = scanner.withString({ JSONScanner.nonNumber(quoted: $0) }) {
                field.set(row, double: value)
            }
        case .timestamp:
            let read = scanner.withString { parser.timestamp($0) }
            let value = read ?? scanner.withStringWithoutGMT { parser.timestamp($0) }
            if let value { field.set(row, integer: value) }
        case .date:
            if let days = dateFromString() { field.set(row, integer: days) }
        case .decimal:
            let value = scanner.withStringWithoutCommas { number -> Int128? in
                guard TextParser.isNumber(number) else { return nil }
                return try? TextParser.decimal(
                    ofNumber: number, precision: field.precision, scale: field.scale)
            }
            if let value { field.withColumn { $0.set(row, decimal: value) } }
        default: break
        }
    }

    /// As the TIMESTAMP of a text that does not read otherwise Spark takes what it is without
    /// `GMT`; a DATE may also be a number of days, which Spark 1.5 wrote.
    private mutating func dateFromString() -> Int64? {
        if let days = scanner.withString({ TextParser.date($0) }) { return days }
        if let days = scanner.withStringWithoutGMT({ TextParser.date($0) }) { return days }
        let number = scanner.withString { text -> Int64? in
            guard text.count > 0, text[0] > 0x20, text[text.count - 1] > 0x20 else { return nil }
            return TextParser.integer(text)
        }
        guard let number, Int32(exactly: number) != nil else { return nil }
        // Days before 1582-10-15 were Julian.
        return GregorianCalendar.gregorianDays(ofJulian: number)
    }

    private func setFromNumber(
        _ text: Span<UInt8>, _ token: JSONScanner.Token, _ field: FieldTable.Field, row: Int
    ) {
        let number = text.extracting(scanner.number)
        let nonNumber = scanner.nonNumber
        let isInteger = token == .integer
        switch field.kind {
        case .double:
            let value = token == .nonNumber ? nonNumber : TextParser.double(ofNumber: number)
            field.set(row, double: value)
        case .float:
            let value = token == .nonNumber ? nonNumber : TextParser.float(ofNumber: number)
            field.set(row, double: value)
        case .integer:
            guard isInteger, let value = TextParser.integer(number) else { return }
            // Jackson takes a byte to be signed or unsigned.
            let isUnsignedByte = field.upper == Int64(Int8.max) && (128...255).contains(value)
            guard isUnsignedByte || (value >= field.lower && value <= field.upper) else { return }
            field.set(row, integer: isUnsignedByte ? value - 256 : value)
        case .timestamp:
            // Seconds. Spark lets the product wrap around.
            guard isInteger, let seconds = TextParser.integer(number) else { return }
            field.set(row, integer: seconds &* 1_000_000)
        case .decimal:
            guard token != .nonNumber else { return }
            let value = try? TextParser.decimal(
                ofNumber: number, precision: field.precision, scale: field.scale)
            if let value { field.withColumn { $0.set(row, decimal: value) } }
        default: break
        }
    }

    private mutating func skip(
        _ text: Span<UInt8>, _ token: JSONScanner.Token
    ) throws(Malformed) {
        try walk(text, token, to: nil)
    }

    /// Appends the value as Spark gives it to a STRING: compact JSON, with characters beyond U+FFFF
    /// and lone surrogates as escapes.
    private mutating func copy(
        _ text: Span<UInt8>, _ token: JSONScanner.Token, to output: ByteArena
    ) throws(Malformed) {
        scanner.keepsSurrogates = true
        defer { scanner.keepsSurrogates = false }
        try walk(text, token, to: output)
    }

    /// Reads the rest of the value that begins with `first`, and appends it to `output` if there is
    /// one. Without recursion: nesting is the sender's choice.
    private mutating func walk(
        _ text: Span<UInt8>, _ first: JSONScanner.Token, to output: ByteArena?
    ) throws(Malformed) {
        let outerDepth = depth
        var token = first
        while true {
            var isFirst = false
            switch token {
            case .objectStart, .arrayStart:
                try open(isObject: token == .objectStart)
                output?.append(UInt8(ascii: token == .objectStart ? "{" : "["))
                isFirst = true
            default:
                if let output { scanner.append(text, token, to: output) }
            }
            while depth > outerDepth {
                let close = UInt8(ascii: levels[depth] ? "}" : "]")
                if try scanner.readSeparator(text, close: close, isFirst: isFirst) { break }
                output?.append(close)
                depth -= 1
                isFirst = false
            }
            guard depth > outerDepth else { return }
            if !isFirst { output?.append(UInt8(ascii: ",")) }
            if levels[depth] {
                try scanner.readName(text)
                if let output {
                    scanner.withString { JSONText.appendQuotedCopy($0, to: output) }
                    output.append(UInt8(ascii: ":"))
                }
            }
            token = try scanner.readToken(text)
        }
    }
}
