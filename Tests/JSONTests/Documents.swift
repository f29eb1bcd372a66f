import Foundation
import TestSupport

/// Random JSON texts about the fields of a schema.
struct DocumentGenerator {
    var random = SeededRandom()
    /// Only what the JSON standard allows, and no name twice in one object.
    let isStrict: Bool
    /// Names that are likely to be declared.
    let names: [String]
    /// Values that members of a name often have.
    var samples: [String: [String]] = [:]

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &random)]
    }

    mutating func chance(_ percent: Int) -> Bool {
        Int.random(in: 0..<100, using: &random) < percent
    }

    mutating func blank() -> String {
        chance(85) ? "" : pick([" ", "\t", "\n", "\r\n", "   "])
    }

    mutating func string() -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...18, using: &random) {
            text += pick(["a", "Z", "0", " ", "-", "é", "日", "🎉", "/", "\u{7f}", "a", "b", "c"])
            if chance(4) {
                text += pick(["\\n", "\\\"", "\\\\", "\\/", "\\u0041", "\\u00e9", "\\ud83d\\ude00"])
            }
            if !isStrict, chance(1) { text += pick(["\\ud83d", "\\'", "'", "\\x", "\u{1}"]) }
        }
        return text
    }

    mutating func quoted(_ text: String) -> String {
        if !isStrict, chance(3) { return "'\(text)'" }
        return "\"\(text)\""
    }

    mutating func number() -> String {
        var text = chance(30) ? "-" : ""
        let digits = chance(90) ? Int.random(in: 1...6, using: &random) : 25
        var whole = (0..<digits).map { _ in "\(Int.random(in: 0...9, using: &random))" }.joined()
        if whole.count > 1, whole.hasPrefix("0"), isStrict || chance(95) { whole = "1" + whole }
        text += whole
        if chance(60) {
            text += "."
            for _ in 0..<Int.random(in: 1...(chance(90) ? 4 : 20), using: &random) {
                text += "\(Int.random(in: 0...9, using: &random))"
            }
        }
        if chance(15) {
            text += pick(["e", "E"]) + pick(["", "+", "-"]) + pick(["0", "3", "22", "290"])
        }
        return text
    }

    mutating func scalar() -> String {
        switch Int.random(in: 0..<10, using: &random) {
        case 0...2: return number()
        case 3...4: return quoted(string())
        case 5:
            return quoted(
                pick([
                    "2026-11-20T21:00:00.123Z", "2024-05-01", "1969-12-31 23:59:59",
                    "2024-02-30T00:00:00Z", "2024-05-01T10:00:00.1234567Z", "NaN", "12.5",
                    "-Infinity",
                ]))
        case 6: return pick(["true", "false"])
        case 7: return "null"
        case 8:
            return pick([
                "127", "128", "255", "2147483647", "2147483648", "9223372036854775807",
                "-9223372036854775808", "9223372036854775808", "-0", "-0.0", "0",
            ])
        default:
            return isStrict
                ? number() : pick(["NaN", "Infinity", "-INF", "+INF", "nul", "+1", "01"])
        }
    }

    mutating func value(depth: Int) -> String {
        guard depth > 0, chance(25) else { return scalar() }
        guard chance(60) else {
            let elements = (0..<Int.random(in: 0...3, using: &random)).map { _ in
                blank() + value(depth: depth - 1) + blank()
            }
            return "[" + elements.joined(separator: ",") + blank() + "]"
        }
        return object(depth: depth - 1)
    }

    mutating func object(depth: Int) -> String {
        var used: Set<String> = []
        var members: [String] = []
        for index in 0..<Int.random(in: 0...7, using: &random) {
            // Often in the order of the schema.
            let name = chance(60) ? names[index % names.count] : pick(names + ["other", "é"])
            if isStrict, !used.insert(name).inserted { continue }
            let sample = samples[name].map { pick($0) }
            let value = chance(80) ? sample ?? value(depth: depth) : value(depth: depth)
            members.append(blank() + quoted(name) + blank() + ":" + blank() + value + blank())
        }
        return "{" + members.joined(separator: ",") + blank() + "}"
    }

    /// Calls `body` with `rounds` documents, four mutations of each, and each beginning of every
    /// `step`-th.
    mutating func forEachText(
        rounds: Int, depth: Int, truncatingEvery step: Int, _ body: ([UInt8]) -> Void
    ) {
        for round in 0..<rounds {
            let document = Array(object(depth: depth).utf8)
            body(document)
            for _ in 0..<4 { body(mutate(document)) }
            guard round % step == 0 else { continue }
            for length in 0..<document.count { body(Array(document[0..<length])) }
        }
    }

    mutating func mutate(_ text: [UInt8]) -> [UInt8] {
        var bytes = text
        for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
            let index = Int.random(in: 0..<bytes.count, using: &random)
            let byte =
                chance(70)
                ? pick(Array("{}[]\",:\\ '0123456789-+.eEtfnNI".utf8))
                : UInt8.random(in: 0 ... .max, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes[index] = byte
            case 1: bytes.insert(byte, at: index)
            default: bytes.remove(at: index)
            }
        }
        return bytes
    }
}
