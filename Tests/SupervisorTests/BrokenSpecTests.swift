import Foundation
import Testing

/// The shipped specs with one thing broken at a time, checked by the program against the query.
@Suite struct BrokenSpecTests {
    static let specs = [
        "druid-specs/sensor-data-raw.json", "druid-specs/sensor-data-aggregated.json",
    ]

    @Test(arguments: specs) func anyMisspelledFieldFailsWithItsLine(path: String) throws {
        let spec = try Spec(path)
        let broken = spec.matches(of: /"([A-Za-z.]+)":/).map { match in
            spec.replacing(match.range, with: "\"\(match.1)X\":", what: "the field \(match.1)")
        }
        try expectFailures(broken, atLeast: 30)
    }

    /// A data source may be called anything; every other value has a meaning.
    @Test(arguments: specs) func anyOtherValueFailsWithItsLine(path: String) throws {
        let spec = try Spec(path)
        let broken = spec.matches(of: /: ("[^"]*"|[a-z0-9]+)/)
            .filter { !spec.line($0.range).contains("\"dataSource\"") }
            .map { match in
                // A flag or a number becomes text, a text another text.
                let other =
                    match.1.hasPrefix("\"") ? match.1.dropLast() + "X\"" : "\"\(match.1)\""
                return spec.replacing(match.range, with: ": \(other)", what: "the value \(match.1)")
            }
        try expectFailures(broken, atLeast: 20)
    }

    @Test(arguments: specs) func anyOtherColumnTypeFailsWithItsLine(path: String) throws {
        let spec = try Spec(path)
        let broken = spec.matches(of: /"type": "(string|double|long)"/).flatMap { match in
            ["string", "double", "long", "float", "json"].filter { $0 != match.1 }.map {
                spec.replacing(
                    match.range, with: "\"type\": \"\($0)\"", what: "\(match.1) as \($0)")
            }
        }
        try expectFailures(broken, atLeast: 12)
    }

    /// One start of the program for all of them: it tells of each file.
    private func expectFailures(_ broken: [BrokenSpec], atLeast count: Int) throws {
        #expect(broken.count >= count)
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "tidemark-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (number, spec) in broken.enumerated() {
            let file = folder.appending(path: "\(number).json")
            try spec.text.write(to: file, atomically: true, encoding: .utf8)
        }
        let run = try ProgramRun([
            "validate", "--query", "pipelines/vehicles.sql", "--set", "brokers=kafka:19092",
            folder.path,
        ])
        #expect(run.status == 2)
        let errors = run.output.split(separator: "\n").filter { !$0.hasPrefix("warning: ") }
        for (number, spec) in broken.enumerated() {
            let place = "\(folder.path)/\(number).json:"
            let found = errors.filter { $0.hasPrefix(place) }
            #expect(
                found.contains { $0.hasPrefix("\(place)\(spec.line):") },
                "\(spec.what) on line \(spec.line): \(found)")
        }
    }
}

private struct BrokenSpec {
    var text: String
    var line: Int
    var what: String
}

private struct Spec {
    let text: String

    init(_ path: String) throws {
        text = try String(contentsOf: repository.appending(path: path), encoding: .utf8)
    }

    func matches<Output>(of pattern: some RegexComponent<Output>) -> [Regex<Output>.Match] {
        text.matches(of: pattern)
    }

    func line(_ range: Range<String.Index>) -> Substring { text[text.lineRange(for: range)] }

    func replacing(
        _ range: Range<String.Index>, with new: String, what: String
    ) -> BrokenSpec {
        BrokenSpec(
            text: text.replacingCharacters(in: range, with: new),
            line: text[..<range.lowerBound].count { $0 == "\n" } + 1, what: what)
    }
}
