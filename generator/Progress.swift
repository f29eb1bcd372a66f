internal import CommandLineSupport

/// Tells how the run goes: a line on the terminal, renewed at most once a second, or a log message
/// every ten seconds where standard error is no terminal.
struct Progress {
    private let began: Int64
    private var shownAt: Int64
    private var recordsShown = 0

    /// - Parameter began: monotonic time in microseconds, as all times here.
    init(began: Int64) {
        self.began = began
        shownAt = began
    }

    mutating func show<Sink: ReadingSink, Time>(
        _ totals: GenerationRun<Sink, Time>.Totals, _ sink: Sink, now: Int64
    ) {
        let passed = now - shownAt
        guard passed >= (Log.isTerminal ? 1_000_000 : 10_000_000) else { return }
        let rate = Self.rate(totals.records - recordsShown, in: passed)
        shownAt = now
        recordsShown = totals.records
        guard Log.isTerminal else {
            Log.info(
                "sending",
                [
                    "iteration": totals.iterations, "records": totals.records,
                    "per_second": rate, "in_flight": sink.inFlight,
                ])
            return
        }
        Log.showStatus(
            """
            iteration \(totals.iterations)  records \(totals.records)  \(rate)/s  \
            in flight \(sink.inFlight)
            """)
    }

    func clear() { Log.showStatus("") }

    /// The last word of a run.
    func summarize<Sink: ReadingSink, Time>(
        _ totals: GenerationRun<Sink, Time>.Totals, _ sink: Sink, now: Int64
    ) {
        Log.info(
            sink.acknowledged.map { "done: \($0) of \(totals.records) records acknowledged" }
                ?? "done",
            [
                "iterations": totals.iterations, "records": totals.records, "late": totals.late,
                "malformed": totals.malformed, "bytes": totals.bytes,
                "seconds": Double((now - began) / 1000) / 1000,
                "per_second": Self.rate(totals.records, in: now - began),
            ])
    }

    private static func rate(_ records: Int, in microseconds: Int64) -> Int {
        microseconds > 0 ? Int(Double(records) * 1_000_000 / Double(microseconds)) : 0
    }
}
