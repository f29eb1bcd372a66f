extension BrokerCore {
    /// Stores offsets that the sender may store, partition by partition.
    func commit(
        _ topics: [TopicItems<OffsetToCommit>], to group: String, _ membership: Membership,
        _ context: RequestContext, _ producerID: Int64? = nil
    ) -> [TopicItems<PartitionErrorsResponse.Partition>] {
        if let group = groups.groups[group], group.members[membership.member] != nil {
            groups.keepAlive(membership.member, in: group, now: context.now)
        }
        return topics.map { topic in
            topic.map { offset in
                let code =
                    log(topic.topic, offset.index) == nil
                    ? .unknownTopicOrPartition
                    : groups.commit(
                        offset, of: BrokerPartition(topic.topic, offset.index), to: group,
                        producerID: producerID)
                return .init(index: offset.index, error: code)
            }
        }
    }
}

extension OffsetCommitRequest {
    func perform(in broker: BrokerCore, _ context: RequestContext) -> Outcome {
        let code = broker.groups.checkCommit(group, membership, isTransactional: false)
        guard code == .none else { return .reply(refused(code)) }
        return .reply(
            PartitionErrorsResponse(
                topics: broker.commit(topics, to: group, membership, context), throttleSince: 3))
    }
}

extension OffsetFetchRequest {
    func perform(in broker: BrokerCore, _ context: RequestContext) -> Outcome {
        .reply(broker.groups.fetch(self))
    }
}

extension JoinGroupRequest {
    func perform(in broker: BrokerCore, _ context: RequestContext) -> Outcome {
        broker.groups.join(self, context)
    }
}

extension SyncGroupRequest {
    func perform(in broker: BrokerCore, _ context: RequestContext) -> Outcome {
        broker.groups.synchronize(self, context)
    }
}

extension HeartbeatRequest {
    func perform(in broker: BrokerCore, _ context: RequestContext) -> Outcome {
        .reply(refused(broker.groups.heartbeat(self, now: context.now)))
    }
}

extension LeaveGroupRequest {
    func perform(in broker: BrokerCore, _ context: RequestContext) -> Outcome {
        .reply(broker.groups.leave(self, now: context.now))
    }
}

extension ListGroupsRequest {
    func perform(in broker: BrokerCore, _ context: RequestContext) -> Outcome {
        let groups = broker.groups.groups.values.sorted { $0.name < $1.name }
        return .reply(
            ListGroupsResponse(
                groups: groups.map { .init(name: $0.name, protocolType: $0.protocolType) }))
    }
}

extension DescribeGroupsRequest {
    func perform(in broker: BrokerCore, _ context: RequestContext) -> Outcome {
        .reply(DescribeGroupsResponse(groups: groups.map(broker.groups.describe)))
    }
}

extension DeleteGroupsRequest {
    func perform(in broker: BrokerCore, _ context: RequestContext) -> Outcome {
        .reply(
            DeleteGroupsResponse(
                results: groups.map { .init(group: $0, error: broker.groups.delete($0)) }))
    }
}
