import Testing

@testable import EmbeddedBroker

@Suite struct WireTests {
    /// One request of each kind that the tests can write.
    static var requests: [TestRequest] {
        let producer = ProducerIdentity(id: 1000, epoch: 0)
        let member = Membership(generation: 1, member: "m", instance: "i")
        let batch = RecordBatchBuilder.batch([BrokerRecord(timestamp: 1, key: [1], value: [2])])
        return [
            TestRequest(api: .apiVersions, version: 3) { writer in
                writer.string("name")
                writer.string("1.0")
                writer.endStructure()
            },
            .produce(batch, to: "t", transactionalID: "x"), .fetch("t", from: 0),
            .listOffsets("t", at: -1), .deleteRecords("t", before: 1), .initProducer("x"),
            .addPartition("t", 0, to: "x", producer), .addOffsets(of: "g", to: "x", producer),
            .end("x", producer, commits: true),
            .transactionOffset(1, of: "t", group: "g", to: "x", producer, member),
            .commit(1, of: "t", group: "g", member), .offsets(of: "g", "t", requiresStable: true),
            .offsets(of: "g", nil), .join("g", instance: "i"), .sync("g", member, [("m", [1])]),
            .heartbeat("g", member), .leave("g", "m"), .metadata(["t"]), .metadata(nil),
        ]
    }

    @Test func aFrameCutAnywhereIsMalformed() throws {
        for request in Self.requests {
            let frame = request.frame()
            _ = try RequestFrame(frame)
            for length in 0..<frame.count {
                #expect(throws: WireError.self) { try RequestFrame(Array(frame[..<length])) }
            }
        }
    }

    /// Whatever comes, the broker lives and answers each request once or never.
    @Test func mutatedFramesDoNoHarm() throws {
        var random = Seed.generator(3000)
        let driver = CoreDriver()
        _ = driver.core.createTopic("t", TopicConfiguration())
        var count = 0
        for request in Self.requests {
            for _ in 0..<300 {
                var frame = request.frame()
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    let index = Int.random(in: 4..<frame.count, using: &random)
                    frame[index] =
                        [0, 1, 0x7F, 0x80, 0xFF, UInt8.random(in: 0...255, using: &random)]
                        .randomElement(using: &random) ?? 0
                }
                guard let read = try? RequestFrame(frame) else { continue }
                count += 1
                let ticket = Ticket(connection: count, number: count)
                driver.core.handle(
                    read.api, read.message,
                    RequestContext(
                        ticket: ticket, version: read.version, clientID: "c", clientHost: "h",
                        endpoint: Endpoint(host: "h", port: 1), now: driver.now))
                driver.advance(10)
            }
        }
        #expect(count > 1000)
        driver.advance(1 << 33)
    }

    @Test func hugeCountsCostNothing() {
        let request = TestRequest(api: .metadata, version: 4) { $0.integer(Int32.max) }
        #expect(throws: WireError.malformed) { try RequestFrame(request.frame()) }
        let compact = TestRequest(api: .offsetFetch, version: 7) { writer in
            writer.string("g")
            writer.unsignedVarint(Int(UInt32.max))
        }
        #expect(throws: WireError.malformed) { try RequestFrame(compact.frame()) }
    }

    @Test func whatIsNotImplementedIsSaidSo() {
        var request = TestRequest.heartbeat("g", .none)
        request.version = 4
        #expect(throws: WireError.unsupported(api: 12, version: 4)) {
            try RequestFrame(request.frame())
        }
        var unknown = request.frame()
        unknown[1] = 99
        #expect(throws: WireError.unsupported(api: 99, version: 4)) { try RequestFrame(unknown) }
    }

    /// KIP-511: a client newer than the broker hears which versions there are, in version 0.
    @Test func aNewerApiVersionsRequestIsAnsweredInVersionZero() throws {
        let request = TestRequest(api: .apiVersions, version: 9) { $0.integer(Int64(0)) }
        let frame = try RequestFrame(request.frame())
        var reader = WireReader(frame.encode(APIVersionsResponse(error: .none)), from: 8)
        #expect(try reader.integer(Int16.self) == ErrorCode.unsupportedVersion.rawValue)
        let versions = try reader.array { reader in
            [try reader.integer(Int16.self), try reader.integer(), try reader.integer()]
        }
        #expect(versions.count == APIKey.allCases.count && reader.remaining == 0)
        #expect(versions.contains([24, 0, 1]) && versions.contains([0, 0, 8]))
    }

    @Test func everyRefusalIsWrittenInEveryVersion() throws {
        for request in Self.requests {
            let message = try RequestFrame(request.frame()).message
            for version in request.api.versions {
                var writer = WireWriter()
                writer.flexible = request.api.isFlexible(version)
                message.refused(.notCoordinator).write(to: &writer, version: version)
                #expect(writer.bytes.count >= 2)
            }
        }
    }

    @Test func numbersGoThroughTheWire() throws {
        var writer = WireWriter()
        for value in [0, 1, 127, 128, 16383, 16384, Int(UInt32.max)] {
            writer.unsignedVarint(value)
        }
        writer.integer(Int64.min)
        writer.integer(Int16(-2))
        writer.nullableString(nil)
        writer.string("häß")
        var reader = WireReader(writer.bytes)
        for value in [0, 1, 127, 128, 16383, 16384, Int(UInt32.max)] {
            #expect(try reader.unsignedVarint() == value)
        }
        #expect(try reader.integer() == Int64.min)
        #expect(try reader.integer() == Int16(-2))
        #expect(try reader.nullableString() == nil)
        #expect(try reader.string() == "häß")
        #expect(reader.remaining == 0)
    }

    @Test func recordsSurviveTheirBatch() throws {
        let records = [
            BrokerRecord(offset: 0, timestamp: 100, key: nil, value: nil),
            BrokerRecord(
                offset: 1, timestamp: 50, key: [], value: [1, 2],
                headers: [.init(name: "n", value: nil), .init(name: "m", value: [9])]),
        ]
        #expect(try RecordBatchReader.records(in: RecordBatchBuilder.batch(records)) == records)
    }

    @Test func brokenRecordsAreToldNotReadOn() throws {
        var random = Seed.generator(4000)
        let good = RecordBatchBuilder.batch(
            (0..<5).map { BrokerRecord(timestamp: $0, key: [1, 2], value: [3]) })
        for _ in 0..<2000 {
            var bytes = good
            let index = Int.random(in: 57..<bytes.count, using: &random)
            bytes[index] = UInt8.random(in: 0...255, using: &random)
            _ = try? RecordBatchReader.records(in: bytes)
        }
        #expect(throws: RecordBatchError.malformed) {
            try RecordBatchReader.records(in: Array(good.dropLast()))
        }
    }
}
