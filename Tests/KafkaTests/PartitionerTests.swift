import Testing

import Kafka

@Suite struct PartitionerTests {
    /// Values of Kafka's own test of `Utils.murmur2`.
    @Test(arguments: [
        ("21", -973_932_308), ("foobar", -790_332_482),
        ("a-little-bit-long-string", -985_981_536),
        ("a-little-bit-longer-string", -1_486_304_829),
        ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971),
        ("abc", 479_470_107),
    ])
    func theReferenceIsKafkas(key: String, hash: Int32) {
        #expect(murmur2(Array(key.utf8)) == hash)
    }

    @Test func keysGoWhereJavaPutsThem() throws {
        let cluster = try MockCluster()
        try cluster.createTopic("raw", partitions: 7)
        let producer = try cluster.producer()
        let topic = try producer.topic("raw")
        let keys = (0..<200).map { "\($0)" } + ["", "key", "ключ", "a-little-bit-long-string"]
        for key in keys { try producer.send("value", key: key, to: topic) }
        for _ in 0..<50 { try producer.send("null key", key: nil, to: topic) }
        try producer.flush(timeoutMilliseconds: 10_000)

        let member = try GroupMember(cluster)
        try member.subscribe("raw")
        #expect(poll(member) { member.records.count == keys.count + 50 })
        for record in member.records {
            guard let key = record.key else { continue }
            let expected = (murmur2(Array(key.utf8)) & 0x7fff_ffff) % 7
            #expect(record.partition.partition == expected, "key \(key)")
        }
        let ofNullKeys = Set(member.records.filter { $0.key == nil }.map(\.partition.partition))
        #expect(ofNullKeys == [(murmur2([]) & 0x7fff_ffff) % 7])
    }

    /// MurmurHash2 with Kafka's seed, as the Java client computes it.
    private func murmur2(_ bytes: [UInt8]) -> Int32 {
        let multiplier: UInt32 = 0x5bd1_e995
        var hash = 0x9747_b28c ^ UInt32(bytes.count)
        var rest = bytes[...]
        while rest.count >= 4 {
            var word = rest.prefix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            word = word &* multiplier
            word ^= word >> 24
            word = word &* multiplier
            hash = (hash &* multiplier) ^ word
            rest = rest.dropFirst(4)
        }
        if !rest.isEmpty {
            hash ^= rest.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            hash = hash &* multiplier
        }
        hash ^= hash >> 13
        hash = hash &* multiplier
        hash ^= hash >> 15
        return Int32(bitPattern: hash)
    }
}
