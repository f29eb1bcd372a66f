import CommandLineSupport
import Foundation
import Testing

struct OutputWriterTests {
    private let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("output-\(UUID().uuidString)")

    @Test func bytesArriveInOrderWhateverTheSizes() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("out").path
        let writer = try OutputWriter(path: path, capacity: 16)
        var expected = ""
        for length in [0, 1, 15, 16, 17, 3, 40, 5] {
            let text = String(repeating: Character("\(length % 10)"), count: length)
            try writer.write(text)
            expected += text
        }
        try writer.close()
        #expect(try String(contentsOfFile: path, encoding: .utf8) == expected)

        let more = try OutputWriter(path: path, mode: .append)
        try more.write("more")
        try more.close()
        #expect(try String(contentsOfFile: path, encoding: .utf8) == expected + "more")

        let fresh = try OutputWriter(path: path)
        try fresh.close()
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "")
    }

    @Test func aFullDiskIsToldWithTheFileAndTheSystemsText() throws {
        let writer = try OutputWriter(path: "/dev/full", capacity: 16)
        try writer.write("a few bytes")
        let error = #expect(throws: OutputError.self) { try writer.close() }
        #expect(error?.description == "cannot write to /dev/full: No space left on device")
    }

    @Test func aFileThatCannotBeOpenedIsToldAtOnce() {
        let error = #expect(throws: OutputError.self) {
            _ = try OutputWriter(path: "/no/such/folder/file")
        }
        #expect(
            error?.description == "cannot write to /no/such/folder/file: No such file or directory")
    }

    @Test func aReaderThatHasGoneIsNoFailure() throws {
        signal(SIGPIPE, SIG_IGN)
        var ends: [Int32] = [-1, -1]
        try #require(unsafe pipe(&ends) == 0)
        defer { close(ends[1]) }
        let writer = try OutputWriter(path: "/dev/fd/\(ends[1])", capacity: 4)
        close(ends[0])
        #expect(throws: OutputError.closed(name: "/dev/fd/\(ends[1])")) {
            try writer.write("more than four")
        }
    }
}
