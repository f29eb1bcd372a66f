import CommandLineSupport
import Foundation
import Kafka
import Testing
import Vehicles

@testable import generator

struct KafkaSinkTests {
    private let once =
        "--entities 50 --interval 1s --duration 1s --seed 7 --start 2026-11-20T21:00:00Z"

    private func generate(
        _ cluster: MockCluster, _ options: String
    ) throws -> GeneratorProcess {
        try GeneratorProcess(
            "generator --brokers \(cluster.bootstrapServers) --topic raw \(once) \(options)")
    }

    @Test func everythingAcknowledgedIsSuccessAndSaysSo() throws {
        let cluster = try MockCluster()
        try cluster.createTopic("raw", partitions: 3)
        let run = try generate(cluster, "--wait 30s")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors.contains("done: 50 of 50 records acknowledged"))
    }

    @Test func aTopicThatIsNotThereIsThreeAndTellsHowToCreateIt() throws {
        let cluster = try MockCluster()
        cluster.setError(.unknownTopicOrPartition, ofTopic: "raw")
        let run = try generate(cluster, "--wait 5s")
        #expect(run.status == 3, "\(run.errors)")
        #expect(run.errors.contains("topic raw does not exist"))
        #expect(run.errors.contains("--create --topic raw"))
    }

    @Test func whatIsNotDeliveredIsCountedAndMakesOne() throws {
        let cluster = try MockCluster()
        try cluster.createTopic("raw", partitions: 1)
        // Every batch is refused for good.
        cluster.failNext(.produce, with: Array(repeating: .messageTooLarge, count: 100))
        let run = try generate(cluster, "--wait 10s --kafka message.timeout.ms=2000")
        #expect(run.status == 1, "\(run.errors)")
        #expect(run.errors.contains("50 of 50 messages were not delivered"))
        #expect(run.errors.contains("done: 0 of 50 records acknowledged"))
    }

    @Test func aWrongPropertyIsWrongUsageAndNamesIt() throws {
        let cluster = try MockCluster()
        let run = try generate(cluster, "--kafka no.such=1")
        #expect(run.status == 2)
        #expect(run.errors.contains("no.such"))
    }
}
