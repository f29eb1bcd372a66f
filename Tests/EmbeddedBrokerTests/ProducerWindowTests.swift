import TestSupport
import Testing

@testable import EmbeddedBroker

@Suite struct ProducerWindowTests {
    private func header(
        _ sequence: Int32, count: Int32 = 1, epoch: Int16 = 0
    ) -> RecordBatchHeader {
        let batch = RecordBatchBuilder.batch(
            (0..<count).map { _ in BrokerRecord(timestamp: 0, key: nil, value: nil) },
            producer: ProducerIdentity(id: 1, epoch: epoch), baseSequence: sequence)
        return RecordBatchHeader(reading: batch)
    }

    @Test func theLastFiveBatchesAreKnownAgain() {
        var window = ProducerWindow(epoch: 0)
        for sequence in Int32(0)..<7 {
            #expect(ProducerWindow.verdict(on: header(sequence), window) == .inSequence)
            var placed = header(sequence)
            placed.baseOffset = Int64(100 + sequence)
            window.record(placed, appendTime: 0)
        }
        for sequence in Int32(2)..<7 {
            guard case .duplicate(let batch) = ProducerWindow.verdict(on: header(sequence), window)
            else {
                Issue.record("\(sequence) is not known again")
                continue
            }
            #expect(batch.baseOffset == Int64(100 + sequence))
        }
        #expect(
            ProducerWindow.verdict(on: header(1), window) == .refused(.outOfOrderSequenceNumber))
        #expect(
            ProducerWindow.verdict(on: header(8), window) == .refused(.outOfOrderSequenceNumber))
        // The same first number with another length is not the same batch.
        #expect(
            ProducerWindow.verdict(on: header(6, count: 2), window)
                == .refused(.outOfOrderSequenceNumber))
    }

    @Test func aHigherEpochBeginsAtZero() {
        var window = ProducerWindow(epoch: 3)
        window.record(header(0, count: 10, epoch: 3), appendTime: 0)
        #expect(
            ProducerWindow.verdict(on: header(10, epoch: 2), window)
                == .refused(.invalidProducerEpoch))
        #expect(
            ProducerWindow.verdict(on: header(10, epoch: 4), window)
                == .refused(.outOfOrderSequenceNumber))
        #expect(ProducerWindow.verdict(on: header(0, epoch: 4), window) == .inSequence)
    }

    @Test func numbersGoOnAtZeroAfterTheLargest() {
        var window = ProducerWindow(epoch: 0)
        window.record(header(.max - 1, count: 2), appendTime: 0)
        #expect(ProducerWindow.verdict(on: header(0), window) == .inSequence)
        var across = ProducerWindow(epoch: 0)
        across.record(header(.max - 1, count: 5), appendTime: 0)
        #expect(ProducerWindow.verdict(on: header(3), across) == .inSequence)
    }

    @Test func anUnknownProducerMayBeginAnywhere() {
        #expect(ProducerWindow.verdict(on: header(77), nil) == .inSequence)
    }

    /// A client that sends again whatever it has not heard of, over a line that loses answers.
    @Test(arguments: 0..<10) func sendingAgainNeitherLosesNorDoubles(_ round: Int) throws {
        var random = Seed.generator(UInt64(1000 + round))
        let driver = CoreDriver()
        _ = driver.core.createTopic("t", TopicConfiguration())
        let producer = try driver.initProducer(nil)
        var next: Int32 = 0
        var inFlight: [(batch: [UInt8], values: [String], lastOffset: Int64?)] = []
        var expected: [String] = []
        for step in 0..<300 {
            if inFlight.count < ProducerWindow.size, random.chance(percent: 60) {
                let values = (0..<Int.random(in: 1...3, using: &random)).map { "\(step).\($0)" }
                inFlight.append((driver.batch(values, producer, sequence: next), values, nil))
                next += Int32(values.count)
                expected += values
            }
            // The oldest that never arrived may go, or any that did may go again.
            let stored = inFlight.firstIndex { $0.lastOffset == nil } ?? inFlight.count
            guard !inFlight.isEmpty else { continue }
            let index = Int.random(in: 0...min(stored, inFlight.count - 1), using: &random)
            let result = try driver.produce(inFlight[index].batch, to: "t")
            #expect(result.error == .none)
            if let known = inFlight[index].lastOffset { #expect(result.baseOffset == known) }
            inFlight[index].lastOffset = result.baseOffset
            if random.chance(percent: 50), inFlight[0].lastOffset != nil { inFlight.removeFirst() }
        }
        for batch in inFlight { _ = try driver.produce(batch.batch, to: "t") }
        let log = try #require(driver.core.log("t", 0))
        #expect(try log.records(.readUncommitted).compactMap(\.text) == expected)
    }
}
