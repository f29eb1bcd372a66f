import Foundation
import Streaming

@testable import Druid

/// Time that passes when somebody waits.
final class TestTime: Waiting {
    private(set) var now: Int64 = 0
    private(set) var waits = 0

    func uptime() -> Int64 { now }

    func wait(microseconds: Int64) {
        waits += 1
        now += microseconds
    }

    let isStopRequested = false
}

/// A file of the repository.
func repositoryFile(_ path: String) throws -> [UInt8] {
    var folder = URL(filePath: #filePath)
    for _ in 0..<3 { folder.deleteLastPathComponent() }
    return try Array(Data(contentsOf: folder.appending(path: path)))
}

let shippedSpecs = ["druid-specs/sensor-data-raw.json", "druid-specs/sensor-data-aggregated.json"]

func shippedText(_ path: String) throws -> String {
    String(decoding: try repositoryFile(path), as: UTF8.self)
}

func spec(_ text: String, file: String = "spec.json") throws(InvalidSpec) -> SupervisorSpec {
    try SupervisorSpec(file: file, text: Array(text.utf8), variables: ["brokers": "kafka:19092"])
}

/// The problems of a spec's text, warnings too.
func problems(_ text: String) -> [Problem] {
    do {
        return try spec(text).warnings
    } catch {
        return error.problems
    }
}

func errors(_ text: String) -> [Problem] { problems(text).filter { $0.severity == .error } }

/// What the vehicles query reads and writes.
let vehicles = QueryTables(
    query: "vehicles.sql",
    tables: [
        .init(
            topic: "sensor-data-raw",
            schema: Schema([
                StructField(name: "time", type: .timestamp),
                StructField(name: "entity", type: .string),
                StructField(name: "temp", type: .double),
                StructField(name: "humidity", type: .double),
            ]), role: "the source"),
        .init(
            topic: "sensor-data-aggregated",
            schema: Schema([
                StructField(name: "window_start", type: .timestamp),
                StructField(name: "window", type: .string),
                StructField(name: "entity", type: .string),
                StructField(name: "avg_temp", type: .double),
                StructField(name: "last_humidity", type: .double),
                StructField(name: "readings", type: .bigint),
            ]), role: "the result"),
    ])

extension String {
    /// The line, counted from 1, on which `text` first stands.
    func line(of text: String) -> Int? {
        range(of: text).map {
            self[..<$0.lowerBound].split(separator: "\n", omittingEmptySubsequences: false).count
        }
    }
}
