extension QueryEngine {
    /// A number that two engines share for a partition iff they hold the same open windows with the
    /// same panes, accumulators and first offsets, bit for bit, at the same place in the log.
    ///
    /// For tests of restarts; costs a pass over the state.
    package func stateFingerprint(of partition: Int) -> UInt64 {
        guard let state = partitions[partition] else { return 0 }
        var hash = Fingerprint()
        hash.add(UInt64(bitPattern: state.nextOffset))
        hash.add(UInt64(bitPattern: state.watermark.maximumEventTime ?? Int64.min))
        for window in state.open.windows {
            hash.add(UInt64(bitPattern: window.start))
            hash.add(UInt64(bitPattern: window.firstOffset))
            for pane in 0..<window.count {
                let key = state.keys.locate(Int(window.keyOfPane[pane]))
                hash.add(key.bytes, at: key.start, count: key.length)
                for word in 0..<window.wordsPerPane {
                    hash.add(window.words[pane * window.wordsPerPane + word])
                }
            }
            hash.add(window.heap.storage, at: 0, count: window.heap.count)
        }
        return hash.value
    }
}

/// FNV-1a over words and bytes.
private struct Fingerprint {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ word: UInt64) {
        value = (value ^ word) &* 0x100_0000_01B3
        value ^= value >> 29
    }

    mutating func add(_ bytes: Buffer<UInt8>, at start: Int, count: Int) {
        add(UInt64(count))
        for position in start..<start + count { add(UInt64(bytes[position])) }
    }
}
