import Foundation

/// The vehicles query as a plain model: records one after the other, dictionaries, nothing clever.
struct VehicleModel {
    struct Key: Hashable {
        /// Milliseconds since 1970.
        var start: Int64
        var entity: String
    }

    struct Row: Equatable {
        var readings = 0
        var sum = 0.0
        var lastHumidity = 0.0
    }

    private(set) var rows: [Key: Row] = [:]
    /// Offsets.
    private(set) var late: [Int64] = []
    private(set) var deadLetters: [Int64] = []
    private var open: [Key: Row] = [:]
    private var watermark: Int64 = 0

    private static let window: Int64 = 60_000
    private static let delay: Int64 = 180_000

    /// The next record of the partition's log.
    mutating func add(_ value: String?, offset: Int64) {
        guard let value,
            let reading = try? JSONSerialization.jsonObject(with: Data(value.utf8))
                as? [String: Any],
            let text = reading["time"] as? String, let time = Self.milliseconds(text),
            let entity = reading["entity"] as? Int
        else { return deadLetters.append(offset) }
        let start = time / Self.window * Self.window
        if start + Self.window <= watermark { return late.append(offset) }
        let key = Key(start: start, entity: String(entity))
        open[key, default: Row()].readings += 1
        open[key]?.sum += reading["temp"] as? Double ?? 0
        open[key]?.lastHumidity = reading["humidity"] as? Double ?? 0
        watermark = max(watermark, time - Self.delay)
        for key in open.keys where key.start + Self.window <= watermark {
            rows[key] = open.removeValue(forKey: key)
        }
    }

    /// `2024-05-01T10:00:00.123Z` in milliseconds since 1970.
    static func milliseconds(_ text: String) -> Int64? {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        guard let date = try? style.parse(text) else { return nil }
        return Int64((date.timeIntervalSince1970 * 1000).rounded())
    }
}

/// A row of `sensor-data-aggregated`.
struct AggregatedRow: Decodable, Hashable {
    var windowStart: String
    var window: String
    var entity: String
    var avgTemp: Double
    var lastHumidity: Double
    var readings: Int

    var key: VehicleModel.Key? {
        VehicleModel.milliseconds(windowStart).map { VehicleModel.Key(start: $0, entity: entity) }
    }

    /// Whether this is what the model has for the key.
    func agrees(with row: VehicleModel.Row) -> Bool {
        readings == row.readings && lastHumidity == row.lastHumidity
            && abs(avgTemp - row.sum / Double(row.readings)) <= 0.005_000_1
    }
}
