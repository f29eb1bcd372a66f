import CommandLineSupport
import Foundation
import Testing

struct GeneratorProgramTests {
    /// One iteration with a fixed beginning.
    private let once =
        "--entities 50 --interval 1s --duration 1s --seed 7 --start 2026-11-20T21:00:00Z"

    @Test func helpNamesOptionsExamplesAndVariables() throws {
        let run = try GeneratorProcess("generator --help")
        #expect(run.status == 0)
        #expect(run.errors == "")
        for text in ["EXAMPLES", "--malformed", "TIDEMARK_MALFORMED", "TIDEMARK_KAFKA_<key>"] {
            #expect(run.output.contains(text), "\(text)")
        }
    }

    @Test func versionIsOneLine() throws {
        let run = try GeneratorProcess("generator --version")
        #expect(run.status == 0)
        #expect(run.output == programVersion + "\n")
    }

    @Test(arguments: [
        "--entities 0", "--entities x", "--interval 5", "--speed 0", "--speed nan", "--late 2",
        "--late 0.6 --malformed 0.6", "--nope", "extra", "--start yesterday", "--kafka novalue",
        "--speed 2 --duration 0", "--start 9999-01-01", "--speed 1e12", "--output ''",
        "--kafka nonsense.property=1", "--log-level loud",
    ])
    func badUsageIsTwoWithAReasonAndNothingOnStandardOutput(arguments: String) throws {
        let run = try GeneratorProcess("generator --wait 1s \(arguments)")
        #expect(run.status == 2, "\(run.errors)")
        #expect(!run.errors.isEmpty)
        #expect(run.output.isEmpty)
    }

    @Test func aVariableIsAnOption() throws {
        let run = try GeneratorProcess(
            "generator \(once) --output -", environment: ["TIDEMARK_LATE": "1"])
        #expect(run.output.contains("T20:50:00.000Z"))
        let bad = try GeneratorProcess("generator", environment: ["TIDEMARK_ENTITIES": "0"])
        #expect(bad.status == 2)
        #expect(bad.errors.hasPrefix("generator: TIDEMARK_ENTITIES: "))
    }

    @Test func everyLineOnStandardOutputIsAReading() throws {
        let run = try GeneratorProcess("generator \(once) --output -")
        #expect(run.status == 0, "\(run.errors)")
        let lines = run.output.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 51 && lines.last == "")
        for (entity, line) in lines.dropLast().enumerated() {
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            #expect(Set(object.keys) == ["time", "entity", "temp", "humidity"])
            #expect(object["entity"] as? Int == entity + 1)
            #expect(object["time"] as? String == "2026-11-20T21:00:00.000Z")
        }
    }

    @Test func theSameSeedWritesTheSameFile() throws {
        let options = "\(once) --disorder 2s --late 0.1 --malformed 0.1"
        let run = try GeneratorProcess(
            """
            generator \(options) --output a && generator \(options) --output b && cmp a b \
            && generator \(options) --seed 8 --output c && ! cmp -s a c && wc -l < a
            """)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output == "50\n")
    }

    @Test(arguments: ["--interval 0", "--interval 50ms"])
    func aReaderThatHasEnoughIsNoFailure(pace: String) throws {
        let run = try GeneratorProcess(
            "generator --duration 1m \(pace) --output - | head -1; exit ${PIPESTATUS[0]}")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.hasPrefix("{\"time\":"))
        #expect(!run.errors.contains("error") && !run.errors.contains("done"))
    }

    @Test func aFullDiskIsAFailureThatSaysSo() throws {
        let run = try GeneratorProcess("generator \(once) --output /dev/full")
        #expect(run.status == 1)
        #expect(run.errors.contains("cannot write to /dev/full: No space left on device"))
    }

    @Test func aFolderThatIsNotThereIsAFailureThatSaysSo() throws {
        let run = try GeneratorProcess("generator \(once) --output nowhere/file")
        #expect(run.status == 1)
        #expect(run.errors.contains("nowhere/file: No such file or directory"))
    }

    @Test func brokersThatDoNotAnswerAreThree() throws {
        // Nobody listens on port 1.
        let run = try GeneratorProcess("generator --brokers 127.0.0.1:1 --wait 1s")
        #expect(run.status == 3)
        #expect(run.errors.contains("127.0.0.1:1"))
        #expect(run.errors.contains("refused"))
    }

    @Test func theLogCanBeJSON() throws {
        let run = try GeneratorProcess("generator \(once) --output /dev/full --log-format json")
        for line in run.errors.split(separator: "\n") {
            _ = try JSONSerialization.jsonObject(with: Data(line.utf8))
        }
        #expect(run.errors.contains(#""level":"error""#))
    }

    @Test(arguments: ["INT", "TERM"])
    func aSignalEndsAnEndlessRunInOrder(signal: String) throws {
        // The first line shows that the program is running.
        let run = try GeneratorProcess(
            """
            mkfifo lines
            generator --duration 1m --interval 20s --output lines & pid=$!
            exec 3< lines
            read -r line <&3
            kill -\(signal) $pid
            cat <&3 > /dev/null
            wait $pid
            """)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors.contains("done iterations=1 "))
    }
}
