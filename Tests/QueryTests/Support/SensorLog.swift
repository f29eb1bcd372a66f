import Streaming
import TestSupport

/// A log of readings with disorder, late, malformed, null and far-future records, from a seed.
struct SensorLog {
    let messages: [QueryHarness.Message]
    let seed: UInt64

    init(count: Int) {
        var random = SeededRandom()
        seed = random.seed
        let start: Int64 = 1_714_557_600_000
        messages = (0..<count).map { index in
            let arrival = start + Int64(index) * 700
            return QueryHarness.Message(
                value: Self.value(index, arrival, &random), offset: Int64(index),
                timestamp: arrival)
        }
    }

    private static func value(
        _ index: Int, _ arrival: Int64, _ random: inout SeededRandom
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
        "\"" + text { TextFormat.append(isoTimestamp: milliseconds * 1000, to: $0) } + "\""
    }
}
