/// A request as the protocol has it, whatever its version was on the wire.
protocol RequestMessage: Sendable {
    init(from reader: inout WireReader, version: Int16) throws

    /// The answer when the request as a whole is refused: the code stands wherever this API has
    /// one.
    func refused(_ code: ErrorCode) -> any ResponseMessage

    /// Carries the request out. The outcome says whether the answer is there or follows later.
    func perform(in broker: BrokerCore, _ context: RequestContext) -> Outcome
}

/// An answer, which knows how each implemented version writes it.
protocol ResponseMessage: Sendable {
    func write(to writer: inout WireWriter, version: Int16)
}

/// What became of a request.
enum Outcome {
    /// Answer with this.
    case reply(any ResponseMessage)
    /// The answer is delivered by ticket when its time has come.
    case later
    /// The client wants no answer.
    case nothing
}

/// Which request an answer belongs to.
struct Ticket: Hashable, Sendable {
    /// Chosen by whoever runs the core; one request of a connection is in the core at a time.
    let connection: Int
    /// Counts the requests that the core saw, so that no two tickets are equal.
    let number: Int
}

/// What the core knows of a request besides its message.
struct RequestContext: Sendable {
    var ticket: Ticket
    var version: Int16
    var clientID: String
    /// The address the client came from, as groups are described with it.
    var clientHost: String
    /// Where clients of the listener that the request came through find the broker.
    var endpoint: Endpoint
    /// Now, in milliseconds since the epoch.
    var now: Milliseconds
}

/// A host and port that clients connect to.
struct Endpoint: Hashable, Sendable {
    var host: String
    var port: Int
}

/// A point in time (milliseconds since the epoch) or a span of it.
typealias Milliseconds = Int64
