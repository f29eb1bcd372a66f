@testable import EmbeddedBroker

extension TestRequest {
    static func commit(
        _ offset: Int64, of topic: String, group: String, _ membership: Membership = .none,
        metadata: String = ""
    ) -> TestRequest {
        TestRequest(api: .offsetCommit, version: 7) { writer in
            writer.string(group)
            writer.integer(membership.generation)
            writer.string(membership.member)
            writer.nullableString(membership.instance)
            writer.topics([TopicItems(topic: topic, items: [0])]) { writer, _ in
                writer.integer(Int32(0))
                writer.integer(offset)
                writer.integer(Int32(-1))
                writer.nullableString(metadata)
            }
        }
    }

    /// Asks for partition 0 of a topic, or for all that the group has.
    static func offsets(
        of group: String, _ topic: String?, requiresStable: Bool = false
    ) -> TestRequest {
        TestRequest(api: .offsetFetch, version: 7) { writer in
            writer.string(group)
            writer.nullableArray(topic.map { [$0] }) { writer, topic in
                writer.string(topic)
                writer.array([Int32(0)]) { $0.integer($1) }
                writer.endStructure()
            }
            writer.boolean(requiresStable)
            writer.endStructure()
        }
    }

    static func join(
        _ group: String, member: String = "", instance: String? = nil,
        sessionTimeout: Int32 = 10_000, rebalanceTimeout: Int32 = 60_000,
        protocols: [GroupProtocol] = [GroupProtocol(name: "range", metadata: [1])],
        type: String = "consumer", version: Int16 = 5
    ) -> TestRequest {
        TestRequest(api: .joinGroup, version: version) { writer in
            writer.string(group)
            writer.integer(sessionTimeout)
            writer.integer(rebalanceTimeout)
            writer.string(member)
            if version >= 5 { writer.nullableString(instance) }
            writer.string(type)
            writer.array(protocols) { writer, candidate in
                writer.string(candidate.name)
                writer.nullableBytes(candidate.metadata)
            }
        }
    }

    static func sync(
        _ group: String, _ membership: Membership, _ assignments: [(String, [UInt8])] = []
    ) -> TestRequest {
        TestRequest(api: .syncGroup, version: 3) { writer in
            writer.string(group)
            writer.integer(membership.generation)
            writer.string(membership.member)
            writer.nullableString(membership.instance)
            writer.array(assignments) { writer, assignment in
                writer.string(assignment.0)
                writer.nullableBytes(assignment.1)
            }
        }
    }

    static func heartbeat(_ group: String, _ membership: Membership) -> TestRequest {
        TestRequest(api: .heartbeat, version: 3) { writer in
            writer.string(group)
            writer.integer(membership.generation)
            writer.string(membership.member)
            writer.nullableString(membership.instance)
        }
    }

    static func leave(_ group: String, _ member: String) -> TestRequest {
        TestRequest(api: .leaveGroup, version: 1) { writer in
            writer.string(group)
            writer.string(member)
        }
    }

    static func metadata(_ topics: [String]?, creates: Bool = true) -> TestRequest {
        TestRequest(api: .metadata, version: 4) { writer in
            writer.nullableArray(topics) { $0.string($1) }
            writer.boolean(creates)
        }
    }
}
