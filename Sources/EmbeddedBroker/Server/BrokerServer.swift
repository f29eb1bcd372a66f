internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// Runs the core behind sockets: one lock around it, its answers to their connections, its timers
/// on an event loop.
final class BrokerServer: Sendable {
    private struct Running {
        var group: MultiThreadedEventLoopGroup
        var listeners: [any Channel] = []
        /// The tick that is set, and for when.
        var tick: (time: Milliseconds, task: Scheduled<Void>)?
    }

    let clock = WallClock()
    private let configuration: BrokerConfiguration
    private let core: Mutex<BrokerCore>
    private let running = Mutex<Running?>(nil)
    private let connections = Mutex<[Int: any Channel]>([:])
    /// The port of each listener; kept for the next start once the system has chosen.
    private let ports: Mutex<[Int]>
    private let connectionCount = Atomic<Int>(0)
    private let requestCount = Atomic<Int>(0)

    init(_ configuration: BrokerConfiguration) {
        self.configuration = configuration
        core = Mutex(
            BrokerCore(configuration, nonce: UInt64.random(in: 0...0xFFFF_FFFF)))
        ports = Mutex(configuration.listeners.map(\.port))
    }

    /// Where clients of each listener find the broker.
    var endpoints: [Endpoint] {
        zip(configuration.listeners, ports.withLock { $0 }).map { listener, port in
            let isWildcard = ["0.0.0.0", "::", ""].contains(listener.host)
            return Endpoint(
                host: listener.advertisedHost ?? (isWildcard ? "localhost" : listener.host),
                port: listener.advertisedPort ?? port)
        }
    }

    func start() throws -> [Int] {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let isFirst = running.withLock { running in
            guard running == nil else { return false }
            running = Running(group: group)
            return true
        }
        guard isFirst else {
            try? group.syncShutdownGracefully()
            throw BrokerError.alreadyStarted
        }
        do {
            for index in configuration.listeners.indices { try bind(index, group) }
        } catch {
            stop()
            throw error
        }
        perform { core, now in core.tick(now) }
        return ports.withLock { $0 }
    }

    private func bind(_ index: Int, _ group: MultiThreadedEventLoopGroup) throws {
        let host = configuration.listeners[index].host
        let port = ports.withLock { $0[index] }
        let maximumFrameBytes = configuration.maximumRequestBytes
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 16)
            .childChannelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(
                    minimum: 1024, initial: 16384, maximum: 1 << 20)
            )
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let connection = self.connectionCount.add(1, ordering: .relaxed).newValue
                    try channel.pipeline.syncOperations.addHandlers(
                        ByteToMessageHandler(FrameDecoder(maximumFrameBytes: maximumFrameBytes)),
                        ConnectionHandler(
                            server: self, connection: connection, endpoint: self.endpoints[index]))
                }
            }
        let channel: any Channel
        do {
            channel = try bootstrap.bind(host: host, port: port).wait()
        } catch {
            throw BrokerError.cannotListen(host: host, port: port, reason: "\(error)")
        }
        ports.withLock { $0[index] = channel.localAddress?.port ?? port }
        running.withLock { $0?.listeners.append(channel) }
    }

    /// Stops listening and cuts all connections; logs and groups stay as they are.
    func stop() {
        guard let running = running.withLock({ $0.take() }) else { return }
        running.tick?.task.cancel()
        for listener in running.listeners { try? listener.close().wait() }
        disconnectAll()
        try? running.group.syncShutdownGracefully()
    }

    func waitUntilStopped() {
        let listener = running.withLock { $0?.listeners.first }
        try? listener?.closeFuture.wait()
    }

    func disconnectAll() {
        for channel in connections.withLock({ Array($0.values) }) { channel.close(promise: nil) }
    }

    /// - Returns: whether there is room for the connection.
    func register(_ channel: any Channel, as connection: Int) -> Bool {
        connections.withLock { connections in
            guard connections.count < configuration.maximumConnections else { return false }
            connections[connection] = channel
            return true
        }
    }

    func unregister(_ connection: Int) {
        connections.withLock { $0[connection] = nil }
        perform { core, _ in core.connectionClosed(connection) }
    }

    func newTicket(_ connection: Int) -> Ticket {
        Ticket(
            connection: connection,
            number: requestCount.add(1, ordering: .relaxed).newValue)
    }

    func handle(_ frame: RequestFrame, _ context: RequestContext) {
        perform { core, _ in core.handle(frame.api, frame.message, context) }
    }

    func warn(_ warning: BrokerWarning) { configuration.onWarning?(warning) }

    /// Does something with the core, then what the core wants done.
    @discardableResult
    func perform<T: Sendable, E: Error>(
        _ body: @Sendable (BrokerCore, Milliseconds) throws(E) -> T
    ) throws(E) -> T {
        let now = clock.now
        let (result, deliveries, warnings, next) = core.withLock { core in
            let result: Result<T, E>
            do throws(E) {
                result = .success(try body(core, now))
            } catch {
                result = .failure(error)
            }
            return (
                result, core.outbox.takeDeliveries(), core.outbox.takeWarnings(), core.nextTimer
            )
        }
        for warning in warnings { warn(warning) }
        for delivery in deliveries {
            let connection = delivery.ticket.connection
            connections.withLock { $0[connection] }?.writeAndFlush(delivery, promise: nil)
        }
        if let next { setTick(for: next, now: now) }
        return try result.get()
    }

    /// Has the core ticked at `time`, unless it is ticked earlier anyway.
    private func setTick(for time: Milliseconds, now: Milliseconds) {
        running.withLock { running in
            guard let group = running?.group else { return }
            if let tick = running?.tick {
                if tick.time <= time { return }
                tick.task.cancel()
            }
            let task = group.next().scheduleTask(in: .milliseconds(max(time - now, 0))) {
                self.running.withLock { $0?.tick = nil }
                self.perform { core, now in core.tick(now) }
            }
            running?.tick = (time, task)
        }
    }
}
