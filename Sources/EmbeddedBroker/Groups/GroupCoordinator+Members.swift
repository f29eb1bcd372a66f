extension GroupCoordinator {
    /// Takes the leader's assignment and hands it out; a member that asks earlier waits for it.
    func synchronize(_ request: SyncGroupRequest, _ context: RequestContext) -> Outcome {
        let id = request.membership.member
        guard let group = groups[request.group] else {
            return .reply(request.refused(.unknownMemberID))
        }
        let code = group.checkGeneration(request.membership)
        guard code == .none else { return .reply(request.refused(code)) }
        switch group.state {
        case .empty: return .reply(request.refused(.unknownMemberID))
        case .preparingRebalance: return .reply(request.refused(.rebalanceInProgress))
        case .stable:
            group.members[id]?.hasSynchronized = true
            keepAlive(id, in: group, now: context.now)
            return .reply(
                SyncGroupResponse(error: .none, assignment: group.members[id]?.assignment ?? []))
        case .completingRebalance:
            group.members[id]?.hasSynchronized = true
            group.members[id]?.sync = context.ticket
            if group.leader == id { assign(request.assignments, in: group, now: context.now) }
            return .later
        }
    }

    private func assign(
        _ assignments: [SyncGroupRequest.Assignment], in group: Group, now: Milliseconds
    ) {
        for assignment in assignments {
            group.members[assignment.member]?.assignment = assignment.bytes
        }
        group.state = .stable
        for member in group.membersInOrder {
            guard let ticket = member.sync else { continue }
            group.members[member.id]?.sync = nil
            outbox.reply(SyncGroupResponse(error: .none, assignment: member.assignment), to: ticket)
            keepAlive(member.id, in: group, now: now)
        }
    }

    func heartbeat(_ request: HeartbeatRequest, now: Milliseconds) -> ErrorCode {
        guard let group = groups[request.group] else { return .unknownMemberID }
        let code = group.checkGeneration(request.membership)
        guard code == .none else { return code }
        keepAlive(request.membership.member, in: group, now: now)
        return group.state == .preparingRebalance ? .rebalanceInProgress : .none
    }

    func leave(_ request: LeaveGroupRequest, now: Milliseconds) -> LeaveGroupResponse {
        let members = request.members.map { member in
            let code = groups[request.group].map { leave(member, $0, now: now) }
            return LeaveGroupResponse.Member(
                member: member.member, instance: member.instance, error: code ?? .unknownMemberID)
        }
        return LeaveGroupResponse(members: members)
    }

    private func leave(
        _ member: LeaveGroupRequest.Member, _ group: Group, now: Milliseconds
    ) -> ErrorCode {
        if group.pendingMembers.contains(member.member) {
            pendingMemberExpired(group.name, member.member, now: now)
            return .none
        }
        var id = member.member
        if let instance = member.instance {
            guard let known = group.staticMembers[instance] else { return .unknownMemberID }
            // Administrators name the instance only.
            guard id.isEmpty || id == known else { return .fencedInstanceID }
            id = known
        }
        guard group.members[id] != nil else { return .unknownMemberID }
        remove(id, from: group, now: now, telling: .unknownMemberID)
        return .none
    }

    func describe(_ name: String) -> DescribeGroupsResponse.Group {
        guard let group = groups[name] else {
            return DescribeGroupsResponse.Group(name: name, state: "Dead")
        }
        let isSettled = group.state == .stable
        return DescribeGroupsResponse.Group(
            name: name, state: group.state.rawValue, protocolType: group.protocolType,
            protocolName: isSettled ? group.protocolName : "",
            members: group.membersInOrder.map { member in
                DescribeGroupsResponse.Member(
                    member: member.id, instance: member.instance, clientID: member.clientID,
                    clientHost: member.clientHost,
                    metadata: isSettled ? member.metadata(for: group.protocolName) : [],
                    assignment: member.assignment)
            })
    }

    func delete(_ name: String) -> ErrorCode {
        guard let group = groups[name] else { return .groupIDNotFound }
        guard group.members.isEmpty, group.pendingMembers.isEmpty else { return .nonEmptyGroup }
        groups[name] = nil
        return .none
    }
}
