/// What the broker's parts want done outside: answers, timers, warnings.
final class Outbox {
    /// What becomes of the connection that a request came by.
    enum Delivery: Sendable {
        case reply(Ticket, any ResponseMessage)
        /// No answer is wanted: on to the connection's next request.
        case silence(Ticket)
        case disconnect(Ticket)
    }

    private var deliveries: [Delivery] = []
    private var warnings: [BrokerWarning] = []
    private var withheld: Set<Ticket> = []
    var timers = TimerQueue()

    func reply(_ response: any ResponseMessage, to ticket: Ticket) {
        let isWithheld = withheld.remove(ticket) != nil
        deliveries.append(isWithheld ? .disconnect(ticket) : .reply(ticket, response))
    }

    func deliver(_ delivery: Delivery) { deliveries.append(delivery) }

    /// When this request's answer is there, its connection is cut instead.
    func withhold(_ ticket: Ticket) { withheld.insert(ticket) }

    func warn(_ warning: BrokerWarning) { warnings.append(warning) }

    func takeDeliveries() -> [Delivery] {
        defer { deliveries = [] }
        return deliveries
    }

    func takeWarnings() -> [BrokerWarning] {
        defer { warnings = [] }
        return warnings
    }
}

/// A partition of a topic, by name and number.
public struct BrokerPartition: Hashable, Sendable {
    public var topic: String
    public var partition: Int

    public init(_ topic: String, _ partition: Int) {
        self.topic = topic
        self.partition = partition
    }

    init(_ topic: String, _ partition: Int32) { self.init(topic, Int(partition)) }
}
