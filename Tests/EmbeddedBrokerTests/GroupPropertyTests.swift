import TestSupport
import Testing

@testable import EmbeddedBroker

/// Random members that come, leave, die and freeze, against what a group promises.
@Suite struct GroupPropertyTests {
    @Test(arguments: 0..<12) func partitionsHaveOneOwnerPerGeneration(_ round: Int) throws {
        var random = Seed.generator(UInt64(2000 + round))
        var configuration = BrokerConfiguration()
        if round % 3 == 0 { configuration.initialRebalanceDelay = .milliseconds(300) }
        let driver = CoreDriver(configuration)
        _ = driver.core.createTopic("t", TopicConfiguration())
        var members: [SimulatedMember] = []
        var owners: [Int32: [UInt8: String]] = [:]
        for _ in 0..<400 {
            try disturb(&members, driver, &random)
            driver.advance(Milliseconds.random(in: 0...300, using: &random))
            for index in members.indices { try members[index].step(driver) }
            checkOwners(members, &owners)
            try checkCommit(members, driver, &random)
        }
        try settle(&members, driver)
    }

    private func disturb(
        _ members: inout [SimulatedMember], _ driver: CoreDriver, _ random: inout SeededRandom
    ) throws {
        let alive = members.indices.filter { members[$0].isAlive }
        let index = alive.randomElement(using: &random)
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<4 where alive.count < 6: members.append(SimulatedMember(instance: nil))
        case 4..<6 where alive.count < 6:
            // May take the place of one that runs.
            let name = "static-\(Int.random(in: 0..<3, using: &random))"
            members.append(SimulatedMember(instance: name))
        case 6..<8: if let index { members[index].kill() }
        case 8..<10: if let index { try members[index].leave(driver) }
        case 10..<12:
            if let index {
                members[index].frozenUntil =
                    driver.now + Milliseconds.random(in: 100...8000, using: &random)
            }
        default: break
        }
    }

    private func checkOwners(
        _ members: [SimulatedMember], _ owners: inout [Int32: [UInt8: String]]
    ) {
        for member in members where member.isStable && member.instance == nil {
            let generation = member.membership.generation
            for partition in member.assignment {
                let owner = owners[generation, default: [:]][partition]
                #expect(owner == nil || owner == member.membership.member)
                owners[generation, default: [:]][partition] = member.membership.member
            }
        }
    }

    /// A member of an old generation, or one that is out, cannot commit; the current ones can.
    private func checkCommit(
        _ members: [SimulatedMember], _ driver: CoreDriver, _ random: inout SeededRandom
    ) throws {
        let candidates = members.filter { $0.membership.generation >= 0 }
        guard let member = candidates.randomElement(using: &random),
            let group = driver.core.groups.groups[SimulatedMember.group]
        else { return }
        let isCurrent =
            group.members[member.membership.member] != nil
            && group.generation == member.membership.generation
        let code = try driver.code(
            .commit(1, of: "t", group: SimulatedMember.group, member.membership))
        switch (isCurrent, group.state) {
        case (false, _): #expect(code != .none)
        case (true, .completingRebalance): #expect(code == .rebalanceInProgress)
        case (true, _): #expect(code == .none)
        }
    }

    /// Left alone, the living share all partitions, and nobody else is in the group.
    private func settle(_ members: inout [SimulatedMember], _ driver: CoreDriver) throws {
        if !members.contains(where: \.isAlive) { members.append(SimulatedMember(instance: nil)) }
        for index in members.indices { members[index].frozenUntil = 0 }
        for _ in 0..<300 {
            driver.advance(100)
            for index in members.indices { try members[index].step(driver) }
        }
        // Of several with one instance id, only the last is still alive.
        let alive = members.filter(\.isAlive)
        let group = try #require(driver.core.groups.groups[SimulatedMember.group])
        #expect(group.state == .stable)
        #expect(Set(group.members.keys) == Set(alive.map(\.membership.member)))
        #expect(alive.allSatisfy { $0.isStable && $0.membership.generation == group.generation })
        let shared = alive.flatMap(\.assignment)
        #expect(shared.sorted() == (0..<UInt8(SimulatedMember.partitions)).map { $0 })
    }
}
