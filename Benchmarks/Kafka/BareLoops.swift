import CRdkafka
import Foundation
import Kafka

/// What librdkafka itself needs: its C calls, the settings that the library here gives it, and
/// nothing else. The programs are measured against these.
///
///     benchmarks bare-consume BROKERS TOPIC GROUP RECORDS
///     benchmarks bare-produce BROKERS TOPIC ENTITIES RECORDS
enum BareLoops {
    private static func makeClient(
        _ type: rd_kafka_type_t, _ properties: KafkaProperties
    ) throws -> OpaquePointer {
        let configuration = unsafe rd_kafka_conf_new()
        for (name, value) in properties.entries {
            guard unsafe rd_kafka_conf_set(configuration, name, value, nil, 0) == RD_KAFKA_CONF_OK
            else { throw WrongAnswer(description: "\(name)=\(value)") }
        }
        guard let client = unsafe rd_kafka_new(type, configuration, nil, 0) else {
            throw WrongAnswer(description: "no client")
        }
        return unsafe client
    }

    // MARK: Consume

    /// Joins a group, takes `records` records by the batch call and counts them; prints a line at
    /// the first one.
    static func consume(_ words: [String]) throws {
        guard words.count == 4, let records = Int(words[3]) else {
            throw WrongAnswer(description: "bare-consume BROKERS TOPIC GROUP RECORDS")
        }
        var properties = KafkaProperties(brokers: words[0]).withDefaults(Consumer.defaults)
        properties["group.id"] = words[2]
        properties["auto.offset.reset"] = "earliest"
        if canSetBackoff { properties["fetch.queue.backoff.ms"] = "5" }
        let client = try unsafe makeClient(RD_KAFKA_CONSUMER, properties)
        _ = unsafe rd_kafka_poll_set_consumer(client)
        let topics = unsafe rd_kafka_topic_partition_list_new(1)
        unsafe rd_kafka_topic_partition_list_add(topics, words[1], RD_KAFKA_PARTITION_UA)
        unsafe rd_kafka_subscribe(client, topics)
        unsafe rd_kafka_topic_partition_list_destroy(topics)
        guard let queue = unsafe rd_kafka_queue_get_consumer(client) else {
            throw WrongAnswer(description: "no queue")
        }
        unsafe count(records, client, queue)
        unsafe rd_kafka_queue_destroy(queue)
        unsafe rd_kafka_consumer_close(client)
        unsafe rd_kafka_destroy(client)
    }

    private static func count(_ records: Int, _ client: OpaquePointer, _ queue: OpaquePointer) {
        let chunk = 1000
        let slots = UnsafeMutablePointer<UnsafeMutablePointer<rd_kafka_message_t>?>.allocate(
            capacity: chunk)
        defer { unsafe slots.deallocate() }
        var total = 0
        var bytes = 0
        var peak = 0
        while total < records {
            var taken = unsafe rd_kafka_consume_batch_queue(queue, 0, slots, chunk)
            // The batch call waits until it has all that it was asked for: one, then.
            if taken <= 0 { taken = unsafe rd_kafka_consume_batch_queue(queue, 50, slots, 1) }
            unsafe wakeFetchers(client, waiting: rd_kafka_queue_length(queue), &peak)
            let wasEmpty = total == 0
            for index in 0..<max(0, taken) {
                guard let message = unsafe slots[index] else { continue }
                if unsafe message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR {
                    total += 1
                    unsafe bytes += message.pointee.len
                }
                unsafe rd_kafka_message_destroy(message)
            }
            if wasEmpty, total > 0 { FileHandle.standardOutput.write(Data("first\n".utf8)) }
        }
        FileHandle.standardOutput.write(Data("\(total) records, \(bytes) bytes\n".utf8))
    }

    private static let canSetBackoff = rd_kafka_version() >= 0x0202_0000

    /// What Sources/Kafka's FetchWakeUp does, and why.
    private static func wakeFetchers(
        _ client: OpaquePointer, waiting: Int, _ peak: inout Int
    ) {
        guard !canSetBackoff else { return }
        if waiting >= peak {
            peak = waiting
        } else if peak >= 256, waiting <= peak / 2 {
            peak = waiting
            if let error = unsafe rd_kafka_sasl_set_credentials(client, "", "") {
                unsafe rd_kafka_error_destroy(error)
            }
        }
    }

    // MARK: Produce

    /// Sends the same reading again and again, keyed by one entity after the other.
    static func produce(_ words: [String]) throws {
        guard words.count == 4, let entities = Int(words[2]), let records = Int(words[3]) else {
            throw WrongAnswer(description: "bare-produce BROKERS TOPIC ENTITIES RECORDS")
        }
        let properties = KafkaProperties(brokers: words[0]).withDefaults(Producer.defaults)
        let client = try unsafe makeClient(RD_KAFKA_PRODUCER, properties)
        guard let topic = unsafe rd_kafka_topic_new(client, words[1], nil) else {
            throw WrongAnswer(description: "no topic")
        }
        let keys = (1...entities).map { Array(String($0).utf8) }
        // Numbers that differ, so that compression has the work that it has with readings.
        let messages = (1...entities).map { entity in
            let (temperature, humidity) = (
                1700 + entity * 7919 % 600, 2500 + entity * 104_729 % 2000
            )
            return Array(
                """
                {"time":"2026-11-20T21:00:00.123Z","entity":\(entity),\
                "temp":\(Double(temperature) / 100),"humidity":\(Double(humidity) / 100)}
                """.utf8)
        }
        for index in 0..<records {
            let entity = index % entities
            unsafe send(topic, client, key: keys[entity], value: messages[entity])
            if index % 512 == 0 { _ = unsafe rd_kafka_poll(client, 0) }
        }
        let code = unsafe rd_kafka_flush(client, 60_000)
        unsafe rd_kafka_topic_destroy(topic)
        unsafe rd_kafka_destroy(client)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw WrongAnswer(description: "not all was delivered")
        }
    }

    private static func send(
        _ topic: OpaquePointer, _ client: OpaquePointer, key: [UInt8], value: [UInt8]
    ) {
        unsafe key.withUnsafeBytes { key in
            unsafe value.withUnsafeBytes { value in
                while unsafe rd_kafka_produce(
                    topic, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY,
                    UnsafeMutableRawPointer(mutating: value.baseAddress), value.count,
                    key.baseAddress, key.count, nil) != 0
                {
                    _ = unsafe rd_kafka_poll(client, 20)
                }
            }
        }
    }
}
