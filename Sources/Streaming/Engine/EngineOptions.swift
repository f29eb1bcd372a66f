/// What a run decides beside the query.
public struct EngineOptions: Hashable, Sendable {
    /// How far an event time may be ahead of the record timestamp; nil: any distance.
    public var maximumFutureSkewMilliseconds: Int64?
    /// Rows of one ``QueryEngine/nextRows()`` at most.
    public var rowsPerChunk: Int

    public init(maximumFutureSkewMilliseconds: Int64? = nil, rowsPerChunk: Int = 4096) {
        precondition(rowsPerChunk > 0)
        self.maximumFutureSkewMilliseconds = maximumFutureSkewMilliseconds
        self.rowsPerChunk = rowsPerChunk
    }
}
