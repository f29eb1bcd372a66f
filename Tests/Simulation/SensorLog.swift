/// A log of readings with disorder, late, malformed, null and far-future records, from a seed.
package struct SensorLog: Sendable {
    package let records: [SimulatedRecord]
    package let seed: UInt64

    package init(count: Int, seed: UInt64) {
        self.seed = seed
        var random = Random(seed)
        records = (0..<count).map { index in
            let arrival = SimulatedInput.start + Int64(index) * 700
            return SimulatedRecord(
                Self.value(arrival, &random), timestamp: arrival, arrival: index * 700)
        }
    }

    private static func value(_ arrival: Int64, _ random: inout Random) -> String? {
        var entity = ["\"a\"", "\"b\"", "7", "null", "\"ünï\""][random.below(5)]
        // Keys that come and go with their windows.
        if random.chance(10) { entity = "\"rare\(random.below(200))\"" }
        var time = arrival - Int64(random.below(90_000))
        switch random.below(100) {
        case 0: return nil
        case 1: return #"{"time":"2024-05-01T10:00:00Z","entity":"#
        case 2: return #"{"entity":"x","temp":1}"#
        case 3: time += 3_600_000
        case 4, 5: time -= 400_000
        default: break
        }
        let temperature = Double(random.below(4_000)) / 100 - 10
        let humidity = random.chance(5) ? "null" : "\(Double(random.below(1_000)) / 7)"
        return """
            {"time":\(SimulatedInput.iso(time)),"entity":\(entity),"temp":\(temperature),\
            "humidity":\(humidity)}
            """
    }
}
