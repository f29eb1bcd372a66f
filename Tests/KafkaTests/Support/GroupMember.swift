import Kafka
import Streaming

/// A consumer for tests: starts where told, remembers what it was given.
final class GroupMember: RebalanceHandler {
    let consumer: Consumer
    let batch = RecordBatch(schema: Schema([]))
    /// Where to start; 0 for a partition that is not named.
    var starts: [TopicPartition: Int64] = [:]
    /// Commit after each poll, remember records only once that is done, start at what is committed.
    var commits = false
    private(set) var assignment: [TopicPartition] = []
    private(set) var assignments = 0
    private(set) var revocations = 0
    private(set) var losses = 0
    /// What was read: partition, offset, key, value.
    private(set) var records: [ReadRecord] = []
    private var pending: [ReadRecord] = []
    private(set) var refusedCommits = 0
    private(set) var ends: [TopicPartition: Int64] = [:]
    private(set) var errors: [KafkaError] = []
    /// The offset expected next of each assigned partition, and where another came.
    private(set) var next: [TopicPartition: Int64] = [:]
    private(set) var gaps: [String] = []

    init(
        _ cluster: some Cluster, group: String = "group", _ properties: [String: String] = [:]
    ) throws(KafkaError) {
        var all = KafkaProperties(brokers: cluster.bootstrapServers)
        all["session.timeout.ms"] = "4000"
        all["heartbeat.interval.ms"] = "200"
        all["fetch.wait.max.ms"] = "20"
        for (name, value) in properties { all[name] = value }
        consumer = try Consumer(all, group: group, log: { _ in })
    }

    func subscribe(_ topics: String...) throws(KafkaError) {
        try consumer.subscribe(topics, handler: self)
    }

    func assigned(
        _ partitions: [TopicPartition], consumer: Consumer
    ) throws(KafkaError) -> [PartitionStart] {
        assignment = partitions.sorted()
        assignments += 1
        batch.removeAll()
        var offsets = assignment.map { starts[$0] ?? 0 }
        if commits {
            offsets = try consumer.committed(assignment, timeoutMilliseconds: 5000)
                .map { $0.offset ?? 0 }
        }
        pending = []
        next = Dictionary(uniqueKeysWithValues: zip(assignment, offsets))
        return zip(assignment, offsets).enumerated().map {
            PartitionStart($1.0, offset: $1.1, index: $0)
        }
    }

    func revoked(_ partitions: [TopicPartition], lost: Bool, consumer: Consumer) {
        revocations += 1
        if lost { losses += 1 }
        assignment = []
        pending = []
        next = [:]
        batch.removeAll()
    }

    /// One poll; remembers what came.
    @discardableResult
    func poll(
        maximumRecords: Int = 500, maximumBytes: Int = .max, timeoutMilliseconds: Int = 20
    ) -> PollOutcome {
        batch.removeAll()
        let outcome = consumer.poll(
            into: batch, maximumRecords: maximumRecords, maximumBytes: maximumBytes,
            timeoutMilliseconds: timeoutMilliseconds)
        if let error = outcome.error { errors.append(error) }
        for row in 0..<batch.count {
            let record = ReadRecord(batch, row, assignment)
            if let expected = next[record.partition], expected != record.offset {
                gaps.append("\(record.partition): \(record.offset) instead of \(expected)")
            }
            next[record.partition] = record.offset + 1
            pending.append(record)
        }
        settle()
        for end in consumer.ends { ends[assignment[end.index]] = end.offset }
        return outcome
    }

    /// Records what was read, after a commit if there is to be one. A refused commit (there is a
    /// rebalance on) leaves it for the next try or, if the partitions go, for their next owner.
    private func settle() {
        if commits, !pending.isEmpty {
            do throws(KafkaError) {
                try consumer.commit(
                    next.map { PartitionOffset($0, offset: $1, metadata: "n=\($1)") },
                    synchronously: true)
            } catch { return refusedCommits += 1 }
        }
        records += pending
        pending = []
    }

    /// The offsets read of each partition, in order.
    var offsets: [TopicPartition: [Int64]] {
        var result: [TopicPartition: [Int64]] = [:]
        for record in records { result[record.partition, default: []].append(record.offset) }
        return result
    }
}

struct ReadRecord: Hashable {
    let partition: TopicPartition
    let offset: Int64
    let key: String?
    let value: String?
    let timestamp: Int64

    init(_ batch: RecordBatch, _ row: Int, _ assignment: [TopicPartition]) {
        partition = assignment[Int(batch.partitions[row])]
        offset = batch.offsets[row]
        timestamp = batch.timestamps[row]
        key =
            batch.keyLengths[row] == RecordBatch.noBytes
            ? nil : batch.withKey(row) { String(decodingUTF8: $0) }
        value =
            batch.valueLengths[row] == RecordBatch.noBytes
            ? nil : batch.withValue(row) { String(decodingUTF8: $0) }
    }
}

/// Polls until `condition` holds; false if it does not within `seconds`.
func poll(
    _ members: GroupMember..., upTo seconds: Int = 120, until condition: () -> Bool
) -> Bool {
    poll(members, upTo: seconds, while: {}, until: condition)
}

/// Polls and runs `step` until `condition` holds; false if it does not within `seconds`.
func poll<Failure: Error>(
    _ members: [GroupMember], upTo seconds: Int = 120, while step: () throws(Failure) -> Void,
    until condition: () -> Bool
) throws(Failure) -> Bool {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while !condition() {
        if ContinuousClock.now > deadline { return false }
        for member in members { member.poll() }
        try step()
    }
    return true
}

extension Producer {
    /// Produces text; nil is null.
    func send(
        _ value: String?, key: String? = nil, to topic: Topic, partition: Int32? = nil,
        timestamp: Int64? = nil
    ) throws(KafkaError) {
        let valueBytes = Array((value ?? "").utf8)
        let keyBytes = Array((key ?? "").utf8)
        try produce(
            topic: topic, partition: partition, key: key == nil ? nil : keyBytes.span,
            value: value == nil ? nil : valueBytes.span, timestamp: timestamp)
    }
}
