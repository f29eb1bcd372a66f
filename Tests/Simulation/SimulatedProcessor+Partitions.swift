import Kafka
import Streaming

/// Partitions come and go.
extension SimulatedProcessor {
    /// The partitions go; the state of those whose progress is committed stays for now.
    func giveBack() {
        machine.abandon()
        action = nil
        if broken != .keepsPending {
            pending = []
            advances = []
        }
        for (partition, committed) in assigned {
            if !run.engine.isReplaying(partition), progress(of: partition) == committed {
                kept.insert(partition)
            } else {
                run.engine.removePartition(partition)
            }
        }
        assigned = [:]
    }

    /// Takes on what the group has assigned, from what is committed for it.
    func restore() {
        guard cluster.group.members[member] != nil, cluster.group.generation == generation else {
            return stage = .outside
        }
        let mine = cluster.group.assignment[member] ?? []
        let names = mine.map { TopicPartition("raw", Int32($0)) }
        // Held back while a transaction of an earlier owner is open.
        guard
            let offsets = cluster.readCommitted(
                names, evenIfUnstable: broken == .readsUnstableOffsets)
        else { return }
        for (partition, committed) in zip(mine, offsets) { take(partition, committed) }
        for partition in kept { run.engine.removePartition(partition) }
        kept = []
        lastCommit = cluster.now
        stage = .running
    }

    private func take(_ partition: Int, _ committed: PartitionOffset) {
        assigned[partition] = committed
        lastRecord[partition] = cluster.now
        var start = PartitionProgress.start(at: 0)
        if let offset = committed.offset {
            guard
                let progress = try? PartitionProgress(
                    nextOffset: offset, metadata: committed.metadata, queryHash: Self.queryHash)
            else { return violations.append("foreign metadata \(committed)") }
            start = progress
        }
        liveFrom[partition] = start.nextOffset
        if broken == .replaysAloud { start.nextOffset = start.replayOffset }
        if kept.remove(partition) != nil {
            if broken == .trustsKeptState { return }
            if progress(of: partition) == committed {
                counts[.keptStates] += 1
                return checkKept(partition, start)
            }
            run.engine.removePartition(partition)
        }
        if start.replayOffset < start.nextOffset { counts[.replays] += 1 }
        run.engine.addPartition(partition, start)
        position[partition] = start.replayOffset
    }

    /// State that was kept is what a replay would rebuild.
    private func checkKept(_ partition: Int, _ start: PartitionProgress) {
        let rebuilt = EngineRun(settings.pipeline)
        rebuilt.engine.addPartition(partition, start)
        let output = rebuilt.process(
            cluster.logs[partition], start.replayOffset..<start.nextOffset, partition: partition)
        if !output.all.isEmpty { violations.append("replay emits \(output.all)") }
        if rebuilt.engine.stateImage(of: partition) != run.engine.stateImage(of: partition) {
            violations.append("kept state of \(partition) is not what a replay rebuilds")
        }
    }

    /// What would be committed for a partition now.
    func progress(of partition: Int) -> PartitionOffset {
        let progress = run.engine.progress(of: partition)
        return PartitionOffset(
            TopicPartition("raw", Int32(partition)), offset: progress.nextOffset,
            metadata: progress.metadata(queryHash: Self.queryHash))
    }
}
