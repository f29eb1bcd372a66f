/// What a measurement is to reach.
struct Target {
    enum Limit {
        case atMost(Double)
        case atLeast(Double)
    }

    /// The measurement's name.
    var measurement: String
    var limit: Limit

    static let all = [
        Target("1,000 keys: decode, windows and state", .atMost(120)),
        Target("1,000,000 keys against 1,000: decode, windows and state", .atMost(4)),
        Target("processor run over Kafka: speed against the bare loop", .atLeast(0.75)),
        Target("processor run over Kafka: processor time against the bare loop", .atMost(1.3)),
        Target("exactly once against at least once: processor time", .atMost(1.03)),
        Target("generator, interval 0: speed against a bare produce loop", .atLeast(0.8)),
        Target("start to first row from a file", .atMost(100)),
        Target("start to first record on Kafka, beyond a bare group consumer", .atMost(300)),
        Target("resident memory, 10,000 keys at 50,000 records/s", .atMost(64)),
        Target("peak memory while draining a backlog, 10,000 keys", .atMost(128)),
        Target("peak memory, 1,000,000 keys", .atMost(512)),
        Target("memory run: growth after minute 2", .atMost(5)),
        Target("memory run: file descriptors, growth after minute 2", .atMost(0)),
    ]

    private init(_ measurement: String, _ limit: Limit) {
        self.measurement = measurement
        self.limit = limit
    }

    /// Nil if that was not measured.
    func result(_ measurements: [Measurement]) -> TargetResult? {
        guard let found = measurements.last(where: { $0.name == measurement }) else { return nil }
        let (text, isMet) =
            switch limit {
            case .atMost(let most): ("<= \(numberText(most))", found.median <= most)
            case .atLeast(let least): (">= \(numberText(least))", found.median >= least)
            }
        return TargetResult(
            name: measurement, limit: text, measured: found.median, unit: found.unit, isMet: isMet)
    }
}

/// A target beside what was measured.
struct TargetResult: Codable {
    var name: String
    var limit: String
    var measured: Double
    var unit: String
    var isMet: Bool

    var row: String {
        "| \(name) | \(limit) \(unit) | \(numberText(measured)) | \(isMet ? "met" : "not met") |"
    }
}
