internal import Foundation

/// The vehicles query over one partition as a plain model: records one after the other,
/// dictionaries, nothing clever.
struct VehicleModel {
    struct Key: Hashable {
        /// Milliseconds since 1970.
        var start: Int64
        var entity: String
    }

    /// What becomes of a record.
    enum Fate { case aggregated, late, deadLetter }

    private struct Pane {
        var readings = 0
        var sum = 0.0
        var lastHumidity = 0.0
    }

    /// The rows of the windows that have closed, as the bytes that the output topic has to hold.
    private(set) var rows: [Key: String] = [:]
    private var open: [Key: Pane] = [:]
    private var watermark: Int64 = 0

    private static let window: Int64 = 60_000
    private static let delay: Int64 = 180_000

    /// The next record of the partition's log.
    mutating func add(_ value: [UInt8]?) -> Fate {
        guard let value,
            let reading = try? JSONSerialization.jsonObject(with: Data(value))
                as? [String: Any],
            let text = reading["time"] as? String, let time = Self.milliseconds(text),
            let entity = reading["entity"] as? Int
        else { return .deadLetter }
        let start = time / Self.window * Self.window
        if start + Self.window <= watermark { return .late }
        let key = Key(start: start, entity: String(entity))
        open[key, default: Pane()].readings += 1
        open[key]?.sum += reading["temp"] as? Double ?? 0
        open[key]?.lastHumidity = reading["humidity"] as? Double ?? 0
        let before = watermark
        watermark = max(watermark, time - Self.delay)
        guard watermark / Self.window != before / Self.window else { return .aggregated }
        for key in open.keys where key.start + Self.window <= watermark {
            rows[key] = open.removeValue(forKey: key).map { Self.row(key, $0) }
        }
        return .aggregated
    }

    private static func row(_ key: Key, _ pane: Pane) -> String {
        let start = text(key.start)
        let end = text(key.start + window)
        let average = rounded(pane.sum / Double(pane.readings))
        return "{\"window_start\":\"\(start.replacing(" ", with: "T")).000Z\","
            + "\"window\":\"\(start)-\(end)\",\"entity\":\"\(key.entity)\","
            + "\"avg_temp\":\(average),\"last_humidity\":\(pane.lastHumidity),"
            + "\"readings\":\(pane.readings)}"
    }

    /// To two decimals, half up, of the shortest text that reads back as the number.
    private static func rounded(_ value: Double) -> Double {
        guard let decimal = Decimal(string: "\(value)") else { return value }
        let text = decimal.formatted(
            .number.precision(.fractionLength(2)).rounded(rule: .toNearestOrAwayFromZero)
                .grouping(.never).locale(Locale(identifier: "en_US_POSIX")))
        return Double(text) ?? value
    }

    /// `2024-05-01T10:00:00.123Z` in milliseconds since 1970.
    static func milliseconds(_ text: String) -> Int64? {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        guard let date = try? style.parse(text) else { return nil }
        return Int64((date.timeIntervalSince1970 * 1000).rounded())
    }

    /// `2024-05-01 10:00:00`.
    private static func text(_ milliseconds: Int64) -> String {
        let style = Date.ISO8601FormatStyle(dateTimeSeparator: .space, timeZone: .gmt)
            .year().month().day().time(includingFractionalSeconds: false)
        return Date(timeIntervalSince1970: Double(milliseconds / 1000)).formatted(style)
    }
}
