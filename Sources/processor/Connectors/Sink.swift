internal import Streaming

/// Where results, late records and dead letters go.
protocol Sink: AnyObject {
    /// Delivers all that is pending; returns when none of it can be lost any more.
    func deliver(_ pending: PendingOutput) throws

    /// Ends the output, after the last delivery.
    func close() throws
}

/// How a row of the result becomes the bytes of a message.
protocol RowWriter: AnyObject {
    func write(_ columns: [ColumnVector], row: Int, to output: ByteArena)
}
