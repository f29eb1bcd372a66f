import Foundation
import Testing

/// The Swift files of the project, as text.
struct SourceTree {
    struct File: CustomTestStringConvertible {
        /// From the top of the project: `Sources/Streaming/Columns/Buffer.swift`.
        let path: String
        let lines: [String]

        var testDescription: String { path }
        var isLibrary: Bool {
            path.hasPrefix("Sources/") && !Self.programs.contains { path.hasPrefix($0) }
        }
        private static let programs = ["Sources/processor/", "Sources/supervisor/"]

        /// Where something stands, for messages.
        func place(_ index: Int) -> String { "\(path):\(index + 1)" }
    }

    static let files: [File] = {
        let top = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        var files = ["Package.swift"]
        for folder in ["Sources", "Tests", "Benchmarks", "generator"] {
            let names = FileManager.default.enumerator(
                atPath: top.appendingPathComponent(folder).path)
            while let name = names?.nextObject() as? String {
                let isHidden = name.split(separator: "/").contains { $0.hasPrefix(".") }
                if name.hasSuffix(".swift"), !isHidden { files.append("\(folder)/\(name)") }
            }
        }
        return files.sorted().map { path in
            let data = try? Data(contentsOf: top.appendingPathComponent(path))
            let text = String(decoding: data ?? Data(), as: UTF8.self)
            return File(path: path, lines: text.components(separatedBy: "\n"))
        }
    }()
}

extension SourceTree.File {
    /// The lines with comments and the contents of string literals blanked, so that braces and
    /// calls can be looked for. Good enough for code that the formatter has laid out.
    var code: [String] {
        var isInText = false
        return lines.map { line in
            let parts = line.components(separatedBy: "\"\"\"")
            if parts.count > 1 {
                defer { if parts.count.isMultiple(of: 2) { isInText.toggle() } }
                return isInText ? "" : parts[0]
            }
            return isInText ? "" : Self.withoutLiteralsAndComments(line)
        }
    }

    private static func withoutLiteralsAndComments(_ line: String) -> String {
        var result = ""
        var isInLiteral = false
        var isEscaped = false
        var previous: Character = " "
        for character in line {
            if isInLiteral {
                if isEscaped {
                    isEscaped = false
                } else if character == "\\" {
                    isEscaped = true
                } else if character == "\"" {
                    isInLiteral = false
                }
            } else if character == "\"" {
                isInLiteral = true
            } else if character == "/", previous == "/" {
                result.removeLast()
                break
            } else {
                result.append(character)
            }
            previous = character
        }
        return result
    }

    /// First line and length of each function, initialiser and deinitialiser with a body.
    var functions: [(line: Int, length: Int)] {
        let code = code
        var found: [(line: Int, length: Int)] = []
        for (index, line) in code.enumerated() where Self.beginsFunction(line) {
            var depth = 0
            var hasBody = false
            for (offset, next) in code[index...].enumerated() {
                for character in next {
                    if character == "{" {
                        depth += 1
                        hasBody = true
                    }
                    if character == "}" { depth -= 1 }
                }
                if depth < 0 || (!hasBody && offset > 15) { break }
                if hasBody, depth == 0 {
                    found.append((index, offset + 1))
                    break
                }
            }
        }
        return found
    }

    private static func beginsFunction(_ line: String) -> Bool {
        let words = line.split { !$0.isLetter && $0 != "_" }
        return line.contains("func ") && words.contains("func")
            || words.first(where: { !modifiers.contains(String($0)) }).map {
                $0 == "init" || $0 == "deinit"
            } ?? false
    }

    private static let modifiers: Set<String> = [
        "public", "private", "fileprivate", "internal", "package", "convenience", "required",
        "override", "nonisolated", "inlinable", "inline", "__always", "never", "usableFromInline",
    ]
}
