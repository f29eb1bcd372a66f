extension ProduceRequest {
    func perform(in broker: BrokerCore, _ context: RequestContext) -> Outcome {
        guard [-1, 0, 1].contains(requiredAcks) else {
            return .reply(refused(.invalidRequiredAcks))
        }
        let results = topics.map { topic in
            topic.map { partition in
                ProduceResponse.Partition(
                    index: partition.index,
                    result: broker.append(
                        partition.records, to: topic.topic, partition.index, now: context.now))
            }
        }
        return requiredAcks == 0 ? .nothing : .reply(ProduceResponse(topics: results))
    }
}

extension BrokerCore {
    /// Appends a batch as a producer sent it.
    func append(
        _ batch: [UInt8], to name: String, _ index: Int32, now: Milliseconds
    ) -> AppendResult {
        guard let topic = topics[name], let log = log(name, index) else {
            return AppendResult(error: .unknownTopicOrPartition)
        }
        guard batch.count <= topic.configuration.maximumBatchBytes else {
            return AppendResult(error: .messageTooLarge)
        }
        let header: RecordBatchHeader
        do throws(ErrorCode) {
            header = try RecordBatchHeader(checking: batch)
        } catch {
            return AppendResult(error: error)
        }
        let partition = BrokerPartition(name, index)
        var code = transactions.check(header, for: partition)
        if code == .none { code = makeRoom(for: batch.count, in: partition, topic) }
        guard code == .none else {
            return AppendResult(error: code, logStartOffset: log.logStartOffset)
        }
        let before = log.byteCount
        let result = log.append(
            header, batch,
            stamp: topic.configuration.timestampType == .logAppendTime ? now : nil, now: now)
        storedBytes += log.byteCount - before
        changed.insert(partition)
        scheduleRetention(topic, now: now)
        return result
    }
}
