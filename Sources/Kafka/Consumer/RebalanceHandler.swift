/// Decides what to do when the group gives partitions to a consumer or takes them away.
///
/// Called inside ``Consumer/poll(into:maximumRecords:maximumBytes:timeoutMilliseconds:)`` and
/// ``Consumer/close()`` on the thread that calls them, before any record is added to the batch. It
/// may call the consumer's `committed`, `queryWatermarks` and `commit`, but neither `poll` nor
/// `close`. Assignments replace one another as a whole: all partitions are revoked before others are
/// assigned.
public protocol RebalanceHandler: AnyObject {
    /// These partitions are now this member's; says where to start each. One left out is not
    /// consumed. Throwing assigns nothing, and the error comes out of `poll`.
    func assigned(
        _ partitions: [TopicPartition], consumer: Consumer
    ) throws(KafkaError) -> [PartitionStart]

    /// All partitions of the last assignment go. `lost`: another member may have them already, so a
    /// commit would fail.
    func revoked(_ partitions: [TopicPartition], lost: Bool, consumer: Consumer)
}

/// Where to start reading a partition.
public struct PartitionStart: Hashable, Sendable {
    public var partition: TopicPartition
    /// The offset of the first record to read.
    public var offset: Int64
    /// What records of the partition carry as ``RecordBatch/partitions``; at least 0.
    public var index: Int

    public init(_ partition: TopicPartition, offset: Int64, index: Int) {
        self.partition = partition
        self.offset = offset
        self.index = index
    }
}

/// What a poll did.
public struct PollOutcome: Sendable {
    /// Records added to the batch.
    public var records = 0
    /// A handler was called; then no record was added.
    public var rebalanced = false
    /// The first error that came up; records may have been added beside it. A fatal one ends the
    /// consumer. ``KafkaError/Code/autoOffsetReset`` means that an offset is not in the log.
    public var error: KafkaError?
}

/// The consumer has read a partition to its end.
public struct PartitionEnd: Hashable, Sendable, BitwiseCopyable {
    /// The partition, as in ``PartitionStart/index``.
    public var index: Int
    /// The offset that the next record will have at least.
    public var offset: Int64
}
