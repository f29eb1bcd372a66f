extension QueryEngine {
    /// The state of a partition as words: two engines have the same iff they hold the same open
    /// windows with the same panes, accumulators and first offsets, bit for bit, at the same place
    /// in the log, with the same maximum event time and the same boundary.
    ///
    /// That is all that what becomes of later records depends on. Left out is what cannot make a
    /// difference: numbers of keys, which are names within the state, and what idle time counts
    /// from, which depends on the clock anyway.
    ///
    /// For proofs of restarts; costs a copy of the state.
    package func stateImage(of partition: Int) -> [UInt64] {
        guard let state = partitions[partition] else { return [] }
        let progress = progress(of: partition)
        var image: [UInt64] = []
        image.append(UInt64(bitPattern: state.nextOffset))
        image.append(state.isReplaying ? 1 : 0)
        image.append(UInt64(bitPattern: state.watermark.maximumEventTime ?? Int64.min))
        image.append(UInt64(bitPattern: progress.boundary))
        for window in state.open.windows {
            image.append(UInt64(bitPattern: window.start))
            image.append(UInt64(bitPattern: window.firstOffset))
            image.append(UInt64(window.count))
            for pane in 0..<window.count {
                let key = state.keys.locate(Int(window.keyOfPane[pane]))
                image.append(key.bytes, at: key.start, count: key.length)
                for word in 0..<window.wordsPerPane {
                    image.append(window.words[pane * window.wordsPerPane + word])
                }
            }
            image.append(window.heap.storage, at: 0, count: window.heap.count)
        }
        return image
    }

    /// The event time that idle time of `partition` is added to, in microseconds: the maximum when
    /// it last received a record. Nil before the first one.
    package func idleBase(of partition: Int) -> Int64? { partitions[partition]?.idleBase }
}

extension [UInt64] {
    fileprivate mutating func append(_ bytes: Buffer<UInt8>, at start: Int, count: Int) {
        append(UInt64(count))
        for position in start..<start + count { append(UInt64(bytes[position])) }
    }
}
