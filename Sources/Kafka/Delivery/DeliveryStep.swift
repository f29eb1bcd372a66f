/// What a ``DeliveryMachine`` wants done next. Whoever performs it answers with a
/// ``DeliveryEvent``.
public enum DeliveryAction: Hashable, Sendable {
    /// Destroy the producer, if there is one, and make another with the same `transactional.id`.
    /// `smaller`: one whose messages and batches are half as large, for a broker has refused
    /// their size.
    case makeProducer(smaller: Bool)
    /// Register with the transaction coordinator, which settles what came before.
    case initTransactions
    case begin
    /// Produce all that is pending.
    case produce
    /// Add the offsets of the attempt to the transaction.
    case sendOffsets
    case commit
    case abort
    /// Read what the group has committed for the partitions of the attempt.
    case readCommitted
    /// Wait a little, or do something else; then ``DeliveryMachine/resume()``.
    case pause
    /// The delivery has ended.
    case finish(DeliveryOutcome)
}

/// How an action ended.
public enum DeliveryEvent: Hashable, Sendable {
    case done
    /// What the group has committed, in the order of the attempt's offsets.
    case committed([PartitionOffset])
    case failed(DeliveryFailure, reason: String)
}

/// What kind of failure it was, and so what to do about it.
public enum DeliveryFailure: Hashable, Sendable {
    /// The producer can do nothing more.
    case fatal
    /// Another producer has the same `transactional.id`, or the coordinator has given the
    /// transaction up: fatal for the producer.
    case fenced
    /// The group has gone on without this member: its partitions are another's.
    case membershipLost
    /// A broker refuses the size of a message or batch.
    case tooLarge
    /// The transaction must be aborted.
    case abort
    /// The same call may succeed when repeated.
    case retry
}

/// How a delivery ended.
public enum DeliveryOutcome: Hashable, Sendable {
    /// All of it is committed, exactly once.
    case delivered
    /// None of it is this member's to deliver: the partitions have another owner, who will; or
    /// parts of it have gone with their transaction and must be made again from the log. Drop what
    /// is pending and the state of the partitions.
    case lost
    /// There was nothing to deliver, and the producer is ready.
    case settled
    /// It makes no sense to go on.
    case failed(reason: String)
}
