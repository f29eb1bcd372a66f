internal import Streaming

/// Metrics in Prometheus' text exposition format, version 0.0.4.
struct MetricsText {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private(set) var text = ""

    /// - Parameter version: of the program.
    init(_ snapshot: MetricsSnapshot, version: String) {
        add("tidemark_build_info", .gauge, "The program's version, as a label.")
        text += "tidemark_build_info{version=\"\(version)\"} 1\n"
        addCounters(snapshot)
        addPartitions(snapshot.partitions)
    }

    private enum Kind: String { case counter, gauge }

    private mutating func addCounters(_ snapshot: MetricsSnapshot) {
        let counters = snapshot.counters
        let all: [(name: String, help: String, value: Int)] = [
            (
                "records_read", "Records processed: the sum of aggregated, filtered, late, dead.",
                counters.read
            ),
            ("records_aggregated", "Records in a window, or passed through.", counters.aggregated),
            ("records_filtered", "Records that WHERE rejected.", counters.filtered),
            ("records_late", "Records all of whose windows had closed.", counters.late),
            ("records_dead_letter", "Records that were not valid.", counters.deadLetters),
            (
                "records_replayed", "Records read again to rebuild state after a restart.",
                counters.replayed
            ),
            (
                "records_mismatched_key", "Records whose key differed from their key column.",
                snapshot.mismatchedKeys
            ),
            ("rows", "Rows of the result.", counters.rows),
            ("rows_failed", "Rows that could not be made.", counters.failedRows),
            ("commits", "Deliveries made durable with their progress.", snapshot.commits),
        ]
        for counter in all {
            let name = "tidemark_\(counter.name)_total"
            add(name, .counter, counter.help)
            text += "\(name) \(counter.value)\n"
        }
    }

    private mutating func addPartitions(_ partitions: [MetricsSnapshot.Partition]) {
        add(
            "partition_watermark_timestamp_seconds", partitions,
            "Event time up to which windows have closed, in seconds since 1970."
        ) { Self.seconds(microseconds: $0.watermark) }
        add(
            "partition_lag_records", partitions, "Records in the log that are not processed yet."
        ) { $0.lag.map { "\($0)" } }
        add("partition_open_windows", partitions, "Windows that have not closed.") {
            "\($0.openWindows)"
        }
        add("partition_state_bytes", partitions, "Memory of open windows and keys.") {
            "\($0.stateBytes)"
        }
        add("partition_replaying", partitions, "1 while state is rebuilt after a restart.") {
            $0.isReplaying ? "1" : "0"
        }
    }

    /// One gauge for each partition that has a value.
    private mutating func add(
        _ name: String, _ partitions: [MetricsSnapshot.Partition], _ help: String,
        _ value: (MetricsSnapshot.Partition) -> String?
    ) {
        add("tidemark_" + name, .gauge, help)
        for partition in partitions {
            guard let value = value(partition) else { continue }
            text += "tidemark_\(name){partition=\"\(partition.number)\"} \(value)\n"
        }
    }

    private mutating func add(_ name: String, _ kind: Kind, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    /// Exact, where a floating-point number would round.
    static func seconds(microseconds: Int64) -> String {
        let (seconds, rest) = microseconds.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
        var fraction = String(rest)
        fraction = String(repeating: "0", count: 6 - fraction.utf8.count) + fraction
        while fraction.last == "0" { fraction.removeLast() }
        let sign = microseconds < 0 ? "-" : ""
        return "\(sign)\(seconds)" + (fraction.isEmpty ? "" : ".\(fraction)")
    }
}
