import TestSupport
import Testing

@testable import Druid

@Suite struct DocumentTests {
    @Test func valuesKeepTheirKindAndOrder() throws {
        let text = #"{"b": [1, 2.5, "ä\n", true, false, null], "a": {}}"#
        let value = try JSONValue(parsing: Array(text.utf8))
        let list: [JSONValue] = [
            .integer(1), .real(2.5), .text("ä\n"), .boolean(true), .boolean(false), .null,
        ]
        #expect(
            value
                == .object([
                    .init(name: "b", value: .array(list)), .init(name: "a", value: .object([])),
                ]))
    }

    @Test(arguments: [
        ("{\n  \"a\": 1,\n  \"b\" 2\n}", 3, "':' expected"),
        ("{\n  \"a\": 1,\n}", 3, "string or '}' expected"),
        ("{\"a\": 1}\n\n x", 3, "end of file expected"),
        ("{\"a\": 1, \"a\": 2}", 1, "duplicate"),
        ("{\n\"a\": 99999999999999999999}", 2, "too big integer"),
        ("", 1, "empty"),
        (" \n", 1, "empty"),
        ("// note\n{}", 1, "invalid token"),
    ])
    func syntaxErrorsTellLineAndReason(text: String, line: Int, reason: String) throws {
        let error = try #require(throws: JSONSyntaxError.self) {
            try JSONValue(parsing: Array(text.utf8), rejectingDuplicates: true)
        }
        #expect(error.message.contains(reason), "\(error)")
        if !reason.contains("empty") { #expect(error.position.line == line, "\(error)") }
        #expect(error.position.column >= 1)
    }

    @Test func deepNestingIsAnErrorAndNoCrash() {
        let text = Array(String(repeating: "[", count: 1_000_000).utf8)
        #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: text) }
    }

    @Test func positionsPointAtNamesAndElements() {
        let text =
            "{ \"ä\": 1,\n  \"list\": [ {\"x\": \"}\\\"{\"},\n 2, [3,\n 4] ],\n\"e\\u0041\": {} }"
        let index = PositionIndex(Array(text.utf8))
        func position(_ steps: FieldPath.Step...) -> [Int] {
            let position = index.position(of: FieldPath(steps))
            return [position.line, position.column]
        }
        #expect(position(.name("ä")) == [1, 3])
        #expect(position(.name("list")) == [2, 3])
        #expect(position(.name("list"), .index(0)) == [2, 13])
        #expect(position(.name("list"), .index(0), .name("x")) == [2, 14])
        #expect(position(.name("list"), .index(1)) == [3, 2])
        #expect(position(.name("list"), .index(2), .index(1)) == [4, 2])
        #expect(position(.name("eA")) == [5, 1])
        // What is not there points at what should hold it.
        #expect(position(.name("list"), .index(0), .name("y")) == [2, 13])
    }

    @Test(arguments: shippedSpecs) func textCutAnywhereNeitherCrashesNorPasses(path: String) throws
    {
        let text = Array(try shippedText(path).trimmingSuffix(while: \.isNewline).utf8)
        for length in 0..<text.count {
            let cut = Array(text[..<length])
            _ = PositionIndex(cut)
            #expect(throws: InvalidSpec.self) {
                try SupervisorSpec(file: "cut", text: cut, variables: ["brokers": "a:1"])
            }
        }
    }

    @Test(arguments: shippedSpecs) func changedBytesNeverCrash(path: String) throws {
        var random = SeededRandom()
        let text = try repositoryFile(path)
        for _ in 0..<500 {
            var changed = text
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let index = changed.indices.randomElement(using: &random) ?? 0
                switch UInt8.random(in: 0...2, using: &random) {
                case 0: changed[index] = .random(in: 0...255, using: &random)
                case 1: changed.remove(at: index)
                default: changed.insert(changed[index], at: index)
                }
            }
            _ = PositionIndex(changed)
            do {
                let spec = try SupervisorSpec(
                    file: "changed", text: changed, variables: ["brokers": "a:1"])
                _ = spec.problems(against: vehicles)
            } catch {
                #expect(!error.problems.isEmpty, "SEED=\(random.seed)")
                #expect(error.problems.allSatisfy { $0.position.line >= 1 })
            }
        }
    }

    @Test func substitutionEscapesWhatAStringCannotHold() throws {
        let text = Array(#"{"a": "${x}", "n": ${n}, "d": "$5 $x"}"#.utf8)
        let result = try substitute(text, variables: ["x": "q\"\\\n", "n": "3"])
        #expect(
            String(decoding: result, as: UTF8.self)
                == #"{"a": "q\"\\\u000a", "n": 3, "d": "$5 $x"}"#)
    }

    @Test(arguments: [
        ("{\n \"a\": \"${brokers}\"}", "give --set brokers=", 2),
        ("{\"a\": \"${\"}", "${name}", 1),
        ("{\n\n\"a\": \"${a b}\"}", "${name}", 3),
        ("${", "${name}", 1),
    ])
    func aVariableWithoutValueIsAnError(text: String, reason: String, line: Int) throws {
        let error = try #require(throws: InvalidSpec.self) {
            try SupervisorSpec(file: "f.json", text: Array(text.utf8))
        }
        #expect(error.problems.count == 1)
        #expect(error.problems[0].message.contains(reason))
        #expect(error.problems[0].position.line == line)
    }

    @Test func foreignTextCannotDriveTheTerminal() {
        #expect(printable("a\u{1B}[31m\r\n\tb  c\u{9B}", limit: 50) == "a [31m b c")
        #expect(printable(String(repeating: "x", count: 99), limit: 10) == "xxxxxxxxx…")
    }
}

extension String {
    fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> String {
        var text = self
        while let last = text.last, predicate(last) { text.removeLast() }
        return text
    }
}
