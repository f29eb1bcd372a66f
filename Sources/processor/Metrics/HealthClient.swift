internal import CommandLineSupport
internal import NIOCore
internal import NIOPosix

/// Asks a processor what it serves.
struct HealthClient {
    /// For the connection and the answer.
    private static let patience = TimeAmount.seconds(5)

    /// - Throws: ``ExitError`` with ``ExitStatus/failure`` unless the answer is 200.
    static func check(_ address: MetricsAddress) throws(ExitError) {
        let answer = try get("/healthz", from: address)
        guard answer.hasPrefix("HTTP/1.1 200 ") else {
            let reason = answer.split(separator: "\r\n\r\n").last ?? ""
            throw ExitError(.failure, "not healthy: \(reason.prefix { $0 != "\n" })")
        }
    }

    /// The whole answer, head and body.
    static func get(_ path: String, from address: MetricsAddress) throws(ExitError) -> String {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        defer { try? group.syncShutdownGracefully() }
        let request = "GET \(path) HTTP/1.1\r\nHost: \(address)\r\nConnection: close\r\n\r\n"
        do {
            let promise = group.next().makePromise(of: String.self)
            let timeout = group.next().scheduleTask(in: patience) {
                promise.fail(HealthClientError.noAnswer)
            }
            promise.futureResult.whenComplete { _ in timeout.cancel() }
            ClientBootstrap(group: group)
                .connectTimeout(patience)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            AnswerHandler(request, promise))
                    }
                }
                .connect(host: address.reachableHost, port: address.port)
                .whenFailure { promise.fail($0) }
            return try promise.futureResult.wait()
        } catch {
            throw ExitError(.failure, "no answer from \(address): \(error)")
        }
    }
}

private enum HealthClientError: Error, CustomStringConvertible {
    case noAnswer
    var description: String { "it took too long" }
}

/// Sends the request and keeps what comes until the server closes.
private final class AnswerHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// No answer of ours is longer.
    private static let maximumBytes = 4 << 20

    private let promise: EventLoopPromise<String>
    private let request: String
    private var received: [UInt8] = []

    init(_ request: String, _ promise: EventLoopPromise<String>) {
        self.request = request
        self.promise = promise
    }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(
            wrapOutboundOut(context.channel.allocator.buffer(string: request)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += unwrapInboundIn(data).readableBytesView
        if received.count > Self.maximumBytes { context.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        promise.succeed(String(decoding: received, as: UTF8.self))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        promise.fail(error)
        context.close(promise: nil)
    }
}
