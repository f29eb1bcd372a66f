internal import CommandLineSupport
internal import JSON
internal import Streaming

/// Sees what a run delivers.
protocol DeliveryObserver: AnyObject {
    /// `pending` has been delivered.
    func delivered(_ pending: PendingOutput) throws
}

/// What the demo shows: on a terminal a live view of windows as they close, on a pipe NDJSON rows.
final class DemoView: DeliveryObserver {
    var engine: QueryEngine?
    private let output: OutputWriter
    private let names: [String]
    private let traffic: DemoTraffic
    private let decoder: JSONDecoder
    private let batch: RecordBatch
    private let cells = CellWriter()
    private let cellBytes = ByteArena()
    private var screen = TerminalScreen()
    /// The newest rows, as cells.
    private var newest: [[String]] = []
    private var began: Int64?
    private var shownAt: Int64 = 0
    private var readAtShown = 0
    private var rate = 0
    private(set) var isClosed = false
    private static let refreshMicroseconds: Int64 = 200_000
    private static let maximumRows = 40

    init(schema: Schema, traffic: DemoTraffic) throws(OutputError) {
        output = try OutputWriter(path: "-")
        names = schema.fields.map(\.name)
        self.traffic = traffic
        decoder = JSONDecoder(schema: schema, zones: .none)
        batch = RecordBatch(schema: schema)
    }

    func delivered(_ pending: PendingOutput) throws {
        guard output.isTerminal else { return try writeLines(pending) }
        batch.removeAll()
        for message in pending.messages.suffix(Self.maximumRows) where message.kind == .row {
            let start = batch.bytes.count
            pending.withValue(of: message) { batch.bytes.append($0) }
            batch.append(
                valueStart: start, valueLength: message.valueLength, partition: 0, offset: 0,
                timestamp: RecordBatch.noTimestamp)
        }
        decoder.decode(batch)
        for row in 0..<batch.count { newest.append(cellTexts(row)) }
        newest.removeFirst(max(0, newest.count - Self.maximumRows))
    }

    private func cellTexts(_ row: Int) -> [String] {
        cellBytes.removeAll()
        cells.write(batch.columns, row: row, to: cellBytes)
        return cellBytes.text(at: 0, count: cellBytes.count)
            .split(separator: CellWriter.separator, omittingEmptySubsequences: false)
            .map(String.init)
    }

    private func writeLines(_ pending: PendingOutput) throws {
        do {
            for message in pending.messages where message.kind == .row {
                try pending.withValue(of: message) { try output.write($0) }
                try output.write("\n")
            }
            try output.flush()
        } catch {
            isClosed = true
            throw error
        }
    }

    /// Draws a frame, at most five a second.
    func refresh(sent: Int, uptime: Int64) {
        if began == nil {
            began = uptime
            shownAt = uptime
        }
        guard output.isTerminal, uptime - shownAt >= Self.refreshMicroseconds else { return }
        draw(sent: sent, uptime: uptime)
    }

    private func draw(sent: Int, uptime: Int64) {
        guard let engine else { return }
        let counters = engine.counters
        let current = Double(counters.read - readAtShown) * 1_000_000 / Double(uptime - shownAt)
        rate = rate == 0 ? Int(current) : (rate * 4 + Int(current)) / 5
        shownAt = uptime
        readAtShown = counters.read
        let statuses = engine.partitionNumbers.compactMap { engine.status(of: $0) }
        let open = statuses.reduce(0) { $0 + $1.openWindows }
        let watermark = statuses.map(\.watermark).min() ?? 0
        var lines = [
            "Tidemark demo: \(traffic.entities) vehicles, event time \(plain(traffic.speed)) "
                + "times as fast; Ctrl-C ends it",
            "(the broker is in memory and forgets everything at the end)",
            "",
            "readings \(grouped(counters.read))   \(grouped(rate))/s   "
                + "on their way \(grouped(max(0, sent - counters.read)))",
            "watermark \(watermark > 0 ? Log.utcText(microseconds: watermark) : "not yet")   "
                + "open windows \(open)   keys \(grouped(statuses.reduce(0) { $0 + $1.keys }))",
            "rows \(grouped(counters.rows))   late \(grouped(counters.late))   "
                + "dead letters \(grouped(counters.deadLetters))",
            "",
        ]
        let room = max(3, screen.height - lines.count - 5)
        if newest.isEmpty {
            lines.append("waiting for the first window to close …")
        } else {
            let table = TextTable(header: names, rows: newest.suffix(min(room, 20)).reversed())
            lines += table.text.split(separator: "\n").map(String.init)
        }
        do {
            try output.write(screen.frame(lines))
            try output.flush()
        } catch {
            isClosed = true
        }
    }

    /// The last frame, respectively the summary on standard error.
    func finish(sent: Int, uptime: Int64) {
        if output.isTerminal { draw(sent: sent, uptime: max(uptime, shownAt + 1)) }
    }

    private func plain(_ value: Double) -> String {
        value == value.rounded() ? String(Int(value)) : String(value)
    }

    private func grouped(_ value: Int) -> String {
        var digits = String(value)
        var index = digits.count - 3
        while index > (value < 0 ? 1 : 0) {
            digits.insert(",", at: digits.index(digits.startIndex, offsetBy: index))
            index -= 3
        }
        return digits
    }
}
