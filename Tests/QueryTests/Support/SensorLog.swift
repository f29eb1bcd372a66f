import Foundation

/// A log of readings with disorder, late, malformed, null and far-future records, from a seed.
struct SensorLog {
    let messages: [QueryHarness.Message]
    let seed: UInt64

    /// - Parameter seed: given by `SEED` in the environment, else by the caller.
    init(count: Int, seed: UInt64) {
        self.seed = ProcessInfo.processInfo.environment["SEED"].flatMap { UInt64($0) } ?? seed
        var random = SplitMix64(state: self.seed)
        let start: Int64 = 1_714_557_600_000
        messages = (0..<count).map { index in
            let arrival = start + Int64(index) * 700
            return QueryHarness.Message(
                value: Self.value(index, arrival, &random), offset: Int64(index),
                timestamp: arrival)
        }
    }

    private static func value(
        _ index: Int, _ arrival: Int64, _ random: inout SplitMix64
    ) -> String? {
        let entity = ["\"a\"", "\"b\"", "7", "null", "\"ünï\""][Int(random.next() % 5)]
        var time = arrival - Int64(random.next() % 90_000)
        switch random.next() % 100 {
        case 0: return nil
        case 1: return #"{"time":"2024-05-01T10:00:00Z","entity":"#
        case 2: return #"{"entity":"x","temp":1}"#
        case 3: time += 3_600_000
        case 4, 5: time -= 400_000
        default: break
        }
        let temperature = Double(Int64(random.next() % 4000)) / 100 - 10
        let humidity = random.next() % 20 == 0 ? "null" : "\(Double(random.next() % 1000) / 7)"
        return """
            {"time":\(iso(time)),"entity":\(entity),"temp":\(temperature),"humidity":\(humidity)}
            """
    }

    private static func iso(_ milliseconds: Int64) -> String {
        let date = Date(timeIntervalSince1970: Double(milliseconds) / 1000)
        return "\"" + date.formatted(.iso8601.time(includingFractionalSeconds: true)) + "\""
    }
}

/// Steele, Lea and Flood's generator: every seed gives a sequence of its own.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
