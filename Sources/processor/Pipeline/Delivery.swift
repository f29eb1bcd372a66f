internal import Streaming

/// Makes what is pending and the progress of the source durable.
protocol Delivery: AnyObject {
    /// Delivers `pending` and commits, or goes on with a delivery that was put off; `pending` is
    /// the same then. Nothing pending and no progress is nothing to do.
    ///
    /// - Parameter isLeaving: the partitions are about to go, so there is less time.
    func deliver(_ pending: PendingOutput, isLeaving: Bool) throws -> DeliveryResult

    /// So many bytes of rows do not wait for the commit: ``deliverPart(_:)`` is called for them.
    var partBytes: Int { get }

    /// Delivers `pending` now, the commit being still to come; false if that is not possible, and
    /// then nothing was done.
    func deliverPart(_ pending: PendingOutput) throws -> Bool

    /// Forgets a delivery that was put off: its partitions have gone.
    func abandon()

    /// Gets whatever a delivery has left behind out of the way, as far as that can be done now.
    func settle() throws

    /// Ends the output, after the last delivery.
    func close() throws
}

/// How a delivery went.
enum DeliveryResult: Hashable {
    case delivered
    /// Not yet, since the brokers do not answer: to be called again, with nothing processed
    /// meanwhile.
    case putOff
    /// The partitions have another owner, who delivers what this one did not; or the results have
    /// to be made again.
    case lost
}

/// Delivers, then commits: nothing is lost, and after a failure results may come again.
final class AtLeastOnceDelivery: Delivery {
    private let sink: any Sink
    private let source: any RecordSource
    let partBytes = 1 << 20

    init(_ sink: any Sink, source: any RecordSource) {
        self.sink = sink
        self.source = source
    }

    func deliver(_ pending: PendingOutput, isLeaving: Bool) throws -> DeliveryResult {
        if !pending.isEmpty { try sink.deliver(pending) }
        try source.commit()
        return .delivered
    }

    func deliverPart(_ pending: PendingOutput) throws -> Bool {
        try sink.deliver(pending)
        return true
    }

    func abandon() {}

    func settle() {}

    func close() throws { try sink.close() }
}
