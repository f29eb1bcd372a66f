import Testing

@testable import Druid

@Suite struct PatienceTests {
    @Test func pausesGrowToALimitAndEndWithTheTime() {
        var patience = Patience(limit: 20_000_000, now: 5)
        var now: Int64 = 5
        var pauses: [Int64] = []
        while case .wait(let pause, _) = patience.failed("x", isServerError: false, now) {
            pauses.append(pause / 1000)
            now += pause
        }
        #expect(pauses.prefix(6) == [250, 500, 1000, 2000, 4000, 4000])
        #expect(now == 20_000_005)
    }

    @Test func aReasonIsToldWhenItChanges() {
        var patience = Patience(limit: .max, now: 1)
        var told: [Bool] = []
        for reason in ["a", "a", "b", "b", "a"] {
            if case .wait(_, let tells) = patience.failed(reason, isServerError: false, 2) {
                told.append(tells)
            }
        }
        #expect(told == [true, false, true, false, true])
    }

    @Test func successStartsAfresh() {
        var patience = Patience(limit: 10, now: 0)
        patience.succeeded(9)
        #expect(patience.remaining(10) == 9)
        #expect(patience.failed("x", isServerError: false, 19) == .exhausted)
    }

    @Test func serverErrorsInARowAreFewEnough() {
        var patience = Patience(limit: .max, now: 0)
        for _ in 0..<3 {
            #expect(patience.failed("x", isServerError: true, 0) != .exhausted)
        }
        #expect(patience.failed("y", isServerError: false, 0) != .exhausted)
        for _ in 0..<3 {
            #expect(patience.failed("x", isServerError: true, 0) != .exhausted)
        }
        #expect(patience.failed("x", isServerError: true, 0) == .exhausted)
        #expect(patience.isServerBroken)
    }
}
