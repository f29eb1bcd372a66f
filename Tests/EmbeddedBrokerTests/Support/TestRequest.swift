@testable import EmbeddedBroker

/// A request as a client writes it: so tests go through the reader of the wire as clients do.
struct TestRequest {
    var api: APIKey
    var version: Int16
    var body: (inout WireWriter) -> Void

    /// The frame without its length.
    func frame(correlation: Int32 = 7, clientID: String = "client") -> [UInt8] {
        var writer = WireWriter()
        writer.integer(api.rawValue)
        writer.integer(version)
        writer.integer(correlation)
        writer.nullableString(clientID)
        writer.flexible = api.isFlexible(version)
        writer.endStructure()
        body(&writer)
        return writer.bytes
    }

    /// One topic with one partition, which most requests name.
    private static func one(
        _ topic: String, _ writer: inout WireWriter, _ item: (inout WireWriter) -> Void
    ) {
        writer.topics([TopicItems(topic: topic, items: [0])]) { writer, _ in item(&writer) }
    }

    // MARK: Records

    static func produce(
        _ batch: [UInt8], to topic: String, _ partition: Int32 = 0, transactionalID: String? = nil,
        acks: Int16 = -1
    ) -> TestRequest {
        TestRequest(api: .produce, version: 7) { writer in
            writer.nullableString(transactionalID)
            writer.integer(acks)
            writer.integer(Int32(1000))
            one(topic, &writer) { writer in
                writer.integer(partition)
                writer.nullableBytes(batch)
            }
        }
    }

    static func fetch(
        _ topic: String, _ partition: Int32 = 0, from offset: Int64,
        isolation: IsolationLevel = .readUncommitted, wait: Int32 = 0, minimumBytes: Int32 = 1,
        maximumBytes: Int32 = 1 << 30, partitionBytes: Int32 = 1 << 20, session: Int32 = 0
    ) -> TestRequest {
        TestRequest(api: .fetch, version: 11) { writer in
            writer.integer(Int32(-1))
            writer.integer(wait)
            writer.integer(minimumBytes)
            writer.integer(maximumBytes)
            writer.integer(isolation.rawValue)
            writer.integer(session)
            writer.integer(Int32(-1))
            one(topic, &writer) { writer in
                writer.integer(partition)
                writer.integer(Int32(-1))
                writer.integer(offset)
                writer.integer(Int64(-1))
                writer.integer(partitionBytes)
            }
            writer.array([Int]()) { _, _ in }
            writer.string("")
        }
    }

    static func listOffsets(
        _ topic: String, at timestamp: Int64, isolation: IsolationLevel = .readUncommitted
    ) -> TestRequest {
        TestRequest(api: .listOffsets, version: 2) { writer in
            writer.integer(Int32(-1))
            writer.integer(isolation.rawValue)
            one(topic, &writer) { writer in
                writer.integer(Int32(0))
                writer.integer(timestamp)
            }
        }
    }

    static func deleteRecords(_ topic: String, before offset: Int64) -> TestRequest {
        TestRequest(api: .deleteRecords, version: 1) { writer in
            one(topic, &writer) { writer in
                writer.integer(Int32(0))
                writer.integer(offset)
            }
            writer.integer(Int32(0))
        }
    }

    // MARK: Transactions

    private static func write(_ producer: ProducerIdentity, to writer: inout WireWriter) {
        writer.integer(producer.id)
        writer.integer(producer.epoch)
    }

    static func initProducer(
        _ id: String?, timeout: Int32 = 10_000, current: ProducerIdentity = .none,
        version: Int16 = 4
    ) -> TestRequest {
        TestRequest(api: .initProducerID, version: version) { writer in
            writer.nullableString(id)
            writer.integer(timeout)
            if version >= 3 { write(current, to: &writer) }
            writer.endStructure()
        }
    }

    static func addPartition(
        _ topic: String, _ partition: Int32, to id: String, _ producer: ProducerIdentity
    ) -> TestRequest {
        TestRequest(api: .addPartitionsToTransaction, version: 0) { writer in
            writer.string(id)
            write(producer, to: &writer)
            one(topic, &writer) { $0.integer(partition) }
        }
    }

    static func addOffsets(
        of group: String, to id: String, _ producer: ProducerIdentity
    ) -> TestRequest {
        TestRequest(api: .addOffsetsToTransaction, version: 0) { writer in
            writer.string(id)
            write(producer, to: &writer)
            writer.string(group)
        }
    }

    static func end(_ id: String, _ producer: ProducerIdentity, commits: Bool) -> TestRequest {
        TestRequest(api: .endTransaction, version: 1) { writer in
            writer.string(id)
            write(producer, to: &writer)
            writer.boolean(commits)
        }
    }

    static func transactionOffset(
        _ offset: Int64, of topic: String, group: String, to id: String,
        _ producer: ProducerIdentity, _ membership: Membership = .none, metadata: String = ""
    ) -> TestRequest {
        TestRequest(api: .transactionOffsetCommit, version: 3) { writer in
            writer.string(id)
            writer.string(group)
            write(producer, to: &writer)
            writer.integer(membership.generation)
            writer.string(membership.member)
            writer.nullableString(membership.instance)
            one(topic, &writer) { writer in
                writer.integer(Int32(0))
                writer.integer(offset)
                writer.integer(Int32(-1))
                writer.nullableString(metadata)
                writer.endStructure()
            }
            writer.endStructure()
        }
    }
}
