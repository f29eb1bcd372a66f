/// Grouping keys of one partition, each interned once to a dense number.
///
/// A key lives as long as a window holds a pane of it; then its number is used again. The hash is
/// fixed, so a run is the same in every process.
final class KeyTable {
    /// Numbers handed out so far, those free again included: an array by key needs this many
    /// places.
    private(set) var capacity = 0
    /// Keys in use.
    private(set) var count = 0

    private var bytes = ByteArena(capacity: 1024)
    private var starts = Buffer<Int>(count: 0, filler: 0)
    private var lengths = Buffer<Int32>(count: 0, filler: 0)
    private var hashes = Buffer<UInt64>(count: 0, filler: 0)
    /// Panes that hold the key; for a free number the next free one.
    private var references = Buffer<Int32>(count: 0, filler: 0)
    private var firstFree: Int32 = -1
    private var wastedBytes = 0
    /// Open addressing with linear probing; -1 is an empty place. A power of two, at most half
    /// full.
    private var places = Buffer<Int32>(count: 64, filler: -1)

    /// A hash of `length` bytes at `start` of `bytes`; every bit of it depends on every byte.
    @inline(__always)
    static func hash(_ bytes: Buffer<UInt8>, at start: Int, count length: Int) -> UInt64 {
        let end = start + length
        var hash = UInt64(truncatingIfNeeded: length) &* 0x9E37_79B9_7F4A_7C15
        var position = start
        while position < end {
            hash = mix(hash ^ bytes.word(at: position, end: end))
            position += 8
        }
        return hash
    }

    /// One round of multiply and fold: the high half of a 128-bit product reaches the low bits.
    @inline(__always)
    private static func mix(_ word: UInt64) -> UInt64 {
        let product = (word ^ 0x2D35_8DCC_AA6C_78A5).multipliedFullWidth(by: 0x8BB8_4B93_962E_ACC9)
        return product.high ^ product.low
    }

    /// The number of the key, made if it is new. A new key has no references yet.
    func intern(_ source: Buffer<UInt8>, at start: Int, count length: Int, hash: UInt64) -> Int {
        var place = Int(truncatingIfNeeded: hash) & (places.count - 1)
        while true {
            let candidate = places[place]
            if candidate < 0 { break }
            let key = Int(candidate)
            if hashes[key] == hash, Int(lengths[key]) == length,
                bytes.storage.equals(at: starts[key], source, at: start, count: length)
            {
                return key
            }
            place = (place + 1) & (places.count - 1)
        }
        return insert(source, at: start, count: length, hash: hash, place: place)
    }

    private func insert(
        _ source: Buffer<UInt8>, at start: Int, count length: Int, hash: UInt64, place: Int
    ) -> Int {
        var place = place
        if (count + 1) * 2 > places.count {
            rehash(places.count * 2)
            place = emptyPlace(for: hash)
        }
        let key = takeNumber()
        starts[key] = bytes.count
        lengths[key] = Int32(length)
        hashes[key] = hash
        references[key] = 0
        source.withSpan(start..<start + length) { bytes.append($0) }
        places[place] = Int32(key)
        count += 1
        return key
    }

    private func takeNumber() -> Int {
        if firstFree >= 0 {
            let key = Int(firstFree)
            firstFree = references[key]
            return key
        }
        if capacity == starts.count {
            let room = max(64, capacity * 2)
            starts = starts.grown(to: room, filler: 0)
            lengths = lengths.grown(to: room, filler: 0)
            hashes = hashes.grown(to: room, filler: 0)
            references = references.grown(to: room, filler: 0)
        }
        capacity += 1
        return capacity - 1
    }

    private func emptyPlace(for hash: UInt64) -> Int {
        var place = Int(truncatingIfNeeded: hash) & (places.count - 1)
        while places[place] >= 0 { place = (place + 1) & (places.count - 1) }
        return place
    }

    private func rehash(_ size: Int) {
        let old = places
        places = Buffer(count: size, filler: -1)
        for place in 0..<old.count where old[place] >= 0 {
            places[emptyPlace(for: hashes[Int(old[place])])] = old[place]
        }
    }

    func retain(_ key: Int) { references[key] += 1 }

    /// Gives up a pane's hold on `key`; the last one frees its number.
    func release(_ key: Int) {
        references[key] -= 1
        assert(references[key] >= 0, "a key is released as often as retained")
        if references[key] == 0 { remove(key) }
    }

    private func remove(_ key: Int) {
        var place = Int(truncatingIfNeeded: hashes[key]) & (places.count - 1)
        while places[place] != Int32(key) { place = (place + 1) & (places.count - 1) }
        closeGap(place)
        count -= 1
        wastedBytes += Int(lengths[key])
        references[key] = firstFree
        firstFree = Int32(key)
        lengths[key] = -1
    }

    /// Empties `place` and moves later entries of its run back, so that no probe ends too early.
    private func closeGap(_ place: Int) {
        let mask = places.count - 1
        var gap = place
        var next = (gap + 1) & mask
        while places[next] >= 0 {
            let home = Int(truncatingIfNeeded: hashes[Int(places[next])]) & mask
            if (next &- home) & mask >= (next &- gap) & mask {
                places[gap] = places[next]
                gap = next
            }
            next = (next + 1) & mask
        }
        places[gap] = -1
    }

    /// Gives back the bytes of removed keys once they are more than those in use.
    func compactIfWorthwhile() {
        guard wastedBytes > 64 * 1024, wastedBytes * 2 > bytes.count else { return }
        let packed = ByteArena(capacity: bytes.count - wastedBytes + 1024)
        for key in 0..<capacity where lengths[key] >= 0 {
            let start = packed.count
            packed.append(from: bytes, at: starts[key], count: Int(lengths[key]))
            starts[key] = start
        }
        bytes = packed
        wastedBytes = 0
    }

    /// Lends where the bytes of `key` are: the buffer, the start and the length.
    @inline(__always)
    func locate(_ key: Int) -> (bytes: Buffer<UInt8>, start: Int, length: Int) {
        (bytes.storage, starts[key], Int(lengths[key]))
    }
}
