/// Consumer groups of the classic protocol, as state machines: requests and times go in, answers
/// go to the outbox.
final class GroupCoordinator {
    /// How long an empty group waits for more members once one has come.
    let initialRebalanceDelay: Milliseconds
    let sessionTimeouts: ClosedRange<Milliseconds>
    let outbox: Outbox
    var groups: [String: Group] = [:]
    private var memberCount = 0
    /// Makes member ids of different brokers different.
    private let nonce: UInt64

    /// The longest metadata stored with an offset, in bytes, as Kafka has it by default.
    static let maximumMetadataBytes = 4096

    init(
        initialRebalanceDelay: Milliseconds, sessionTimeouts: ClosedRange<Milliseconds>,
        nonce: UInt64, outbox: Outbox
    ) {
        self.initialRebalanceDelay = initialRebalanceDelay
        self.sessionTimeouts = sessionTimeouts
        self.nonce = nonce
        self.outbox = outbox
    }

    func group(_ name: String) -> Group {
        if let group = groups[name] { return group }
        let group = Group(name: name)
        groups[name] = group
        return group
    }

    func newMember() -> (number: Int, suffix: String) {
        memberCount += 1
        return (memberCount, "\(String(nonce, radix: 16))-\(memberCount)")
    }

    /// Counts the member as alive from now on for its session timeout.
    func keepAlive(_ id: String, in group: Group, now: Milliseconds) {
        guard var member = group.members[id] else { return }
        let isArmed = member.sessionDeadline != .max
        member.sessionDeadline = now + member.sessionTimeout
        group.members[id] = member
        // A timer that comes too early sets itself again.
        if !isArmed {
            outbox.timers.schedule(
                .session(group: group.name, member: id), at: member.sessionDeadline)
        }
    }

    /// A session timer went off: the member is dead unless it was heard of since.
    func sessionExpired(_ name: String, _ id: String, now: Milliseconds) {
        guard let group = groups[name], let member = group.members[id] else { return }
        if member.join != nil || member.sync != nil {
            // It waits for us. Its time begins with the answer, which arms the timer again.
            group.members[id]?.sessionDeadline = .max
        } else if now < member.sessionDeadline {
            outbox.timers.schedule(.session(group: name, member: id), at: member.sessionDeadline)
        } else {
            remove(id, from: group, now: now, telling: .unknownMemberID)
        }
    }

    /// A member never came back with the id that it was given.
    func pendingMemberExpired(_ name: String, _ id: String, now: Milliseconds) {
        guard let group = groups[name], group.pendingMembers.remove(id) != nil else { return }
        if group.state == .preparingRebalance { completeJoinIfReady(group, now: now) }
    }

    /// Takes a member out, and rebalances what is left.
    func remove(_ id: String, from group: Group, now: Milliseconds, telling code: ErrorCode) {
        guard let member = group.members.removeValue(forKey: id) else { return }
        if let instance = member.instance, group.staticMembers[instance] == id {
            group.staticMembers[instance] = nil
        }
        dismiss(member, code)
        switch group.state {
        case .stable, .completingRebalance: prepareRebalance(group, now: now)
        case .preparingRebalance: completeJoinIfReady(group, now: now)
        case .empty: break
        }
    }

    /// Answers what a member that is gone still waits for.
    func dismiss(_ member: GroupMember, _ code: ErrorCode) {
        if let ticket = member.join {
            outbox.reply(JoinGroupResponse(error: code, member: member.id), to: ticket)
        }
        if let ticket = member.sync { outbox.reply(SyncGroupResponse(error: code), to: ticket) }
    }
}
