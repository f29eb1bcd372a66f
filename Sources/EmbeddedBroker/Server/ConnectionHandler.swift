internal import NIOCore

/// One client's connection: hands its requests to the broker one after another, as Kafka does, and
/// writes the answers.
final class ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = Outbox.Delivery
    typealias OutboundOut = ByteBuffer

    /// Requests read ahead of the one in work; no more are read from the socket then.
    private static let maximumQueue = 16

    private let server: BrokerServer
    private let connection: Int
    private let endpoint: Endpoint
    private var clientHost = ""
    private var queue = CircularBuffer<ByteBuffer>()
    private var current: (ticket: Ticket, frame: RequestFrame)?
    private var isDraining = false
    private var readIsHeld = false

    init(server: BrokerServer, connection: Int, endpoint: Endpoint) {
        self.server = server
        self.connection = connection
        self.endpoint = endpoint
    }

    func channelActive(context: ChannelHandlerContext) {
        clientHost = context.remoteAddress?.ipAddress ?? "unknown"
        if !server.register(context.channel, as: connection) { context.close(promise: nil) }
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        queue.removeAll()
        current = nil
        server.unregister(connection)
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        queue.append(unwrapInboundIn(data))
        drain(context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // What is left besides are the troubles of a connection that breaks, which are no news.
        if case FrameDecoder.Refusal.frameLength(let length) = error {
            server.warn(
                .requestRefused(client: clientHost, reason: "a request of \(length) bytes"))
        }
        context.close(promise: nil)
    }

    func read(context: ChannelHandlerContext) {
        if queue.count >= Self.maximumQueue { readIsHeld = true } else { context.read() }
    }

    /// The broker's answer, from whichever thread it came.
    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        defer { promise?.succeed() }
        let delivery = unwrapOutboundIn(data)
        guard let current, delivery.ticket == current.ticket else { return }
        switch delivery {
        case .reply(_, let response):
            let bytes = current.frame.encode(response)
            context.writeAndFlush(
                wrapOutboundOut(context.channel.allocator.buffer(bytes: bytes)), promise: nil)
        case .silence: break
        case .disconnect:
            context.close(promise: nil)
            return
        }
        self.current = nil
        drain(context)
    }

    /// Starts requests as long as each is answered at once.
    private func drain(_ context: ChannelHandlerContext) {
        guard !isDraining else { return }
        isDraining = true
        defer { isDraining = false }
        while current == nil, let frame = queue.popFirst() {
            guard start(frame) else {
                queue.removeAll()
                context.close(promise: nil)
                return
            }
        }
        if readIsHeld, queue.count < Self.maximumQueue {
            readIsHeld = false
            context.read()
        }
    }

    private func start(_ buffer: ByteBuffer) -> Bool {
        let bytes = Array(buffer.readableBytesView)
        let frame: RequestFrame
        do {
            frame = try RequestFrame(bytes)
        } catch {
            server.warn(.requestRefused(client: clientHost, reason: Self.reason(error)))
            return false
        }
        let ticket = server.newTicket(connection)
        current = (ticket, frame)
        server.handle(
            frame,
            RequestContext(
                ticket: ticket, version: frame.version, clientID: frame.clientID,
                clientHost: "/\(clientHost)", endpoint: endpoint, now: server.clock.now))
        return true
    }

    private static func reason(_ error: any Error) -> String {
        switch error as? WireError {
        case .unsupported(let api, let version):
            "request \(api) of version \(version) is not implemented"
        case .malformed, .notText, nil: "a malformed request"
        }
    }
}

extension Outbox.Delivery {
    var ticket: Ticket {
        switch self {
        case .reply(let ticket, _), .silence(let ticket), .disconnect(let ticket): ticket
        }
    }
}
