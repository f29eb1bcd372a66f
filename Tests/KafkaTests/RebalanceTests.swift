import Testing

import Kafka

/// Partitions move between members while records keep coming.
@Suite struct RebalanceTests {
    @Test func partitionsMoveWithoutLossOrRepetition() throws {
        let cluster = try EmbeddedCluster()
        defer { cluster.stop() }
        try cluster.fill("raw", partitions: 4, count: 100)
        let producer = try cluster.producer(["linger.ms": "0"])
        let topic = try producer.topic("raw")
        var sent = 100
        let goOn: () throws -> Void = {
            for partition in 0..<4 {
                try producer.send("\(sent)", to: topic, partition: Int32(partition))
            }
            sent += 1
            producer.poll()
        }

        // Longer than a busy machine keeps a thread waiting: no member is to be thrown out here.
        let patient = ["session.timeout.ms": "60000"]
        let first = try GroupMember(cluster, patient)
        first.commits = true
        try first.subscribe("raw")
        #expect(try poll([first], while: goOn) { first.assignment.count == 4 })
        #expect(try poll([first], while: goOn) { first.records.count > 400 })

        let second = try GroupMember(cluster, patient)
        second.commits = true
        try second.subscribe("raw")
        #expect(
            try poll([first, second], while: goOn) {
                first.assignment.count == 2 && second.assignment.count == 2
                    && second.records.count > 10
            })
        #expect(Set(first.assignment).isDisjoint(with: second.assignment))
        // The group may have needed more than one round to settle.
        #expect(first.revocations >= 1 && first.assignments == first.revocations + 1)
        #expect(first.losses == 0)

        try second.consumer.close()
        #expect(second.revocations == second.assignments)
        #expect(try poll([first], while: goOn) { first.assignment.count == 4 })
        try producer.flush(timeoutMilliseconds: 10_000)
        let all = (first.assignment, Int64(sent))
        #expect(poll(first) { all.0.allSatisfy { first.next[$0] == all.1 } })
        #expect(first.errors.isEmpty && second.errors.isEmpty, "\(first.errors) \(second.errors)")

        #expect(first.gaps.isEmpty, "\(first.gaps)")
        #expect(second.gaps.isEmpty, "\(second.gaps)")
        for partition in all.0 {
            let offsets =
                first.offsets[partition, default: []]
                + second.offsets[partition, default: []]
            let areAllOnce = offsets.sorted() == Array(0..<Int64(sent))
            #expect(areAllOnce, "\(partition): \(offsets.count) of \(sent) records")
        }
        try first.consumer.close()
    }

    @Test func aConsumerThatIsDroppedLeavesItsGroup() throws {
        let cluster = try MockCluster()
        try cluster.fill("raw", partitions: 2, count: 1000)
        var dropped: GroupMember? = try GroupMember(cluster)
        try dropped?.subscribe("raw")
        #expect(poll(dropped!) { dropped!.assignment.count == 2 })
        // Records are waiting in the queue and in the buffer.
        dropped?.poll(maximumRecords: 3, timeoutMilliseconds: 2000)
        dropped = nil
        let next = try GroupMember(cluster)
        try next.subscribe("raw")
        #expect(poll(next) { next.records.count == 2000 })
    }
}
