extension GroupCoordinator {
    /// Calls the members together: whoever is in the group has to join again.
    func prepareRebalance(_ group: Group, now: Milliseconds) {
        let wasEmpty = group.state == .empty
        for id in group.members.keys {
            if let ticket = group.members[id]?.sync {
                outbox.reply(SyncGroupResponse(error: .rebalanceInProgress), to: ticket)
                group.members[id]?.sync = nil
                keepAlive(id, in: group, now: now)
            }
        }
        group.state = .preparingRebalance
        if wasEmpty, initialRebalanceDelay > 0 {
            group.gatheringEnds = now + max(group.rebalanceTimeout, initialRebalanceDelay)
            scheduleRebalanceEnd(group, at: now + initialRebalanceDelay)
        } else {
            scheduleRebalanceEnd(group, at: now + group.rebalanceTimeout)
            completeJoinIfReady(group, now: now)
        }
    }

    private func scheduleRebalanceEnd(_ group: Group, at time: Milliseconds) {
        group.rebalanceSerial += 1
        outbox.timers.schedule(
            .rebalance(group: group.name, serial: group.rebalanceSerial), at: time)
    }

    /// While the first members gather, each new one gives the others a little more time.
    func extendGathering(_ group: Group, now: Milliseconds) {
        guard let latest = group.gatheringEnds else { return }
        scheduleRebalanceEnd(group, at: min(now + initialRebalanceDelay, latest))
    }

    func completeJoinIfReady(_ group: Group, now: Milliseconds) {
        guard group.state == .preparingRebalance, group.gatheringEnds == nil, group.isComplete
        else { return }
        completeJoin(group, now: now)
    }

    /// The time to join is up: dynamic members that did not are out.
    func rebalanceExpired(_ name: String, serial: Int, now: Milliseconds) {
        guard let group = groups[name], group.rebalanceSerial == serial,
            group.state == .preparingRebalance
        else { return }
        group.gatheringEnds = nil
        for member in group.membersInOrder where member.join == nil && member.instance == nil {
            group.members[member.id] = nil
        }
        completeJoin(group, now: now)
    }

    /// Begins the next generation with those who are there.
    private func completeJoin(_ group: Group, now: Milliseconds) {
        let present = group.membersInOrder.filter { $0.join != nil }
        guard !group.members.isEmpty else {
            group.state = .empty
            group.generation += 1
            group.rebalanceSerial += 1
            group.leader = nil
            group.protocolName = ""
            return
        }
        guard let first = present.first else {
            // Only static members, and none has come: their sessions decide.
            return scheduleRebalanceEnd(group, at: now + max(group.rebalanceTimeout, 1))
        }
        if !present.contains(where: { $0.id == group.leader }) { group.leader = first.id }
        group.rebalanceSerial += 1
        group.generation += 1
        group.protocolName = group.selectProtocol()
        group.state = .completingRebalance
        for member in group.membersInOrder {
            group.members[member.id]?.hasSynchronized = false
            group.members[member.id]?.assignment = []
            guard let ticket = member.join else { continue }
            outbox.reply(joinResponse(for: member.id, in: group), to: ticket)
            group.members[member.id]?.join = nil
            keepAlive(member.id, in: group, now: now)
        }
        outbox.timers.schedule(
            .synchronization(group: group.name, generation: group.generation),
            at: now + group.rebalanceTimeout)
    }

    /// Members that joined and never asked for their assignment are out.
    func synchronizationExpired(_ name: String, generation: Int32, now: Milliseconds) {
        guard let group = groups[name], group.generation == generation,
            group.state == .completingRebalance || group.state == .stable
        else { return }
        let missing = group.membersInOrder.filter { !$0.hasSynchronized }
        guard !missing.isEmpty else { return }
        for member in missing {
            remove(member.id, from: group, now: now, telling: .unknownMemberID)
        }
    }
}
