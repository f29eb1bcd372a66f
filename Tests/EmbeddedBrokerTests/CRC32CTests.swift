import Testing

@testable import EmbeddedBroker

@Suite struct CRC32CTests {
    /// The check value of CRC-32C, and the vectors of RFC 3720, B.4.
    @Test func agreesWithPublishedVectors() {
        #expect(CRC32C.checksum(Array("123456789".utf8), from: 0) == 0xE306_9283)
        #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32), from: 0) == 0x8A91_36AA)
        #expect(CRC32C.checksum([UInt8](repeating: 0xFF, count: 32), from: 0) == 0x62A8_AB43)
        #expect(CRC32C.checksum(Array(0..<32), from: 0) == 0x46DD_794E)
        #expect(CRC32C.checksum([], from: 0) == 0)
    }

    @Test func startsWhereItIsTold() {
        #expect(CRC32C.checksum(Array("xyz123456789".utf8), from: 3) == 0xE306_9283)
    }
}
