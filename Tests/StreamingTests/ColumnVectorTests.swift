import Testing

import Streaming

@Suite struct ColumnVectorTests {
    @Test func textSurvivesGrowthOfTheArena() {
        let column = ColumnVector(type: .string)
        column.reset(rows: 100)
        for row in 0..<100 {
            let start = column.arena.count
            column.arena.append("value \(row)")
            column.set(row, arenaFrom: start)
        }
        #expect((0..<100).allSatisfy { column.text($0) == "value \($0)" })
    }
}
