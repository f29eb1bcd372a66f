import Testing

import Streaming

@Suite struct PartitionProgressTests {
    private let progress = PartitionProgress(
        nextOffset: 812, replayOffset: 640, maximumEventTime: 1_714_557_610_123_456,
        boundary: 1_714_557_420_000_000)

    @Test func theCommittedTextReadsBack() throws {
        let text = progress.metadata(queryHash: 0xAB)
        #expect(text == "v1;c=640;m=1714557610123456;B=1714557420000000;h=00000000000000ab")
        #expect(
            try PartitionProgress(nextOffset: 812, metadata: text, queryHash: 0xAB) == progress)
    }

    @Test func aPartitionWithoutRecordsHasNoEventTime() throws {
        let start = PartitionProgress.start(at: 7)
        let text = start.metadata(queryHash: 1)
        #expect(try PartitionProgress(nextOffset: 7, metadata: text, queryHash: 1) == start)
    }

    @Test(arguments: [
        "", "v2;c=1;m=-;B=0;h=00", "v1;c=x;m=-;B=0;h=00", "v1;c=1;m=-;B=0", "v1;c=1;m=;B=0;h=1",
        "v1;c=-1;m=-;B=0;h=1", "v1;c=900;m=-;B=0;h=1", "v1;c=1;m=-;B=0;h=xyz", "hello",
        "v1;c=1;m=-;B=0;h=1;x=2", "v1;c=99999999999999999999;m=-;B=0;h=1",
    ])
    func foreignTextIsRefused(_ text: String) {
        #expect(throws: PartitionProgress.MetadataError.foreign(text)) {
            try PartitionProgress(nextOffset: 812, metadata: text, queryHash: 1)
        }
    }

    @Test func anotherQueryIsRefusedUnlessAccepted() throws {
        let text = progress.metadata(queryHash: 1)
        #expect(throws: PartitionProgress.MetadataError.self) {
            try PartitionProgress(nextOffset: 812, metadata: text, queryHash: 2)
        }
        let accepted = try PartitionProgress(
            nextOffset: 812, metadata: text, queryHash: 2, acceptsQueryChange: true)
        #expect(accepted == progress)
    }

    @Test func theFingerprintIsFNV1a() {
        // Vectors of the algorithm's authors.
        #expect(PartitionProgress.fingerprint("") == 0xCBF2_9CE4_8422_2325)
        #expect(PartitionProgress.fingerprint("a") == 0xAF63_DC4C_8601_EC8C)
        #expect(PartitionProgress.fingerprint("foobar") == 0x8594_4171_F739_67E8)
    }
}
