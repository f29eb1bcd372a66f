import Foundation
import Kafka
import Streaming

/// Reads a topic from its beginning and prints values, as kafka-console-consumer.sh does.
final class RecordPrinter: RebalanceHandler {
    private let consumer: Consumer
    private let batch = RecordBatch(schema: Schema([]))

    init(brokers: String) throws {
        consumer = try Consumer(
            KafkaProperties(brokers: brokers), group: "check-\(UUID().uuidString)",
            log: { _ in })
    }

    func assigned(
        _ partitions: [TopicPartition], consumer: Consumer
    ) throws(KafkaError) -> [PartitionStart] {
        partitions.enumerated().map { PartitionStart($1, offset: 0, index: $0) }
    }

    func revoked(_ partitions: [TopicPartition], lost: Bool, consumer: Consumer) {}

    /// Waits for the records as long as it takes.
    func print(_ topic: String, count: Int) throws {
        try consumer.subscribe([topic], handler: self)
        var left = count
        while left > 0 {
            let outcome = consumer.poll(
                into: batch, maximumRecords: left, maximumBytes: 1 << 20,
                timeoutMilliseconds: 100)
            if let error = outcome.error { throw error }
            for row in 0..<batch.count {
                guard batch.valueLengths[row] >= 0 else { continue }
                let value = batch.withValue(row) { span in span.indices.map { span[$0] } }
                Swift.print(String(decoding: value, as: UTF8.self))
            }
            left -= batch.count
            batch.removeAll()
        }
        try consumer.close()
    }
}
