import CommandLineSupport
import Testing

struct TimeSpanTests {
    @Test(arguments: [
        ("0", 0), ("0s", 0), ("1us", 1), ("500ms", 500_000), ("5s", 5_000_000),
        ("3m", 180_000_000), ("1h", 3_600_000_000), ("2d", 172_800_000_000),
        ("1h30m", 5_400_000_000), ("1m500ms", 60_500_000),
    ])
    func aTimeSpanIsReadAndWritten(text: String, microseconds: Int64) throws {
        let span = try #require(TimeSpan(text))
        #expect(span.microseconds == microseconds)
        #expect(TimeSpan(span.description) == span)
    }

    @Test(arguments: [
        "", "5", "s", "-5s", "5 s", "5x", "5S", "1.5s", "٣s", "5s ", "99999999999999999999s",
        "9223372036854775807d", "106751991d24h", "5sm", "00",
    ])
    func anythingElseIsNoTimeSpan(text: String) { #expect(TimeSpan(text) == nil) }

    @Test func theDefaultReadsAsTheUserWouldWriteIt() {
        #expect(TimeSpan.minutes(15).description == "15m")
        #expect(TimeSpan.seconds(90).description == "1m30s")
        #expect(TimeSpan.zero.description == "0")
    }
}
