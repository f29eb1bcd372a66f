import TestSupport
import Testing

@testable import EmbeddedBroker

/// Random producers against a naive model of what each reader may see.
@Suite struct TransactionPropertyTests {
    static let partitions = 3

    /// What the model knows of one place in a log.
    private enum Entry {
        case record(value: String, transaction: Int?)
        case marker
    }

    private enum Fate { case open, committed, aborted }

    private struct Model {
        var logs: [[Entry]] = Array(repeating: [], count: partitions)
        var fates: [Int: Fate] = [:]

        /// The first offset of an open transaction, else the end.
        func lastStable(_ partition: Int) -> Int {
            logs[partition].firstIndex { entry in
                if case .record(_, let id?) = entry { fates[id] == .open } else { false }
            } ?? logs[partition].count
        }

        func committed(_ partition: Int, from offset: Int) -> [String] {
            logs[partition][offset..<max(offset, lastStable(partition))].compactMap { entry in
                guard case .record(let value, let id) = entry else { return nil }
                return id.map { fates[$0] == .committed } ?? true ? value : nil
            }
        }

        func all(_ partition: Int, from offset: Int) -> [String] {
            logs[partition][offset...].compactMap { entry in
                if case .record(let value, _) = entry { value } else { nil }
            }
        }
    }

    private struct Producer {
        var name: String
        var identity: ProducerIdentity
        var sequences: [Int32] = Array(repeating: 0, count: partitions)
        /// The open transaction and the partitions in it.
        var transaction: (id: Int, partitions: Set<Int>, began: Milliseconds)?
    }

    private static let timeout: Milliseconds = 5000

    /// Ends a producer's transaction in the model.
    private func end(_ producer: inout Producer, _ fate: Fate, _ model: inout Model) {
        guard let transaction = producer.transaction else { return }
        for partition in transaction.partitions { model.logs[partition].append(.marker) }
        model.fates[transaction.id] = fate
        producer.transaction = nil
    }

    @Test(arguments: 0..<12) func readersSeeWhatTheModelSays(_ round: Int) throws {
        var random = Seed.generator(UInt64(round))
        let driver = CoreDriver()
        _ = driver.core.createTopic("t", TopicConfiguration(partitions: Self.partitions))
        var model = Model()
        var producers = try (0..<3).map { index in
            Producer(
                name: "p\(index)",
                identity: try driver.initProducer("p\(index)", timeout: Int32(Self.timeout)))
        }
        var zombies: [Producer] = []
        for step in 0..<150 {
            let index = Int.random(in: 0..<producers.count, using: &random)
            let partition = Int.random(in: 0..<Self.partitions, using: &random)
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<50:
                try produce(
                    &producers[index], partition, ["\(step)a", "\(step)b"], driver, &model)
            case 50..<60:
                #expect(
                    try driver.produce(driver.batch(["\(step)"]), to: "t", Int32(partition)).error
                        == .none)
                model.logs[partition].append(.record(value: "\(step)", transaction: nil))
            case 60..<80:
                let commits = random.chance(percent: 60)
                let code = try driver.code(
                    .end(producers[index].name, producers[index].identity, commits: commits))
                if producers[index].transaction != nil {
                    #expect(code == .none)
                    end(&producers[index], commits ? .committed : .aborted, &model)
                }
            case 80..<88:
                zombies.append(producers[index])
                try restart(&producers[index], driver, &model)
            case 88..<94:
                guard let zombie = zombies.randomElement(using: &random) else { continue }
                try expectFenced(zombie, partition, driver)
            default:
                try letTimePass(
                    Milliseconds.random(in: 0..<4000, using: &random), &producers, driver, &model)
            }
            if step % 3 == 0 { try check(model, driver, &random) }
        }
    }

    private func produce(
        _ producer: inout Producer, _ partition: Int, _ values: [String], _ driver: CoreDriver,
        _ model: inout Model
    ) throws {
        let isIn = producer.transaction?.partitions.contains(partition) ?? false
        let batch = driver.batch(
            values, producer.identity, sequence: producer.sequences[partition],
            isTransactional: true)
        if !isIn {
            // Without AddPartitionsToTxn the batch is refused.
            #expect(
                try driver.produce(batch, to: "t", Int32(partition)).error
                    == .invalidTransactionState)
            #expect(
                try driver.code(
                    .addPartition("t", Int32(partition), to: producer.name, producer.identity))
                    == .none)
            if producer.transaction == nil {
                let id = model.fates.count
                producer.transaction = (id, [], driver.now)
                model.fates[id] = .open
            }
            producer.transaction?.partitions.insert(partition)
        }
        let result = try driver.produce(batch, to: "t", Int32(partition))
        #expect(result.error == .none)
        #expect(result.baseOffset == Int64(model.logs[partition].count))
        // The same batch again is not stored twice.
        #expect(try driver.produce(batch, to: "t", Int32(partition)) == result)
        for value in values {
            model.logs[partition].append(
                .record(value: value, transaction: producer.transaction?.id))
        }
        producer.sequences[partition] += Int32(values.count)
    }

    private func restart(
        _ producer: inout Producer, _ driver: CoreDriver, _ model: inout Model
    ) throws {
        let old = producer.identity
        producer.identity = try driver.initProducer(producer.name, timeout: Int32(Self.timeout))
        #expect(producer.identity.id == old.id && producer.identity.epoch > old.epoch)
        end(&producer, .aborted, &model)
        producer.sequences = Array(repeating: 0, count: Self.partitions)
    }

    private func expectFenced(_ zombie: Producer, _ partition: Int, _ driver: CoreDriver) throws {
        let batch = driver.batch(["zombie"], zombie.identity, sequence: 0, isTransactional: true)
        #expect(try driver.produce(batch, to: "t", Int32(partition)).error == .invalidProducerEpoch)
        for request in [
            TestRequest.end(zombie.name, zombie.identity, commits: true),
            .addPartition("t", Int32(partition), to: zombie.name, zombie.identity),
            .addOffsets(of: "g", to: zombie.name, zombie.identity),
            .transactionOffset(1, of: "t", group: "g", to: zombie.name, zombie.identity),
        ] { #expect(try driver.code(request) == .invalidProducerEpoch) }
        #expect(
            try driver.code(.initProducer(zombie.name, current: zombie.identity))
                == .producerFenced)
    }

    /// Transactions that are open too long are aborted, and their producers fenced.
    private func letTimePass(
        _ time: Milliseconds, _ producers: inout [Producer], _ driver: CoreDriver,
        _ model: inout Model
    ) throws {
        driver.advance(time)
        let expired = producers.indices.filter { index in
            producers[index].transaction.map { driver.now - $0.began >= Self.timeout } ?? false
        }
        for index in expired {
            let zombie = producers[index]
            end(&producers[index], .aborted, &model)
            #expect(
                try driver.code(.end(zombie.name, zombie.identity, commits: true))
                    == .invalidProducerEpoch)
            try restart(&producers[index], driver, &model)
        }
    }

    private func check(
        _ model: Model, _ driver: CoreDriver, _ random: inout SeededRandom
    ) throws {
        for partition in 0..<Self.partitions {
            let from = Int.random(in: 0...model.logs[partition].count, using: &random)
            let committed = try driver.fetch(
                .fetch("t", Int32(partition), from: Int64(from), isolation: .readCommitted))
            #expect(committed.lastStableOffset == Int64(model.lastStable(partition)))
            #expect(committed.highWatermark == Int64(model.logs[partition].count))
            #expect(
                try committedValues(committed, from: Int64(from))
                    == model.committed(partition, from: from))
            let log = try #require(driver.core.log("t", Int32(partition)))
            #expect(
                try log.records(.readCommitted).compactMap(\.text)
                    == model.committed(partition, from: 0))
            #expect(
                try log.records(.readUncommitted).compactMap(\.text)
                    == model.all(partition, from: 0))
        }
    }
}
