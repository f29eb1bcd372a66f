import Streaming
import TestSupport
import Testing

@testable import processor

@Suite struct LineReaderTests {
    /// The lines of `text` with their offsets, read `batch` at a time.
    private func lines(_ text: String, batch size: Int = 1_000) throws -> [String] {
        let file = try TemporaryFile(text)
        let reader = try LineReader(path: file.path)
        let batch = RecordBatch(schema: Schema([]))
        var offset: Int64 = 0
        var lines: [String] = []
        var more = true
        while more {
            batch.removeAll()
            more = try reader.read(
                into: batch, partition: 3, nextOffset: &offset, maximumRecords: size,
                waitMilliseconds: 1_000)
            for row in 0..<batch.count {
                #expect(batch.partitions[row] == 3 && batch.keyLengths[row] == RecordBatch.noBytes)
                let text = batch.withValue(row) { String(decodingUTF8: $0) }
                lines.append("\(batch.offsets[row]):\(text)")
            }
        }
        return lines
    }

    @Test(arguments: [1, 2, 1_000])
    func linesEndInAnyOfThreeWays(_ size: Int) throws {
        #expect(
            try lines("a\nb\r\nc\rd\n\n \t \ne", batch: size)
                == ["0:a", "1:b", "2:c", "3:d", "6:e"])
    }

    @Test(arguments: [("", []), ("\n\n", []), ("x", ["0:x"]), ("x\r", ["0:x"]), ("x\n", ["0:x"])])
    func endsOfFilesAreRight(_ text: String, _ expected: [String]) throws {
        #expect(try lines(text) == expected)
    }

    @Test func blocksDoNotCutLines() throws {
        // About three megabytes: several blocks, with a line across each border.
        let texts = (0..<40_000).map {
            "{\"line\":\($0),\"text\":\"" + String(repeating: "é", count: 30) + "\"}"
        }
        let found = try lines(texts.joined(separator: "\r\n"), batch: 777)
        #expect(found == texts.enumerated().map { "\($0.offset):\($0.element)" })
    }

    @Test func aLineBeyondTheLimitIsCutAndTheNextOneIsWhole() throws {
        let long = String(repeating: "x", count: LineReader.maximumLineBytes + 12_345)
        let found = try lines("before\n" + long + "\nafter")
        #expect(found.count == 3)
        #expect(found[1].utf8.count == LineReader.maximumLineBytes + 2)
        #expect(found[2] == "2:after")
        let exact = String(repeating: "x", count: LineReader.maximumLineBytes)
        #expect(try lines(exact + "\nafter").last == "1:after")
    }
}
