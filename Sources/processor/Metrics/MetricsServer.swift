internal import CommandLineSupport
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// Answers `/healthz` and `/metrics` from a board, on a thread of its own.
///
/// One request a connection; a client has ``MetricsConnection/patience`` for it.
final class MetricsServer: Sendable {
    private let board: MetricsBoard
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let connections = Atomic<Int>(0)
    private let listener = Mutex<(any Channel)?>(nil)
    /// Further ones are closed at once.
    private static let maximumConnections = 64

    init(_ board: MetricsBoard) { self.board = board }

    /// Listens.
    /// - Returns: the port, which the system chose if the address has 0.
    /// - Throws: ``ExitError`` if the address cannot be listened on.
    @discardableResult
    func start(_ address: MetricsAddress) throws(ExitError) -> Int {
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 64)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(
                .recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 2048)
            )
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(MetricsConnection(self))
                }
            }
        do {
            let channel = try bootstrap.bind(host: address.host, port: address.port).wait()
            listener.withLock { $0 = channel }
            return channel.localAddress?.port ?? address.port
        } catch {
            stop()
            throw ExitError(.usage, "--metrics: cannot listen on \(address): \(error)")
        }
    }

    func stop() {
        listener.withLock { $0 = nil }
        try? group.syncShutdownGracefully()
    }

    /// - Returns: whether there is room for one more.
    func enter() -> Bool {
        connections.add(1, ordering: .relaxed).newValue <= Self.maximumConnections
    }

    func leave() { connections.subtract(1, ordering: .relaxed) }

    func response(to parsed: HTTPExchange.Parsed) -> HTTPExchange.Response {
        switch parsed {
        case .request("GET", let path), .request("HEAD", let path): page(path)
        case .request: HTTPExchange.Response(status: .methodNotAllowed, body: "only GET\n")
        case .tooLong: HTTPExchange.Response(status: .headTooLong, body: "too long\n")
        case .malformed, .incomplete:
            HTTPExchange.Response(status: .badRequest, body: "not a request\n")
        }
    }

    private func page(_ path: String) -> HTTPExchange.Response {
        switch path {
        case "/metrics":
            return HTTPExchange.Response(
                status: .ok, contentType: MetricsText.contentType,
                body: MetricsText(board.current, version: programVersion).text)
        case "/healthz":
            switch board.health(uptime: SystemTime().uptime()) {
            case .healthy: return HTTPExchange.Response(status: .ok, body: "ok\n")
            case .starting:
                return HTTPExchange.Response(status: .unavailable, body: "starting\n")
            case .stuck(let seconds):
                return HTTPExchange.Response(
                    status: .unavailable, body: "the loop has not turned for \(seconds) s\n")
            }
        default:
            return HTTPExchange.Response(
                status: .notFound, body: "there are /healthz and /metrics\n")
        }
    }
}

/// One connection: reads a request's head, answers, closes.
final class MetricsConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// For a whole request and its answer.
    static let patience = TimeAmount.seconds(5)

    private let server: MetricsServer
    private var received: [UInt8] = []
    private var isAnswered = false
    private var timeout: Scheduled<Void>?

    init(_ server: MetricsServer) { self.server = server }

    func channelActive(context: ChannelHandlerContext) {
        let channel = context.channel
        guard server.enter() else { return context.close(promise: nil) }
        timeout = context.eventLoop.scheduleTask(in: Self.patience) { channel.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        timeout?.cancel()
        server.leave()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isAnswered else { return }
        received += unwrapInboundIn(data).readableBytesView
        let parsed = HTTPExchange.parse(received)
        guard parsed != .incomplete else { return }
        isAnswered = true
        var withBody = true
        if case .request("HEAD", _) = parsed { withBody = false }
        let text = server.response(to: parsed).text(withBody: withBody)
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(channel.allocator.buffer(string: text)))
            .whenComplete { _ in channel.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
