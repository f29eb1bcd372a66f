import Testing

@testable import EmbeddedBroker

/// A consumer that follows the group protocol, one small step at a time.
struct SimulatedMember {
    enum Stage {
        case outside
        case joining(Ticket)
        case synchronizing(Ticket)
        case stable
        /// Killed: it never does anything again.
        case dead
    }

    static let group = "g"
    static let partitions = 12
    static let sessionTimeout: Int32 = 3000
    static let rebalanceTimeout: Int32 = 5000

    let instance: String?
    private(set) var stage = Stage.outside
    private(set) var membership: Membership
    private(set) var assignment: [UInt8] = []
    private var lastHeartbeat: Milliseconds = 0
    /// Until then it does nothing, like a stopped process.
    var frozenUntil: Milliseconds = 0

    init(instance: String?) {
        self.instance = instance
        membership = Membership(generation: -1, member: "", instance: instance)
    }

    var isAlive: Bool { if case .dead = stage { false } else { true } }
    var isStable: Bool { if case .stable = stage { true } else { false } }

    mutating func kill() { stage = .dead }

    mutating func leave(_ driver: CoreDriver) throws {
        if !membership.member.isEmpty {
            _ = try driver.code(.leave(Self.group, membership.member))
        }
        stage = .dead
    }

    mutating func step(_ driver: CoreDriver) throws {
        guard isAlive, driver.now >= frozenUntil else { return }
        switch stage {
        case .outside: try join(driver)
        case .joining(let ticket):
            guard let response: JoinGroupResponse = try driver.response(ticket) else { return }
            try joined(response, driver)
        case .synchronizing(let ticket):
            guard let response: SyncGroupResponse = try driver.response(ticket) else { return }
            guard response.error == .none else { return try rejoin(after: response.error, driver) }
            assignment = response.assignment
            stage = .stable
        case .stable:
            guard driver.now - lastHeartbeat >= 500 else { return }
            lastHeartbeat = driver.now
            let code = try driver.code(.heartbeat(Self.group, membership))
            if code != .none { try rejoin(after: code, driver) }
        case .dead: break
        }
    }

    private mutating func join(_ driver: CoreDriver) throws {
        stage = .joining(
            try driver.send(
                .join(
                    Self.group, member: membership.member, instance: instance,
                    sessionTimeout: Self.sessionTimeout,
                    rebalanceTimeout: Self.rebalanceTimeout)))
    }

    private mutating func joined(_ response: JoinGroupResponse, _ driver: CoreDriver) throws {
        if response.error == .memberIDRequired {
            membership.member = response.member
            return try join(driver)
        }
        guard response.error == .none else { return try rejoin(after: response.error, driver) }
        membership.member = response.member
        membership.generation = response.generation
        lastHeartbeat = driver.now
        var assignments: [(String, [UInt8])] = []
        if response.leader == response.member {
            for (index, member) in response.members.enumerated() {
                let share = stride(
                    from: index, to: Self.partitions, by: response.members.count)
                assignments.append((member.member, share.map { UInt8($0) }))
            }
        }
        stage = .synchronizing(try driver.send(.sync(Self.group, membership, assignments)))
    }

    private mutating func rejoin(after code: ErrorCode, _ driver: CoreDriver) throws {
        assignment = []
        switch code {
        case .rebalanceInProgress: break
        case .illegalGeneration: membership.generation = -1
        case .unknownMemberID:
            membership.generation = -1
            membership.member = ""
        case .fencedInstanceID: return kill()
        default: Issue.record("a group member got \(code)")
        }
        try join(driver)
    }
}
