extension BrokerCore {
    /// Ends a transaction everywhere: markers in its partitions, offsets in its groups.
    func carryOut(_ settlement: TransactionCoordinator.Settlement, now: Milliseconds) {
        for partition in settlement.partitions {
            guard let log = log(partition.topic, Int32(clamping: partition.partition)) else {
                continue  // The topic was deleted meanwhile.
            }
            let before = log.byteCount
            log.appendMarker(settlement.producer, commits: settlement.commits, now: now)
            storedBytes += log.byteCount - before
            changed.insert(partition)
        }
        for group in settlement.groups {
            groups.settle(settlement.producer.id, in: group, commits: settlement.commits)
        }
    }

    /// Takes partitions or a group into a transaction, and watches over its time.
    func add(
        partitions: [BrokerPartition] = [], group: String? = nil, to id: String,
        _ producer: ProducerIdentity, now: Milliseconds
    ) -> ErrorCode {
        do throws(ErrorCode) {
            let deadline = try transactions.add(
                partitions: partitions, group: group, to: id, producer, now: now)
            if let deadline { outbox.timers.schedule(.transaction(id), at: deadline) }
            return .none
        } catch {
            return error
        }
    }
}

extension InitProducerIDRequest {
    func perform(in broker: BrokerCore, _ context: RequestContext) -> Outcome {
        var (response, settlement) = broker.transactions.initialize(self)
        if let settlement { broker.carryOut(settlement, now: context.now) }
        if context.version < 4, response.error == .producerFenced {
            response.error = .invalidProducerEpoch
        }
        return .reply(response)
    }
}

extension AddPartitionsToTransactionRequest {
    func perform(in broker: BrokerCore, _ context: RequestContext) -> Outcome {
        func isKnown(_ topic: String, _ index: Int32) -> Bool { broker.log(topic, index) != nil }
        let partitions = topics.flatMap { topic in
            topic.items.map { (topic.topic, $0) }
        }
        // All or none: one that is unknown keeps the others out as well.
        if !partitions.allSatisfy(isKnown) {
            return .reply(
                PartitionErrorsResponse(
                    topics: topics.map { topic in
                        topic.map { index in
                            .init(
                                index: index,
                                error: isKnown(topic.topic, index)
                                    ? .operationNotAttempted : .unknownTopicOrPartition)
                        }
                    }))
        }
        let code = broker.add(
            partitions: partitions.map { BrokerPartition($0, $1) }, to: transactionalID, producer,
            now: context.now)
        return .reply(refused(code))
    }
}

extension AddOffsetsToTransactionRequest {
    func perform(in broker: BrokerCore, _ context: RequestContext) -> Outcome {
        guard !group.isEmpty else { return .reply(refused(.invalidGroupID)) }
        return .reply(
            refused(broker.add(group: group, to: transactionalID, producer, now: context.now)))
    }
}

extension EndTransactionRequest {
    func perform(in broker: BrokerCore, _ context: RequestContext) -> Outcome {
        do throws(ErrorCode) {
            let settlement = try broker.transactions.end(
                transactionalID, producer, commits: commits)
            if let settlement { broker.carryOut(settlement, now: context.now) }
            return .reply(refused(.none))
        } catch {
            return .reply(refused(error))
        }
    }
}

extension TransactionOffsetCommitRequest {
    func perform(in broker: BrokerCore, _ context: RequestContext) -> Outcome {
        var code = broker.groups.checkCommit(group, membership, isTransactional: true)
        if code == .none {
            code = broker.transactions.checkOffsets(transactionalID, producer, group: group)
        }
        guard code == .none else { return .reply(refused(code)) }
        return .reply(
            PartitionErrorsResponse(
                topics: broker.commit(topics, to: group, membership, context, producer.id)))
    }
}
