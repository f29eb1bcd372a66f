import Testing

@testable import EmbeddedBroker

/// Drives the core as a server would, with time that moves only when told.
final class CoreDriver {
    let core: BrokerCore
    /// Milliseconds since the epoch.
    private(set) var now: Milliseconds = 1_700_000_000_000
    private(set) var warnings: [BrokerWarning] = []
    private(set) var disconnected: Set<Ticket> = []
    private(set) var silent: Set<Ticket> = []
    private var responses: [Ticket: any ResponseMessage] = [:]
    private var frames: [Ticket: RequestFrame] = [:]
    private var count = 0

    init(_ configuration: BrokerConfiguration = BrokerConfiguration()) {
        core = BrokerCore(configuration, nonce: 1)
    }

    /// Sends a request. Each comes by a connection of its own, unless one is named.
    @discardableResult
    func send(_ request: TestRequest, connection: Int? = nil) throws -> Ticket {
        count += 1
        let ticket = Ticket(connection: connection ?? count, number: count)
        let frame = try RequestFrame(request.frame())
        frames[ticket] = frame
        core.handle(
            frame.api, frame.message,
            RequestContext(
                ticket: ticket, version: frame.version, clientID: frame.clientID,
                clientHost: "/test", endpoint: Endpoint(host: "localhost", port: 9092), now: now))
        collect()
        return ticket
    }

    private func collect() {
        for delivery in core.outbox.takeDeliveries() {
            switch delivery {
            case .reply(let ticket, let response):
                #expect(responses[ticket] == nil, "answered twice")
                responses[ticket] = response
                // What the core answers must be writable in the version asked for.
                _ = frames[ticket]?.encode(response)
            case .silence(let ticket): silent.insert(ticket)
            case .disconnect(let ticket): disconnected.insert(ticket)
            }
        }
        warnings += core.outbox.takeWarnings()
    }

    /// The answer, if it is there.
    func response<T: ResponseMessage>(_ ticket: Ticket, as type: T.Type = T.self) throws -> T? {
        guard let response = responses[ticket] else { return nil }
        return try #require(response as? T)
    }

    /// Sends a request that is answered at once.
    func answer<T: ResponseMessage>(_ request: TestRequest, as type: T.Type = T.self) throws -> T {
        try #require(try response(try send(request)))
    }

    /// Lets time pass, and the core look after what is due on the way.
    func advance(_ time: Milliseconds) {
        let end = now + time
        while let next = core.nextTimer, next <= end {
            now = max(now, next)
            core.tick(now)
            collect()
        }
        now = end
        core.tick(now)
        collect()
    }

    // MARK: Shorthand

    func batch(
        _ values: [String], _ producer: ProducerIdentity = .none, sequence: Int32 = -1,
        isTransactional: Bool = false, timestamp: Milliseconds? = nil
    ) -> [UInt8] {
        RecordBatchBuilder.batch(
            values.map {
                BrokerRecord(timestamp: timestamp ?? now, key: nil, value: Array($0.utf8))
            },
            producer: producer, baseSequence: sequence,
            attributes: isTransactional ? RecordBatchHeader.transactional : 0)
    }

    func produce(
        _ batch: [UInt8], to topic: String, _ partition: Int32 = 0
    ) throws -> AppendResult {
        let response: ProduceResponse = try answer(.produce(batch, to: topic, partition))
        return try #require(response.topics.first?.items.first).result
    }

    func fetch(_ request: TestRequest) throws -> LogSlice {
        let response: FetchResponse = try answer(request)
        return try #require(response.topics.first?.items.first).slice
    }

    func initProducer(
        _ id: String?, timeout: Int32 = 10_000, current: ProducerIdentity = .none
    ) throws -> ProducerIdentity {
        let response: InitProducerIDResponse = try answer(
            .initProducer(id, timeout: timeout, current: current))
        #expect(response.error == .none)
        return response.producer
    }

    /// The code of an answer that has one, or one for its only partition.
    func code(_ request: TestRequest) throws -> ErrorCode {
        let ticket = try send(request)
        switch try #require(responses[ticket]) {
        case let response as ErrorResponse: return response.error
        case let response as PartitionErrorsResponse:
            return try #require(response.topics.first?.items.first).error
        case let response as InitProducerIDResponse: return response.error
        case let response as SyncGroupResponse: return response.error
        case let response as JoinGroupResponse: return response.error
        case let response as LeaveGroupResponse:
            return try #require(response.members.first).error
        case let response:
            Issue.record("no single code in \(response)")
            return .unknownServerError
        }
    }
}

/// Reads committed records from what a fetch gave, as Kafka's clients do it: with the list of
/// aborted transactions and the markers.
func committedValues(_ slice: LogSlice, from offset: Int64) throws -> [String] {
    var pending = try #require(slice.abortedTransactions).sorted { $0.firstOffset < $1.firstOffset }
    var aborted: Set<Int64> = []
    var values: [String] = []
    for bytes in slice.batches {
        let header = RecordBatchHeader(reading: bytes)
        while let first = pending.first, first.firstOffset <= header.lastOffset {
            aborted.insert(first.producerID)
            pending.removeFirst()
        }
        if header.isControl {
            let marker = try RecordBatchReader.records(in: bytes)
            // The key of a marker: a version, then 0 for ABORT.
            if marker.first?.key == [0, 0, 0, 0] { aborted.remove(header.producer.id) }
            continue
        }
        if header.isTransactional, aborted.contains(header.producer.id) { continue }
        values += try RecordBatchReader.records(in: bytes)
            .filter { $0.offset >= offset }.compactMap(\.text)
    }
    return values
}
