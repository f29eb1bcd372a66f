internal import Streaming

/// Where records come from.
protocol RecordSource: AnyObject {
    /// Appends records to `batch`, which is empty, and returns what there was.
    ///
    /// May wait up to `waitMilliseconds` for the first record, less if a stop is requested. Records
    /// carry the engine's partition numbers.
    func poll(into batch: RecordBatch, waitMilliseconds: Int) throws -> PollResult

    /// Makes the engine's progress durable, after the results of all records so far are.
    func commit() throws

    /// Does what must be done now and then while no record can be taken.
    func keepAlive() throws

    /// Gives up all that is held, for others have it, and begins anew.
    func rejoin() throws

    /// Partitions that have had no record for so long that event time may go on without them, with
    /// the microseconds since their last record.
    func idlePartitions() -> [(partition: Int, elapsed: Int64)]

    /// Gives back what the source holds, with a last commit where there is one.
    func close() throws
}

extension RecordSource {
    func keepAlive() {}
    func rejoin() {}
    func idlePartitions() -> [(partition: Int, elapsed: Int64)] { [] }
}

/// What a poll found.
enum PollResult: Hashable {
    /// The batch has records, or there may be some soon.
    case open
    /// A bounded source has no more records than those in the batch.
    case ended
}
