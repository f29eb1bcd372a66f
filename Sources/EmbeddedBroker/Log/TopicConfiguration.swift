/// Whose clock gives records their time.
public enum TimestampType: String, Sendable {
    /// The producer's.
    case createTime = "CreateTime"
    /// The broker's, when it appends.
    case logAppendTime = "LogAppendTime"
}

/// How a topic is set up.
public struct TopicConfiguration: Sendable {
    /// Number of partitions, from 1 to 10,000.
    public var partitions: Int
    public var timestampType: TimestampType
    /// Bytes of batches kept per partition; nil for no limit. What a consumer group has not
    /// committed yet is kept beyond it, and producers are held off instead. A consumer that goes
    /// back behind its committed offset, as a replay does, needs a limit with room for that.
    public var retentionBytes: Int?
    /// How long records are kept; nil for ever. What a consumer group has not committed yet stays.
    public var retentionTime: Duration?
    /// The longest batch taken, in bytes.
    public var maximumBatchBytes: Int
    /// Settings that are kept and shown to clients, and that change nothing here.
    public var otherSettings: [String: String]

    public init(
        partitions: Int = 1, timestampType: TimestampType = .createTime,
        retentionBytes: Int? = nil, retentionTime: Duration? = nil,
        maximumBatchBytes: Int = 1_048_588, otherSettings: [String: String] = [:]
    ) {
        self.partitions = partitions
        self.timestampType = timestampType
        self.retentionBytes = retentionBytes
        self.retentionTime = retentionTime
        self.maximumBatchBytes = maximumBatchBytes
        self.otherSettings = otherSettings
    }

    /// The most partitions that a topic may have.
    static let maximumPartitions = 10_000

    /// Settings taken without effect, with the values shown where nobody set them.
    private static let withoutEffect: [(name: String, value: String)] = [
        ("cleanup.policy", "delete"), ("compression.type", "producer"),
        ("delete.retention.ms", "86400000"), ("file.delete.delay.ms", "60000"),
        ("flush.messages", "9223372036854775807"), ("flush.ms", "9223372036854775807"),
        ("max.compaction.lag.ms", "9223372036854775807"), ("min.cleanable.dirty.ratio", "0.5"),
        ("min.compaction.lag.ms", "0"), ("min.insync.replicas", "1"),
        ("segment.bytes", "1073741824"), ("segment.ms", "604800000"),
        ("unclean.leader.election.enable", "false"),
    ]

    /// Takes a setting by the name that Kafka gives it.
    ///
    /// - Returns: what is wrong with it, or nil.
    mutating func set(_ name: String, to value: String) -> String? {
        switch name {
        case "message.timestamp.type":
            guard let type = TimestampType(rawValue: value) else {
                return "\(name) is CreateTime or LogAppendTime, not \(value)"
            }
            timestampType = type
        case "retention.bytes":
            guard let bytes = Int(value), bytes >= -1 else {
                return "\(name) is not a size: \(value)"
            }
            retentionBytes = bytes == -1 ? nil : bytes
        case "retention.ms":
            guard let time = Int64(value), time >= -1 else {
                return "\(name) is not a time: \(value)"
            }
            retentionTime = time == -1 ? nil : .milliseconds(time)
        case "max.message.bytes":
            guard let bytes = Int(value), bytes >= 0 else {
                return "\(name) is not a size: \(value)"
            }
            maximumBatchBytes = bytes
        default:
            guard Self.withoutEffect.contains(where: { $0.name == name }) else {
                return "unknown topic setting \(name)"
            }
            otherSettings[name] = value
        }
        return nil
    }

    /// All settings as clients see them, by name.
    var settings: [DescribeConfigsResponse.Setting] {
        let time = retentionTime.map { "\($0.milliseconds)" } ?? "-1"
        var settings: [DescribeConfigsResponse.Setting] = [
            .init(
                name: "message.timestamp.type", value: timestampType.rawValue,
                isDefault: timestampType == .createTime),
            .init(
                name: "retention.bytes", value: "\(retentionBytes ?? -1)",
                isDefault: retentionBytes == nil),
            .init(name: "retention.ms", value: time, isDefault: retentionTime == nil),
            .init(
                name: "max.message.bytes", value: "\(maximumBatchBytes)",
                isDefault: maximumBatchBytes == 1_048_588),
        ]
        for (name, value) in Self.withoutEffect {
            settings.append(
                .init(
                    name: name, value: otherSettings[name] ?? value,
                    isDefault: otherSettings[name] == nil))
        }
        return settings.sorted { $0.name < $1.name }
    }
}

extension Duration {
    /// Whole milliseconds, cut; the largest and the smallest number stand for what is beyond them.
    var milliseconds: Milliseconds {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        if overflow { return seconds < 0 ? .min : .max }
        return product &+ attoseconds / 1_000_000_000_000_000
    }
}
