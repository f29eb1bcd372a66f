import Testing

@testable import EmbeddedBroker

@Suite struct FaultTests {
    private func driver() -> CoreDriver {
        let driver = CoreDriver()
        _ = driver.core.createTopic("t", TopicConfiguration())
        return driver
    }

    @Test func requestsAreRefusedAsOftenAsTold() throws {
        let driver = driver()
        driver.core.faults.add(.refuse(.coordinatorNotAvailable), on: .initProducerID, times: 2)
        #expect(try driver.code(.initProducer("x")) == .coordinatorNotAvailable)
        #expect(try driver.produce(driver.batch(["a"]), to: "t").error == .none)
        #expect(try driver.code(.initProducer("x")) == .coordinatorNotAvailable)
        #expect(try driver.code(.initProducer("x")) == .none)
        #expect(driver.core.requests == [.initProducerID: 3, .produce: 1])
    }

    @Test func aLostAnswerLeavesTheWorkDone() throws {
        let driver = driver()
        driver.core.faults.add(.loseReply, on: .produce, times: 1)
        let producer = try driver.initProducer(nil)
        let batch = driver.batch(["a"], producer, sequence: 0)
        let ticket = try driver.send(.produce(batch, to: "t"))
        #expect(driver.disconnected.contains(ticket))
        let again = try driver.produce(batch, to: "t")
        #expect(again.error == .none && again.baseOffset == 0)
        #expect(driver.core.log("t", 0)?.endOffset == 1)
    }

    @Test func aLostAnswerMayComeLate() throws {
        let driver = driver()
        driver.core.faults.add(.loseReply, on: .fetch, times: 1)
        let ticket = try driver.send(.fetch("t", from: 0, wait: 100))
        #expect(!driver.disconnected.contains(ticket))
        driver.advance(100)
        #expect(driver.disconnected.contains(ticket))
    }

    @Test func connectionsAreCutOrHang() throws {
        let driver = driver()
        driver.core.faults.add(.disconnect, on: .produce, times: 1)
        driver.core.faults.add(.stall, on: nil, times: nil)
        let cut = try driver.send(.produce(driver.batch(["a"]), to: "t"))
        let hangs = try driver.send(.metadata(nil))
        driver.advance(100_000)
        #expect(driver.disconnected == [cut] && driver.core.log("t", 0)?.endOffset == 0)
        #expect(try driver.response(hangs, as: MetadataResponse.self) == nil)
        driver.core.faults.removeAll()
        _ = try driver.answer(.metadata(nil), as: MetadataResponse.self)
    }
}
