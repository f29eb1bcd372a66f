/// A record as a client gets it.
public struct LogRecord: Sendable {
    public var partition: Int
    public var offset: Int64
    public var key: [UInt8]?
    public var value: [UInt8]?
    public var headers: [String: String]

    public init(
        partition: Int, offset: Int64, key: [UInt8]?, value: [UInt8]?,
        headers: [String: String] = [:]
    ) {
        self.partition = partition
        self.offset = offset
        self.key = key
        self.value = value
        self.headers = headers
    }
}

/// What the output topics hold, beside what the sequential model makes of the raw topic: each row,
/// late record and dead letter has to be there exactly once, byte for byte.
public struct Comparison {
    private struct Origin: Hashable {
        var partition: Int
        var offset: Int64
    }

    private struct Original {
        var key: [UInt8]?
        var value: [UInt8]?
        var isLate: Bool
    }

    private var models: [VehicleModel]
    private var sides: [Origin: Original] = [:]
    /// How often a row was found.
    private var rows: [String: Int] = [:]
    private var found: [Origin: Int] = [:]
    private var differenceCount = 0

    public private(set) var rawCount = 0
    public private(set) var expectedRows = 0
    public private(set) var expectedLate = 0
    public private(set) var expectedDeadLetters = 0
    /// The first ones, in words.
    public private(set) var differences: [String] = []
    private static let maximumShown = 20

    public init(partitions: Int) {
        models = Array(repeating: VehicleModel(), count: partitions)
    }

    /// The next record of the raw topic; those of a partition in log order.
    public mutating func addRaw(_ record: LogRecord) {
        rawCount += 1
        let fate = models[record.partition].add(record.value)
        guard fate != .aggregated else { return }
        if fate == .late { expectedLate += 1 } else { expectedDeadLetters += 1 }
        sides[Origin(partition: record.partition, offset: record.offset)] = Original(
            key: record.key, value: record.value, isLate: fate == .late)
    }

    /// To be called between the last raw record and the first result.
    public mutating func finishModel() {
        for model in models {
            expectedRows += model.rows.count
            for row in model.rows.values { rows[row] = 0 }
        }
        if rows.count != expectedRows { differ("the model has a key in two partitions") }
    }

    public mutating func addRow(_ record: LogRecord) {
        let text = String(decoding: record.value ?? [], as: UTF8.self)
        guard let count = rows[text] else {
            return differ("a row that the model does not have: \(text)")
        }
        rows[text] = count + 1
        if count > 0 { differ("a row again: \(text)") }
    }

    /// A record of the late or the dead-letter topic.
    public mutating func addSide(_ record: LogRecord, isLate: Bool) {
        let name = isLate ? "late record" : "dead letter"
        guard let partition = record.headers["partition"].flatMap({ Int($0) }),
            let offset = record.headers["offset"].flatMap({ Int64($0) })
        else { return differ("a \(name) without its origin: \(record.headers)") }
        let origin = Origin(partition: partition, offset: offset)
        let place = "\(partition)/\(offset)"
        guard let original = sides[origin], original.isLate == isLate else {
            return differ("a \(name) that the model does not have: \(place)")
        }
        if original.value != record.value || original.key != record.key {
            differ("a \(name) with other bytes than the record \(place)")
        }
        found[origin, default: 0] += 1
        if found[origin] != 1 { differ("a \(name) again: \(place)") }
    }

    /// Looks for what is missing.
    public mutating func finish() {
        for (row, count) in rows where count == 0 { differ("no row \(row)") }
        for (origin, original) in sides where found[origin] == nil {
            let name = original.isLate ? "late record" : "dead letter"
            differ("no \(name) of \(origin.partition)/\(origin.offset)")
        }
    }

    public mutating func differ(_ text: String) {
        differenceCount += 1
        if differences.count < Self.maximumShown { differences.append(text) }
    }

    public var isEqual: Bool { differenceCount == 0 }

    /// What was compared, and whether it is equal.
    public var summary: String {
        "\(expectedRows) rows, \(expectedLate) late records and \(expectedDeadLetters) dead "
            + "letters of \(rawCount) records compared with the sequential model: "
            + (isEqual ? "EQUAL" : "NOT EQUAL, \(differenceCount) differences")
    }
}
