/// What became of the records: read = aggregated + filtered + late + dead letters.
public struct Counters: Hashable, Sendable {
    /// Records processed; those replayed after a restart do not count again.
    public var read = 0
    /// Records in at least one window, or passed through.
    public var aggregated = 0
    /// Records that `WHERE` rejected.
    public var filtered = 0
    /// Records all of whose windows had closed.
    public var late = 0
    /// (record, window) pairs whose window had closed.
    public var latePairs = 0
    /// Invalid records.
    public var deadLetters = 0
    /// Rows of the result.
    public var rows = 0
    /// Rows of the result that could not be made, because an expression failed.
    public var failedRows = 0
    /// Records read again to rebuild state.
    public var replayed = 0

    public init() {}
}
