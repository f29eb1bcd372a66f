import TestSupport
import Testing

@testable import Streaming

@Suite struct KeyTableTests {
    private func intern(_ text: String, in table: KeyTable, _ scratch: ByteArena) -> Int {
        scratch.removeAll()
        scratch.append(text)
        let hash = KeyTable.hash(scratch.storage, at: 0, count: scratch.count)
        return table.intern(scratch.storage, at: 0, count: scratch.count, hash: hash)
    }

    private func text(_ key: Int, in table: KeyTable) -> String {
        let place = table.locate(key)
        return place.bytes.withSpan(place.start..<place.start + place.length) {
            String(decodingUTF8: $0)
        }
    }

    @Test func aKeyHasOneNumberForAsLongAsItLives() {
        let table = KeyTable()
        let scratch = ByteArena()
        let numbers = (0..<5_000).map { intern("key-\($0)", in: table, scratch) }
        #expect(Set(numbers).count == 5_000)
        #expect((0..<5_000).allSatisfy { intern("key-\($0)", in: table, scratch) == numbers[$0] })
        #expect((0..<5_000).allSatisfy { text(numbers[$0], in: table) == "key-\($0)" })
    }

    /// Against a dictionary, with keys that come and go.
    @Test func agreesWithADictionaryUnderRandomUse() {
        var generator = SeededRandom()
        let seed = generator.seed
        let table = KeyTable()
        let scratch = ByteArena()
        var model: [String: (number: Int, references: Int)] = [:]
        for step in 0..<30_000 {
            let name = String(generator.next() % 400) + (step % 3 == 0 ? "-with a longer tail" : "")
            if generator.next() % 3 > 0 {
                let number = intern(name, in: table, scratch)
                table.retain(number)
                if let known = model[name] { #expect(known.number == number, "seed \(seed)") }
                model[name] = (number, (model[name]?.references ?? 0) + 1)
            } else if let known = model[name] {
                table.release(known.number)
                model[name] = known.references > 1 ? (known.number, known.references - 1) : nil
                table.compactIfWorthwhile()
            }
        }
        #expect(table.count == model.count, "seed \(seed)")
        #expect(model.allSatisfy { text($0.value.number, in: table) == $0.key }, "seed \(seed)")
        #expect(table.capacity <= 800, "numbers of removed keys are used again")
    }

    @Test func bytesOfRemovedKeysAreGivenBack() {
        let table = KeyTable()
        let scratch = ByteArena()
        for round in 0..<200 {
            let keys = (0..<100).map {
                let tail = String(repeating: "x", count: 40)
                return intern("round \(round), key \($0), \(tail)", in: table, scratch)
            }
            for key in keys { table.retain(key) }
            for key in keys { table.release(key) }
            table.compactIfWorthwhile()
        }
        #expect(table.count == 0)
        let key = intern("last", in: table, scratch)
        #expect(table.locate(key).bytes.count < 512 * 1024)
    }
}
