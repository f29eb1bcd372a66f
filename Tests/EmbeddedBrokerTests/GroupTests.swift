import Testing

@testable import EmbeddedBroker

@Suite struct GroupTests {
    private func driver(_ configuration: BrokerConfiguration = .init()) -> CoreDriver {
        let driver = CoreDriver(configuration)
        _ = driver.core.createTopic("t", TopicConfiguration())
        return driver
    }

    /// Joins the only member of a group that there is, and brings it to its assignment.
    private func joinAlone(
        _ driver: CoreDriver, instance: String? = nil
    ) throws -> Membership {
        var response: JoinGroupResponse = try driver.answer(.join("g", instance: instance))
        if instance == nil {
            #expect(response.error == .memberIDRequired)
            response = try driver.answer(.join("g", member: response.member))
        }
        #expect(response.error == .none && response.leader == response.member)
        let member = Membership(
            generation: response.generation, member: response.member, instance: instance)
        let sync: SyncGroupResponse = try driver.answer(
            .sync("g", member, [(member.member, [7])]))
        #expect(sync.error == .none && sync.assignment == [7])
        return member
    }

    @Test func aSecondMemberMakesTheFirstJoinAgain() throws {
        let driver = driver()
        let first = try joinAlone(driver)
        let id: JoinGroupResponse = try driver.answer(.join("g"))
        let second = try driver.send(.join("g", member: id.member))
        #expect(try driver.response(second, as: JoinGroupResponse.self) == nil)
        #expect(try driver.code(.heartbeat("g", first)) == .rebalanceInProgress)
        #expect(try driver.code(.sync("g", first)) == .rebalanceInProgress)
        let again: JoinGroupResponse = try driver.answer(.join("g", member: first.member))
        let joined: JoinGroupResponse = try #require(try driver.response(second))
        #expect(again.generation == first.generation + 1 && joined.generation == again.generation)
        #expect(again.members.count == 2 && joined.members.isEmpty)
        #expect(joined.leader == first.member)
    }

    @Test func aRebalanceGoesOnWithoutThoseWhoDoNotCome() throws {
        let driver = driver()
        let first = try joinAlone(driver)
        let id: JoinGroupResponse = try driver.answer(.join("g"))
        let second = try driver.send(.join("g", member: id.member))
        // The first one's heartbeats keep its session, not its place in the rebalance.
        for _ in 0..<11 {
            driver.advance(5000)
            #expect(try driver.code(.heartbeat("g", first)) == .rebalanceInProgress)
        }
        driver.advance(5000)
        let joined: JoinGroupResponse = try #require(try driver.response(second))
        #expect(joined.error == .none && joined.leader == id.member && joined.members.count == 1)
        #expect(try driver.code(.heartbeat("g", first)) == .unknownMemberID)
    }

    @Test func aSilentMemberIsDeadAfterItsSession() throws {
        let driver = driver()
        let member = try joinAlone(driver)
        driver.advance(9999)
        #expect(try driver.code(.heartbeat("g", member)) == .none)
        driver.advance(9999)
        #expect(driver.core.groups.groups["g"]?.state == .stable)
        driver.advance(1)
        #expect(driver.core.groups.groups["g"]?.state == .empty)
        #expect(try driver.code(.heartbeat("g", member)) == .unknownMemberID)
    }

    @Test func aMemberThatNeverAsksForItsAssignmentIsOut() throws {
        let driver = driver()
        let id: JoinGroupResponse = try driver.answer(
            .join("g", sessionTimeout: 100_000, rebalanceTimeout: 2000))
        let joined: JoinGroupResponse = try driver.answer(
            .join("g", member: id.member, sessionTimeout: 100_000, rebalanceTimeout: 2000))
        #expect(joined.error == .none)
        driver.advance(2000)
        #expect(driver.core.groups.groups["g"]?.members.isEmpty == true)
    }

    @Test func anIdThatIsNotUsedIsForgotten() throws {
        let driver = driver()
        let id: JoinGroupResponse = try driver.answer(.join("g", sessionTimeout: 3000))
        driver.advance(3000)
        #expect(try driver.code(.join("g", member: id.member)) == .unknownMemberID)
        #expect(try driver.code(.join("g", member: "invented")) == .unknownMemberID)
        #expect(try driver.code(.join("other", member: "invented")) == .unknownMemberID)
    }

    @Test func theFirstMembersMayBeWaitedFor() throws {
        var configuration = BrokerConfiguration()
        configuration.initialRebalanceDelay = .seconds(3)
        let driver = driver(configuration)
        func join() throws -> Ticket {
            let id: JoinGroupResponse = try driver.answer(.join("g"))
            return try driver.send(.join("g", member: id.member))
        }
        let first = try join()
        driver.advance(2000)
        let second = try join()
        driver.advance(2999)
        #expect(try driver.response(first, as: JoinGroupResponse.self) == nil)
        driver.advance(1)
        let joined: JoinGroupResponse = try #require(try driver.response(first))
        let other: JoinGroupResponse = try #require(try driver.response(second))
        #expect(joined.generation == 1 && other.generation == 1 && joined.members.count == 2)
    }

    @Test func aStaticMemberComesBackToItsAssignment() throws {
        let driver = driver()
        let old = try joinAlone(driver, instance: "i")
        let response: JoinGroupResponse = try driver.answer(.join("g", instance: "i"))
        #expect(response.generation == old.generation && response.member != old.member)
        // It must not take itself for the leader, who would assign anew.
        #expect(response.leader == old.member)
        let new = Membership(
            generation: response.generation, member: response.member, instance: "i")
        let sync: SyncGroupResponse = try driver.answer(.sync("g", new))
        #expect(sync.assignment == [7])
        #expect(try driver.code(.heartbeat("g", old)) == .fencedInstanceID)
        #expect(try driver.code(.commit(1, of: "t", group: "g", old)) == .fencedInstanceID)
        #expect(try driver.code(.join("g", member: old.member, instance: "i")) == .fencedInstanceID)
        #expect(try driver.code(.heartbeat("g", new)) == .none)
    }

    @Test func membersNeedAProtocolInCommon() throws {
        let driver = driver()
        _ = try joinAlone(driver)
        let other = [GroupProtocol(name: "sticky", metadata: [])]
        #expect(try driver.code(.join("g", protocols: other)) == .inconsistentGroupProtocol)
        #expect(try driver.code(.join("g", type: "connect")) == .inconsistentGroupProtocol)
        #expect(try driver.code(.join("h", protocols: [])) == .inconsistentGroupProtocol)
        #expect(try driver.code(.join("", protocols: other)) == .invalidGroupID)
        #expect(try driver.code(.join("g", sessionTimeout: 1)) == .invalidSessionTimeout)
    }

    @Test func theProtocolThatMostPreferWins() {
        let group = Group(name: "g")
        for (number, names) in [["a", "b", "c"], ["b", "a"], ["c", "b", "a"]].enumerated() {
            group.members["\(number)"] = GroupMember(
                id: "\(number)", clientID: "", clientHost: "", sessionTimeout: 0,
                rebalanceTimeout: 0,
                protocols: names.map { GroupProtocol(name: $0, metadata: []) }, number: number)
        }
        #expect(group.selectProtocol() == "b")
    }

    @Test func onlyMembersOfTheGenerationCommit() throws {
        let driver = driver()
        // A group without members takes offsets from anyone who claims no generation.
        #expect(try driver.code(.commit(1, of: "t", group: "g")) == .none)
        let member = try joinAlone(driver)
        func code(_ generation: Int32, _ id: String) throws -> ErrorCode {
            let membership = Membership(generation: generation, member: id, instance: nil)
            return try driver.code(.commit(2, of: "t", group: "g", membership))
        }
        #expect(try code(member.generation, member.member) == .none)
        #expect(try code(member.generation - 1, member.member) == .illegalGeneration)
        #expect(try code(member.generation, "stranger") == .unknownMemberID)
        #expect(try code(-1, "") == .unknownMemberID)
        #expect(try code(-1, member.member) == .illegalGeneration)
        let nobody = Membership(generation: 3, member: "m", instance: nil)
        #expect(try driver.code(.commit(1, of: "t", group: "new", nobody)) == .illegalGeneration)
        #expect(
            try driver.code(.commit(1, of: "missing", group: "g", member))
                == .unknownTopicOrPartition)
    }

    @Test func aTransactionThatNamesNoMemberCommitsUnchecked() throws {
        let driver = driver()
        let member = try joinAlone(driver)
        let producer = try driver.initProducer("x")
        _ = try driver.code(.addOffsets(of: "g", to: "x", producer))
        func code(_ generation: Int32, _ id: String) throws -> ErrorCode {
            let membership = Membership(generation: generation, member: id, instance: nil)
            return try driver.code(
                .transactionOffset(2, of: "t", group: "g", to: "x", producer, membership))
        }
        // Kafka's known hole, which clients have to stay clear of.
        #expect(try code(-1, "") == .none)
        #expect(try code(member.generation, member.member) == .none)
        #expect(try code(member.generation + 1, member.member) == .illegalGeneration)
        #expect(try code(-1, member.member) == .illegalGeneration)
        #expect(try code(member.generation, "stranger") == .unknownMemberID)
    }

    @Test func aMemberThatLeavesHandsOnTheLead() throws {
        let driver = driver()
        let first = try joinAlone(driver)
        let id: JoinGroupResponse = try driver.answer(.join("g"))
        let second = try driver.send(.join("g", member: id.member))
        #expect(try driver.code(.leave("g", first.member)) == .none)
        let joined: JoinGroupResponse = try #require(try driver.response(second))
        #expect(joined.leader == id.member)
        #expect(try driver.code(.leave("g", first.member)) == .unknownMemberID)
    }
}
