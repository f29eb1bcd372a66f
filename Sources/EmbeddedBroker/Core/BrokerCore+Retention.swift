extension BrokerCore {
    /// How often age is looked at, in milliseconds.
    private static let retentionInterval: Milliseconds = 1000

    /// Lets go of old batches where the partition's limit asks for it.
    ///
    /// - Returns: what the producer is told if there is no room: a code that clients try again on.
    func makeRoom(for size: Int, in partition: BrokerPartition, _ topic: Topic) -> ErrorCode {
        let log = topic.partitions[partition.partition]
        if let limit = topic.configuration.retentionBytes, log.byteCount > 0,
            log.byteCount + size > limit
        {
            let wanted = log.start(freeing: log.byteCount + size - limit)
            let kept = needed(in: partition, log)
            delete(before: min(wanted, kept.offset), in: partition, log)
            guard kept.offset >= wanted else {
                tell(.held(partition), kept.warning)
                return .notEnoughReplicas
            }
            toldLimits.remove(.held(partition))
        }
        guard storedBytes + size <= configuration.memoryLimit else {
            tell(.memory, .memoryLimitReached(bytes: storedBytes))
            return .notEnoughReplicas
        }
        toldLimits.remove(.memory)
        return .none
    }

    private func tell(_ limit: Limit, _ warning: BrokerWarning) {
        if toldLimits.insert(limit).inserted { outbox.warn(warning) }
    }

    /// The first offset that somebody still needs: a group that committed an offset, or an open
    /// transaction.
    private func needed(
        in partition: BrokerPartition, _ log: PartitionLog
    ) -> (offset: Int64, warning: BrokerWarning) {
        let stable = log.lastStableOffset
        if let slowest = groups.slowest(in: partition), slowest.offset < stable {
            return (
                slowest.offset,
                .retentionHeld(
                    partition, group: slowest.group, committedOffset: slowest.offset,
                    bytes: log.byteCount)
            )
        }
        return (stable, .retentionHeldByTransaction(partition, bytes: log.byteCount))
    }

    private func delete(before offset: Int64, in partition: BrokerPartition, _ log: PartitionLog) {
        guard offset > log.logStartOffset else { return }
        deleteRecords(before: offset, in: log)
        tell(.deleted(partition), .recordsDeleted(partition, start: log.logStartOffset))
    }

    func deleteRecords(before offset: Int64, in log: PartitionLog) {
        let before = log.byteCount
        log.deleteRecords(before: offset)
        storedBytes -= before - log.byteCount
    }

    func scheduleRetention(_ topic: Topic, now: Milliseconds) {
        guard !retentionIsScheduled, topic.configuration.retentionTime != nil else { return }
        retentionIsScheduled = true
        outbox.timers.schedule(.retention, at: now + Self.retentionInterval)
    }

    /// Lets go of batches that are older than their topic keeps them.
    func retainByAge(now: Milliseconds) {
        retentionIsScheduled = false
        for (name, topic) in topics {
            guard let time = topic.configuration.retentionTime else { continue }
            for (index, log) in topic.partitions.enumerated() where log.byteCount > 0 {
                let partition = BrokerPartition(name, index)
                let wanted = log.start(appendedSince: now - time.milliseconds)
                delete(
                    before: min(wanted, needed(in: partition, log).offset), in: partition, log)
                if log.byteCount > 0 { scheduleRetention(topic, now: now) }
            }
        }
    }
}
