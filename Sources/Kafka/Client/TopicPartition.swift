/// A partition of a topic.
public struct TopicPartition: Hashable, Comparable, Sendable, CustomStringConvertible {
    public var topic: String
    public var partition: Int32

    public init(_ topic: String, _ partition: Int32) {
        self.topic = topic
        self.partition = partition
    }

    public static func < (left: TopicPartition, right: TopicPartition) -> Bool {
        (left.topic, left.partition) < (right.topic, right.partition)
    }

    public var description: String { "\(topic) [\(partition)]" }
}

/// The next offset to process of a partition, with the text committed beside it.
public struct PartitionOffset: Hashable, Sendable, CustomStringConvertible {
    public var partition: TopicPartition
    /// The next offset to process; nil where none is committed.
    public var offset: Int64?
    /// Text kept by the broker beside the offset, up to 4096 bytes; ASCII without zero bytes.
    public var metadata: String

    public init(_ partition: TopicPartition, offset: Int64?, metadata: String = "") {
        self.partition = partition
        self.offset = offset
        self.metadata = metadata
    }

    public var description: String {
        "\(partition) at \(offset.map(String.init) ?? "no offset")"
            + (metadata.isEmpty ? "" : " (\(metadata))")
    }
}
