import Foundation
import Testing

/// Rules on how the source looks that no compiler checks.
struct TidyTests {
    @Test func theSourceTreeIsFound() {
        #expect(SourceTree.files.count > 30)
        #expect(SourceTree.files.contains { $0.path == "Sources/Streaming/Columns/Buffer.swift" })
        #expect(SourceTree.files.allSatisfy { !$0.lines.isEmpty })
        #expect(SourceTree.files.flatMap(\.functions).count > 200)
    }

    @Test(arguments: SourceTree.files)
    func linesHaveAtMost100Columns(file: SourceTree.File) {
        for (index, line) in file.lines.enumerated() where line.count > 100 {
            Issue.record("\(file.place(index)): \(line.count) columns")
        }
    }

    @Test(arguments: SourceTree.files)
    func filesHaveAtMost500Lines(file: SourceTree.File) {
        #expect(file.lines.count <= 501, "\(file.path)")
    }

    @Test(arguments: SourceTree.files)
    func functionsHaveAtMost70Lines(file: SourceTree.File) {
        for (line, length) in file.functions where length > 70 {
            Issue.record("\(file.place(line)): a function of \(length) lines")
        }
    }

    @Test(arguments: SourceTree.files)
    func nothingIsLeftToDo(file: SourceTree.File) {
        // Put together, so that this file does not find itself.
        for mark in ["TO" + "DO", "FIX" + "ME", "XX" + "X:"] {
            for (index, line) in file.lines.enumerated() where line.contains(mark) {
                Issue.record("\(file.place(index)): \(mark)")
            }
        }
    }

    /// A library neither ends the process nor talks past the program's log. Preconditions, which
    /// state our own mistakes, are allowed.
    @Test(arguments: SourceTree.files.filter(\.isLibrary))
    func librariesNeitherTrapOnOutsideFailuresNorPrint(file: SourceTree.File) {
        let banned = /\b(fatalError|print|debugPrint|NSLog)\(|\btry!|\bas!/
        for (index, line) in file.code.enumerated() where line.contains(banned) {
            Issue.record("\(file.place(index)): \(line.trimmingCharacters(in: .whitespaces))")
        }
    }

    @Test(arguments: SourceTree.files.filter { $0.path.hasPrefix("Sources/Streaming/") })
    func theEngineImportsNothing(file: SourceTree.File) {
        let anImport = /^\s*(\w+ )*import\b/
        for (index, line) in file.code.enumerated() where line.contains(anImport) {
            Issue.record("\(file.place(index)): \(line)")
        }
    }

    @Test(arguments: SourceTree.files)
    func uncheckedPromisesGiveTheirReason(file: SourceTree.File) {
        for (index, line) in file.code.enumerated() where line.contains("@unchecked") {
            let above = index > 0 ? file.lines[index - 1].trimmingCharacters(in: .whitespaces) : ""
            #expect(above.hasPrefix("//"), "\(file.place(index))")
        }
    }
}
