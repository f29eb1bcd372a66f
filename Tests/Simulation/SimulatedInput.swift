import Streaming

/// A record of a partition's log; its offset is its place there.
package struct SimulatedRecord: Sendable {
    package var value: [UInt8]?
    /// Milliseconds since 1970.
    package var timestamp: Int64
    /// Virtual time at which it is in the log, in milliseconds.
    var arrival: Int

    init(_ value: String?, timestamp: Int64, arrival: Int) {
        self.value = value.map { Array($0.utf8) }
        self.timestamp = timestamp
        self.arrival = arrival
    }
}

/// Logs with disorder, late, malformed, null, oversized and far-future records and idle time.
enum SimulatedInput {
    /// 2024-05-01T10:00:00Z in milliseconds.
    static let start: Int64 = 1_714_557_600_000

    static func logs(partitions: Int, _ random: inout Random) -> [[SimulatedRecord]] {
        (0..<partitions).map { partition in
            var arrival = random.below(2_000)
            return (0..<60 + random.below(140)).map { index in
                arrival += random.below(1_200) + (random.chance(1) ? 100_000 : 0)
                return record(partition, arrival, &random)
            }
        }
    }

    private static func record(
        _ partition: Int, _ arrival: Int, _ random: inout Random
    ) -> SimulatedRecord {
        let timestamp = start + Int64(arrival)
        var time = timestamp - Int64(random.below(25_000))
        var entity = "p\(partition)k\(random.below(3))"
        var value: String?? = .none
        switch random.below(60) {
        case 0: value = .some(nil)
        case 1: value = #"{"time":"2024-05-01T10:00:00Z","entity":"#
        case 2: time += 3_600_000
        case 3, 4: time -= 200_000
        case 5: entity += String(repeating: "x", count: 5_000)
        default: break
        }
        let temperature = Double(random.below(4_000)) / 70 - 10
        let plain = #"{"time":\#(iso(time)),"entity":"\#(entity)","temp":\#(temperature)}"#
        return SimulatedRecord(value ?? plain, timestamp: timestamp, arrival: arrival)
    }

    /// A timestamp as JSON.
    static func iso(_ milliseconds: Int64) -> String {
        let text = ByteArena()
        TextFormat.append(isoTimestamp: milliseconds * 1000, to: text)
        return "\"\(text.text(at: 0, count: text.count))\""
    }
}
