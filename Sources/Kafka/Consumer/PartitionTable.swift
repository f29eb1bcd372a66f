internal import CRdkafka

/// From a message's topic and partition number to the caller's index. Looking up compares a pointer
/// and reads an array; names are compared once per topic and assignment.
@safe struct PartitionTable {
    private var topics: [String] = []
    /// For each topic the index by partition number; ``unassigned`` where there is none.
    private var indexes: [[Int32]] = []
    /// The topic object of the last message, and its place in ``topics``.
    private var lastTopic: OpaquePointer?
    private var lastPlace = -1

    static let unassigned: Int32 = -1

    init() {}

    init(_ starts: [PartitionStart]) {
        for start in starts where start.partition.partition >= 0 {
            let number = Int(start.partition.partition)
            let place: Int
            if let known = topics.firstIndex(of: start.partition.topic) {
                place = known
            } else {
                place = topics.count
                topics.append(start.partition.topic)
                indexes.append([])
            }
            while indexes[place].count <= number { indexes[place].append(Self.unassigned) }
            indexes[place][number] = Int32(clamping: start.index)
        }
    }

    /// The caller's index, or ``unassigned``.
    mutating func index(topic: OpaquePointer?, partition: Int32) -> Int32 {
        if unsafe topic != lastTopic { unsafe find(topic) }
        guard lastPlace >= 0, partition >= 0, Int(partition) < indexes[lastPlace].count else {
            return Self.unassigned
        }
        return indexes[lastPlace][Int(partition)]
    }

    private mutating func find(_ topic: OpaquePointer?) {
        unsafe lastTopic = topic
        lastPlace = -1
        guard let topic = unsafe topic, let name = unsafe rd_kafka_topic_name(topic) else { return }
        lastPlace = topics.firstIndex(of: unsafe String(cString: name)) ?? -1
    }
}
