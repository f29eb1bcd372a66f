import Foundation
import Streaming
import Testing

@testable import Vehicles

/// 2026-11-20T21:00:00.123Z, the last digits cut.
private let evening: Int64 = 1_795_208_400_123_999

struct ReadingGeneratorTests {
    private func messages(
        _ count: Int, _ options: ReadingOptions, at time: Int64 = evening
    ) -> [(text: String, kind: ReadingKind)] {
        var generator = ReadingGenerator(options)
        let output = ByteArena()
        return (0..<count).map { entity in
            output.removeAll()
            let kind = generator.append(entity: entity, time: time, to: output)
            return (output.text(at: 0, count: output.count), kind)
        }
    }

    private struct Reading: Decodable {
        let time: String
        let entity: Int
        let temp: Double
        let humidity: Double
    }

    private func reading(_ text: String) throws -> Reading {
        try JSONDecoder().decode(Reading.self, from: Data(text.utf8))
    }

    @Test func aMessageLooksAsItAlwaysDid() throws {
        let text = messages(18, ReadingOptions(seed: 1))[17].text
        let start = #"{"time":"2026-11-20T21:00:00.123Z","entity":17,"temp":"#
        #expect(text.hasPrefix(start))
        let rest = text.dropFirst(start.count)
        #expect(rest.wholeMatch(of: /\d\d\.\d\d,"humidity":\d\d\.\d\d\}/) != nil, "\(text)")
    }

    @Test func everyMessageIsOneReadingOfItsEntity() throws {
        for (entity, message) in messages(2000, ReadingOptions(seed: 2)).enumerated() {
            #expect(message.kind == .regular)
            #expect(try reading(message.text).entity == entity)
        }
    }

    @Test func theSameSeedGivesTheSameBytes() {
        let options = ReadingOptions(
            seed: 3, disorder: 2_000_000, lateShare: 0.1, malformedShare: 0.1)
        let first = messages(1000, options).map(\.text)
        #expect(first == messages(1000, options).map(\.text))
        var other = options
        other.seed = 4
        #expect(first != messages(1000, other).map(\.text))
    }

    /// The first readings of seed 1 on any machine.
    @Test func theSameSeedGivesTheSameBytesOnEveryMachine() {
        #expect(
            messages(3, ReadingOptions(seed: 1)).map(\.text) == [
                #"{"time":"2026-11-20T21:00:00.123Z","entity":0,"temp":21.88,"humidity":35.95}"#,
                #"{"time":"2026-11-20T21:00:00.123Z","entity":1,"temp":21.30,"humidity":25.45}"#,
                #"{"time":"2026-11-20T21:00:00.123Z","entity":2,"temp":20.44,"humidity":31.04}"#,
            ])
    }

    @Test func temperatureAndHumidityAreNormal() throws {
        let readings = try messages(20_000, ReadingOptions(seed: 5)).map { try reading($0.text) }
        func check(_ values: [Double], mean: Double, deviation: Double) {
            let count = Double(values.count)
            let average = values.reduce(0, +) / count
            let variance = values.reduce(0) { $0 + ($1 - average) * ($1 - average) } / count
            // Four standard errors.
            #expect(abs(average - mean) < 4 * deviation / count.squareRoot())
            #expect(abs(variance.squareRoot() / deviation - 1) < 4 / (2 * count).squareRoot())
            let within = values.count { abs($0 - mean) <= deviation }
            #expect(abs(Double(within) / count - 0.6827) < 0.014)
        }
        check(readings.map(\.temp), mean: 20, deviation: 1)
        check(readings.map(\.humidity), mean: 35, deviation: 5)
        let product = readings.reduce(0) { $0 + ($1.temp - 20) * ($1.humidity - 35) / 5 }
        #expect(abs(product / 20_000) < 4 / 20_000.0.squareRoot(), "independent of each other")
    }

    @Test func disorderOnlyGoesBackAndNotTooFar() throws {
        let options = ReadingOptions(seed: 6, disorder: 2_000_000)
        let times = try messages(2000, options).map { try milliseconds(reading($0.text).time) }
        let latest = evening / 1000
        #expect(times.allSatisfy { (latest - 2001...latest).contains($0) })
        #expect(Set(times).count > 1000)
    }

    @Test func lateReadingsAreTenMinutesBackAndAsManyAsAsked() throws {
        let all = messages(20_000, ReadingOptions(seed: 7, lateShare: 0.1))
        let late = all.filter { $0.kind == .late }
        #expect(abs(Double(late.count) / 20_000 - 0.1) < 0.01)
        for message in late {
            #expect(try milliseconds(reading(message.text).time) == evening / 1000 - 600_000)
        }
        for message in all where message.kind == .regular {
            #expect(try milliseconds(reading(message.text).time) == evening / 1000)
        }
    }

    @Test func malformedMessagesHaveNoReadableTime() {
        let all = messages(20_000, ReadingOptions(seed: 8, malformedShare: 0.1))
        let malformed = all.filter { $0.kind == .malformed }
        #expect(abs(Double(malformed.count) / 20_000 - 0.1) < 0.01)
        for message in malformed {
            #expect(!message.text.isEmpty)
            let time = (try? reading(message.text))?.time
            #expect(time.flatMap { try? milliseconds($0) } == nil, "\(message.text)")
        }
        // All five kinds: cut short, no JSON, no colon, no time in "time", no "time".
        let starts = Set(malformed.map { String($0.text.prefix(10)) })
        #expect(
            starts.isSuperset(of: [#"sensor of "#, #"{"time" "2"#, #"{"time":"y"#, #"{"entity":"#]))
        #expect(malformed.contains { !$0.text.hasSuffix("}") && $0.text.hasPrefix("{") })
    }

    @Test func troubleDoesNotChangeTheOtherReadings() {
        let plain = messages(1000, ReadingOptions(seed: 9))
        let troubled = messages(1000, ReadingOptions(seed: 9, lateShare: 0.2, malformedShare: 0.2))
        for (before, after) in zip(plain, troubled) where after.kind == .regular {
            #expect(before.text == after.text)
        }
    }

    @Test func sharesOfAllAndNothingAreExact() {
        #expect(
            messages(500, ReadingOptions(seed: 1, lateShare: 1)).allSatisfy { $0.kind == .late })
        let broken = messages(500, ReadingOptions(seed: 1, malformedShare: 1))
        #expect(broken.allSatisfy { $0.kind == .malformed })
    }

    @Test(arguments: [0, 59_999_999, 60_000_000, 86_399_999_999, EventClock.latest])
    func everyTimeOfTheRangeIsWritten(time: Int64) throws {
        for at in [time, max(0, time - 1)] {
            let message = messages(1, ReadingOptions(seed: 1), at: at)[0]
            #expect(try milliseconds(reading(message.text).time) == at / 1000)
        }
    }

    @Test func lateReadingsDoNotGoBackBeyond1970() throws {
        let message = messages(1, ReadingOptions(seed: 1, lateShare: 1), at: 5)[0]
        #expect(try reading(message.text).time == "1970-01-01T00:00:00.000Z")
    }

    @Test(arguments: [0, 9, 10, 99, 100, 101, 999, 1000, 12_345, 9_999_999, Int(Int64.max)])
    func theKeyIsTheEntityAsText(entity: Int) {
        let key = ByteArena()
        ReadingGenerator.appendKey(entity: entity, to: key)
        #expect(key.text(at: 0, count: key.count) == "\(entity)")
    }

    private func milliseconds(_ text: String) throws -> Int64 {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        return Int64((try style.parse(text).timeIntervalSince1970 * 1000).rounded())
    }
}
