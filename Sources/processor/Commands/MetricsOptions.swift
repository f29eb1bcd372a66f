internal import ArgumentParser
internal import CommandLineSupport

/// Whether a run can be looked at from outside.
struct MetricsOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Serve /metrics (Prometheus text) and /healthz (200 while the run's loop turns) over "
                + "HTTP on this address.", valueName: "host:port"))
    var metrics: MetricsAddress?

    /// Starts the server where one is asked for.
    func start() throws(ExitError) -> MetricsReporter? {
        guard let metrics else { return nil }
        let board = MetricsBoard()
        let port = try MetricsServer(board).start(metrics)
        let address = MetricsAddress(host: metrics.host, port: port)
        Log.info("serving metrics", ["url": "http://\(address)/metrics"])
        return MetricsReporter(board, time: SystemTime())
    }
}
