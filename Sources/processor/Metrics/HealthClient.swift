internal import CommandLineSupport
internal import NIOCore
internal import NIOPosix

/// Asks a processor's `/healthz`.
struct HealthClient {
    /// For the connection and the answer.
    private static let patience = TimeAmount.seconds(5)

    /// - Throws: ``ExitError`` with ``ExitStatus/failure`` unless the answer is 200.
    static func check(_ address: MetricsAddress) throws(ExitError) {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        defer { try? group.syncShutdownGracefully() }
        let answer: String
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
                            HealthAnswerHandler(promise, host: "\(address)"))
                    }
                }
                .connect(host: address.reachableHost, port: address.port)
                .whenFailure { promise.fail($0) }
            answer = try promise.futureResult.wait()
        } catch {
            throw ExitError(.failure, "no answer from \(address): \(error)")
        }
        guard answer.hasPrefix("HTTP/1.1 200 ") else {
            let reason = answer.split(separator: "\r\n\r\n").last ?? ""
            throw ExitError(.failure, "not healthy: \(reason.prefix { $0 != "\n" })")
        }
    }
}

private enum HealthClientError: Error, CustomStringConvertible {
    case noAnswer
    var description: String { "it took too long" }
}

/// Sends the request and keeps what comes until the server closes.
private final class HealthAnswerHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// No answer of ours is longer.
    private static let maximumBytes = 4096

    private let promise: EventLoopPromise<String>
    private let host: String
    private var received: [UInt8] = []

    init(_ promise: EventLoopPromise<String>, host: String) {
        self.promise = promise
        self.host = host
    }

    func channelActive(context: ChannelHandlerContext) {
        let request = "GET /healthz HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n"
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
