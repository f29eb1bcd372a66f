import Testing

@testable import Streaming

@Suite struct WindowArithmeticTests {
    /// Every start s on the grid with s <= t < s + size, by trying them all.
    private func naive(_ window: WindowSpecification, _ time: Int64) -> [Int64] {
        let around = window.sizeMicroseconds * 2
        let low = time - around - window.offsetMicroseconds
        return (low...time + around).filter { start in
            (start - window.offsetMicroseconds) % window.slideMicroseconds == 0
                && start <= time && time < start + window.sizeMicroseconds
        }
    }

    @Test(arguments: [(10, 10, 0), (10, 5, 0), (10, 3, 0), (10, 7, 2), (7, 7, 3), (9, 2, -1)])
    func aTimeIsInTheWindowsThatContainIt(_ size: Int64, _ slide: Int64, _ offset: Int64) {
        let window = WindowSpecification(
            sizeMicroseconds: size, slideMicroseconds: slide, offsetMicroseconds: offset)
        for time in Int64(-40)...40 {
            let last = window.lastStart(containing: time)
            let first = last.flatMap { window.firstStart(containing: time, lastStart: $0) }
            guard let first, let last else {
                Issue.record("no window for \(time)")
                continue
            }
            let starts = Array(stride(from: first, through: last, by: Int(slide)))
            #expect(starts == naive(window, time), "time \(time)")
        }
    }

    @Test(arguments: [(10, 10, 0), (10, 5, 0), (10, 3, 0), (10, 7, 2)])
    func theFirstOpenStartIsTheSmallestWhoseEndIsBeyondTheWatermark(
        _ size: Int64, _ slide: Int64, _ offset: Int64
    ) {
        let window = WindowSpecification(
            sizeMicroseconds: size, slideMicroseconds: slide, offsetMicroseconds: offset)
        for watermark in Int64(0)...60 {
            let start = window.firstOpenStart(at: watermark)
            #expect((start - offset) % slide == 0)
            #expect(start + size > watermark && start - slide + size <= watermark)
        }
    }

    @Test func theEndsOfTimeHaveNoWindow() {
        let window = WindowSpecification(sizeMicroseconds: 60_000_000)
        #expect(window.lastStart(containing: Int64.max) == nil)
        #expect(window.lastStart(containing: Int64.min) == nil)
        #expect(window.lastStart(containing: -1) == -60_000_000)
    }

    @Test func theWatermarkIsCutToMillisecondsAndNeverMovesBack() {
        var watermark = Watermark(delayMicroseconds: 1_000)
        #expect(watermark.value == 0)
        _ = watermark.observe(-5_000_000)
        #expect(watermark.value == 0, "it starts in 1970 and stays there")
        let moved = watermark.observe(10_999)
        #expect(moved && watermark.value == 9_000)
        let movedBack = watermark.observe(10_500)
        #expect(!movedBack && watermark.value == 9_000 && watermark.maximumEventTime == 10_999)
    }
}
