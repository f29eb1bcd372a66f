extension GroupCoordinator {
    /// Whether the sender may store offsets, as Kafka decides it.
    ///
    /// A transactional commit that names neither member nor generation is taken in every state:
    /// producers older than KIP-447 cannot tell. So a consumer that lost both commits unchecked.
    func checkCommit(
        _ name: String, _ membership: Membership, isTransactional: Bool
    ) -> ErrorCode {
        guard let group = groups[name] else {
            return membership.generation < 0 ? .none : .illegalGeneration
        }
        if membership.generation < 0, group.state == .empty { return .none }
        let tellsMember = !membership.member.isEmpty || membership.instance != nil
        if membership.generation >= 0 || tellsMember {
            let code = group.checkGeneration(membership)
            if code != .none { return code }
        } else if !isTransactional {
            return .unknownMemberID
        }
        return !isTransactional && group.state == .completingRebalance
            ? .rebalanceInProgress : .none
    }

    func commit(
        _ offset: OffsetToCommit, of partition: BrokerPartition, to name: String,
        producerID: Int64? = nil
    ) -> ErrorCode {
        guard offset.metadata.utf8.count <= Self.maximumMetadataBytes else {
            return .offsetMetadataTooLarge
        }
        let committed = CommittedOffset(
            offset: offset.offset, leaderEpoch: offset.leaderEpoch, metadata: offset.metadata)
        let group = group(name)
        if let producerID {
            group.pendingOffsets[producerID, default: [:]][partition] = committed
        } else {
            group.offsets[partition] = committed
        }
        return .none
    }

    /// The end of a transaction: what it stored becomes valid, or never was.
    func settle(_ producerID: Int64, in name: String, commits: Bool) {
        guard let group = groups[name],
            let pending = group.pendingOffsets.removeValue(forKey: producerID), commits
        else { return }
        group.offsets.merge(pending) { _, new in new }
    }

    func fetch(_ request: OffsetFetchRequest) -> OffsetFetchResponse {
        let group = groups[request.group]
        let topics = request.topics ?? allTopics(of: group)
        return OffsetFetchResponse(
            topics: topics.map { topic in
                topic.map { index in
                    let partition = BrokerPartition(topic.topic, index)
                    if request.requiresStable, isPending(partition, in: group) {
                        return .init(index: index, error: .unstableOffsetCommit)
                    }
                    guard let offset = group?.offsets[partition] else { return .init(index: index) }
                    return .init(
                        index: index, offset: offset.offset, leaderEpoch: offset.leaderEpoch,
                        metadata: offset.metadata)
                }
            })
    }

    private func isPending(_ partition: BrokerPartition, in group: Group?) -> Bool {
        group?.pendingOffsets.values.contains { $0[partition] != nil } ?? false
    }

    private func allTopics(of group: Group?) -> [TopicItems<Int32>] {
        guard let group else { return [] }
        var partitions = Set(group.offsets.keys)
        for pending in group.pendingOffsets.values { partitions.formUnion(pending.keys) }
        return Dictionary(grouping: partitions, by: \.topic)
            .map { topic, partitions in
                TopicItems(
                    topic: topic,
                    items: partitions.map { Int32(clamping: $0.partition) }.sorted())
            }
            .sorted { $0.topic < $1.topic }
    }

    /// The group that has read least of a partition, of those that committed an offset in it.
    func slowest(in partition: BrokerPartition) -> (group: String, offset: Int64)? {
        var slowest: (group: String, offset: Int64)?
        for (name, group) in groups {
            guard let offset = group.offsets[partition]?.offset else { continue }
            if slowest.map({ offset < $0.offset }) ?? true { slowest = (name, offset) }
        }
        return slowest
    }

    /// A topic is gone, and with it the offsets in it.
    func forget(_ topic: String) {
        for group in groups.values {
            group.offsets = group.offsets.filter { $0.key.topic != topic }
            group.pendingOffsets = group.pendingOffsets.mapValues { pending in
                pending.filter { $0.key.topic != topic }
            }
        }
    }
}
