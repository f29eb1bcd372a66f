/// An offset that a group stored for a partition.
struct CommittedOffset: Hashable, Sendable {
    var offset: Int64
    var leaderEpoch: Int32
    var metadata: String
}

/// A consumer of a group.
struct GroupMember {
    let id: String
    /// `group.instance.id`: a static member, whose successor takes its place without a rebalance.
    var instance: String?
    var clientID: String
    var clientHost: String
    var sessionTimeout: Milliseconds
    var rebalanceTimeout: Milliseconds
    var protocols: [GroupProtocol]
    var assignment: [UInt8] = []
    /// Members count up; the first in line leads when the leader is gone.
    let number: Int
    /// The join that waits for the others.
    var join: Ticket?
    /// The sync that waits for the leader's assignment.
    var sync: Ticket?
    /// Whether it asked for its assignment in this generation.
    var hasSynchronized = false
    /// When it counts as dead. It does not while the broker owes it an answer.
    var sessionDeadline: Milliseconds = .max

    func metadata(for name: String) -> [UInt8] {
        protocols.first { $0.name == name }?.metadata ?? []
    }
}

/// A consumer group of the classic protocol: its members, where it is in a rebalance, its offsets.
///
/// The names of the states are Kafka's: clients see them.
final class Group {
    enum State: String {
        case empty = "Empty"
        /// Waiting for the members to join.
        case preparingRebalance = "PreparingRebalance"
        /// Waiting for the leader to assign.
        case completingRebalance = "CompletingRebalance"
        case stable = "Stable"
    }

    let name: String
    var state = State.empty
    var generation: Int32 = 0
    var protocolType = ""
    var protocolName = ""
    var leader: String?
    var members: [String: GroupMember] = [:]
    /// The member that a `group.instance.id` stands for.
    var staticMembers: [String: String] = [:]
    /// Ids given out to members that have not joined with them yet.
    var pendingMembers: Set<String> = []
    /// Tells the timers of this rebalance from those of earlier ones.
    var rebalanceSerial = 0
    /// While the first members of an empty group gather: the latest time that ends it.
    var gatheringEnds: Milliseconds?
    var offsets: [BrokerPartition: CommittedOffset] = [:]
    /// Offsets of open transactions, by producer id.
    var pendingOffsets: [Int64: [BrokerPartition: CommittedOffset]] = [:]

    init(name: String) { self.name = name }

    /// The members in the order in which they came.
    var membersInOrder: [GroupMember] { members.values.sorted { $0.number < $1.number } }

    /// The longest time that a member wants for a rebalance.
    var rebalanceTimeout: Milliseconds {
        members.values.reduce(0) { max($0, $1.rebalanceTimeout) }
    }

    /// Whether everybody joined whom this rebalance waits for.
    var isComplete: Bool {
        pendingMembers.isEmpty && members.values.allSatisfy { $0.join != nil }
    }

    /// Whether a member with these protocols can be in this group.
    func supports(_ type: String, _ protocols: [GroupProtocol]) -> Bool {
        guard !type.isEmpty, !protocols.isEmpty else { return false }
        guard !members.isEmpty else { return true }
        return type == protocolType
            && protocols.contains { candidate in
                members.values.allSatisfy { $0.protocols.contains { $0.name == candidate.name } }
            }
    }

    /// The protocol that most members like best of those that all support.
    func selectProtocol() -> String {
        let members = membersInOrder
        guard let first = members.first else { return "" }
        let candidates = first.protocols.map(\.name).filter { name in
            members.allSatisfy { $0.protocols.contains { $0.name == name } }
        }
        var votes: [String: Int] = [:]
        for member in members {
            let favourite = member.protocols.first { candidates.contains($0.name) }
            if let favourite { votes[favourite.name, default: 0] += 1 }
        }
        let most = votes.values.max()
        return candidates.first { votes[$0] == most } ?? ""
    }

    /// What is wrong with a request that says it comes from this member.
    func check(_ membership: Membership) -> ErrorCode {
        if let instance = membership.instance {
            guard let id = staticMembers[instance] else { return .unknownMemberID }
            guard id == membership.member else { return .fencedInstanceID }
        }
        return members[membership.member] == nil ? .unknownMemberID : .none
    }

    /// As `check`, and the generation has to be the current one.
    func checkGeneration(_ membership: Membership) -> ErrorCode {
        let code = check(membership)
        guard code == .none else { return code }
        return membership.generation == generation ? .none : .illegalGeneration
    }
}
