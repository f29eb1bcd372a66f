extension GroupCoordinator {
    /// Takes a member into the group, or hears that one is there for a rebalance. The answer comes
    /// when all have joined, or their time is up.
    func join(_ request: JoinGroupRequest, _ context: RequestContext) -> Outcome {
        func refusal(_ code: ErrorCode) -> Outcome { .reply(request.refused(code)) }
        guard !request.group.isEmpty else { return refusal(.invalidGroupID) }
        guard sessionTimeouts.contains(request.sessionTimeout) else {
            return refusal(.invalidSessionTimeout)
        }
        if groups[request.group] == nil, !request.member.isEmpty {
            return refusal(.unknownMemberID)
        }
        let group = group(request.group)
        guard group.supports(request.protocolType, request.protocols) else {
            return refusal(.inconsistentGroupProtocol)
        }
        if request.member.isEmpty { return joinFirst(group, request, context) }
        if group.pendingMembers.remove(request.member) != nil {
            return add(request.member, to: group, request, context)
        }
        let membership = Membership(
            generation: -1, member: request.member, instance: request.instance)
        let code = group.check(membership)
        guard code == .none else { return refusal(code) }
        return rejoin(group, request, context)
    }

    /// A member without an id: it gets one, and since version 4 has to come again with it, so that
    /// one that never hears the answer leaves no trace. A static member stays in any case.
    private func joinFirst(
        _ group: Group, _ request: JoinGroupRequest, _ context: RequestContext
    ) -> Outcome {
        let prefix = request.instance ?? context.clientID
        let id = "\(prefix)-\(newMember().suffix)"
        if let instance = request.instance {
            guard let old = group.staticMembers[instance] else {
                return add(id, to: group, request, context)
            }
            return replace(old, by: id, in: group, request, context)
        }
        guard context.version >= 4 else { return add(id, to: group, request, context) }
        group.pendingMembers.insert(id)
        outbox.timers.schedule(
            .pendingMember(group: group.name, member: id), at: context.now + request.sessionTimeout)
        return .reply(JoinGroupResponse(error: .memberIDRequired, member: id))
    }

    private func member(
        _ id: String, _ request: JoinGroupRequest, _ context: RequestContext
    ) -> GroupMember {
        GroupMember(
            id: id, instance: request.instance, clientID: context.clientID,
            clientHost: context.clientHost, sessionTimeout: request.sessionTimeout,
            rebalanceTimeout: max(request.rebalanceTimeout, 0), protocols: request.protocols,
            number: newMember().number, join: context.ticket)
    }

    private func add(
        _ id: String, to group: Group, _ request: JoinGroupRequest, _ context: RequestContext
    ) -> Outcome {
        if group.members.isEmpty { group.protocolType = request.protocolType }
        group.members[id] = member(id, request, context)
        if let instance = request.instance { group.staticMembers[instance] = id }
        if group.leader == nil { group.leader = id }
        if group.state == .preparingRebalance {
            extendGathering(group, now: context.now)
            completeJoinIfReady(group, now: context.now)
        } else {
            prepareRebalance(group, now: context.now)
        }
        return .later
    }

    private func rejoin(
        _ group: Group, _ request: JoinGroupRequest, _ context: RequestContext
    ) -> Outcome {
        guard var member = group.members[request.member] else {
            return .reply(request.refused(.unknownMemberID))
        }
        let isUnchanged = member.protocols == request.protocols
        let isLeader = group.leader == member.id
        // A follower whose wishes are the same, or whoever lost the last answer, gets that again.
        if isUnchanged, group.state == .completingRebalance || (group.state == .stable && !isLeader)
        {
            keepAlive(member.id, in: group, now: context.now)
            return .reply(joinResponse(for: member.id, in: group))
        }
        member.protocols = request.protocols
        member.sessionTimeout = request.sessionTimeout
        member.rebalanceTimeout = max(request.rebalanceTimeout, 0)
        member.join = context.ticket
        group.members[member.id] = member
        if group.state == .preparingRebalance {
            completeJoinIfReady(group, now: context.now)
        } else {
            prepareRebalance(group, now: context.now)
        }
        return .later
    }

    /// A static member came back under its instance id: the new process takes the old one's place
    /// and assignment; the old one, if it still runs, is fenced.
    private func replace(
        _ old: String, by id: String, in group: Group, _ request: JoinGroupRequest,
        _ context: RequestContext
    ) -> Outcome {
        guard let predecessor = group.members.removeValue(forKey: old) else {
            return .reply(request.refused(.unknownMemberID))
        }
        dismiss(predecessor, .fencedInstanceID)
        let formerLeader = group.leader ?? ""
        if group.leader == old { group.leader = id }
        if let instance = request.instance { group.staticMembers[instance] = id }
        var member = member(id, request, context)
        member.assignment = predecessor.assignment
        member.hasSynchronized = predecessor.hasSynchronized
        group.members[id] = member
        switch group.state {
        case .stable where group.selectProtocol() == group.protocolName:
            group.members[id]?.join = nil
            keepAlive(id, in: group, now: context.now)
            var response = joinResponse(for: id, in: group)
            // Told the former leader's id, a new leader does not assign anew.
            response.leader = formerLeader
            response.members = []
            return .reply(response)
        case .preparingRebalance: completeJoinIfReady(group, now: context.now)
        case .stable, .completingRebalance, .empty: prepareRebalance(group, now: context.now)
        }
        return .later
    }

    func joinResponse(for id: String, in group: Group) -> JoinGroupResponse {
        let members =
            id != group.leader
            ? []
            : group.membersInOrder.map {
                JoinGroupResponse.Member(
                    member: $0.id, instance: $0.instance,
                    metadata: $0.metadata(for: group.protocolName))
            }
        return JoinGroupResponse(
            error: .none, generation: group.generation, protocolName: group.protocolName,
            leader: group.leader ?? "", member: id, members: members)
    }
}
