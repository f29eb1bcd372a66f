import Testing

import Kafka

@Suite struct ProducerTests {
    @Test func aWrongPropertyIsNamed() throws {
        var properties = KafkaProperties(brokers: "localhost:1")
        properties["no.such.property"] = "1"
        do throws(KafkaError) {
            _ = try Producer(properties, log: { _ in })
            Issue.record("accepted")
        } catch {
            #expect(error.description.contains("no.such.property"), "\(error)")
        }
    }

    @Test func recordsAreAcknowledged() throws {
        let cluster = try MockCluster()
        try cluster.createTopic("raw", partitions: 3)
        let producer = try Producer(
            KafkaProperties(brokers: cluster.bootstrapServers), log: { print($0) })
        let topic = try producer.topic("raw")
        let value = Array("value".utf8)
        for _ in 0..<1000 {
            try producer.produce(topic: topic, key: nil, value: value.span)
            try producer.produce(topic: topic, key: value.span, value: nil)
        }
        let headers = RecordHeaders()
        headers.add("reason", text: "late")
        headers.add("empty", text: "")
        headers.add("null", nil)
        try producer.produce(
            topic: topic, partition: 2, key: value.span, value: value.span, headers: headers,
            timestamp: 1_000)
        try producer.flush(timeoutMilliseconds: 10_000)
        #expect(producer.acknowledged == 2001)
        #expect(producer.failed == 0)
        #expect(producer.inFlight == 0)
    }
}
