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

    /// What is known of one key: within a cache line, so that most lookups take two of them.
    private struct Entry: BitwiseCopyable {
        /// The first eight bytes, the first one lowest; missing ones are zero.
        var prefix: UInt64 = 0
        /// Where the bytes are in ``KeyTable/bytes``.
        var start = 0
        /// -1 for a free number.
        var length: Int32 = -1
        /// Panes that hold the key; for a free number the next free one.
        var references: Int32 = 0
    }

    private var bytes = ByteArena(capacity: 1024)
    private var entries = Buffer<Entry>(count: 0, filler: Entry())
    private var firstFree: Int32 = -1
    private var wastedBytes = 0
    /// Open addressing with linear probing; a power of two, at most half full. A place has the
    /// high half of the key's hash above the key's number, so a probe looks at keys with that hash
    /// alone.
    private var places = Buffer<UInt64>(count: 64, filler: emptyPlace)
    /// Its number is -1.
    private static let emptyPlace = numberMask
    private static let numberMask = UInt64(UInt32.max)

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

    /// Where the search for a key begins that has the hash of `place`.
    @inline(__always)
    private static func home(_ place: UInt64, _ mask: Int) -> Int {
        Int(truncatingIfNeeded: place >> 32) & mask
    }

    @inline(__always)
    private static func number(_ place: UInt64) -> Int {
        Int(Int32(truncatingIfNeeded: place))
    }

    /// Interns the keys of `rows`, the slices `starts` and `lengths` of `source`, into `numbers`.
    ///
    /// In two passes over many rows, whose memory accesses do not wait for one another: with many
    /// keys each of them misses the caches.
    func intern(
        _ rows: Range<Int>, _ source: Buffer<UInt8>, starts: Buffer<Int>, lengths: Buffer<Int>,
        hashes: Buffer<UInt64>, into numbers: Buffer<Int32>
    ) {
        var places = places
        let mask = places.count - 1
        for row in rows {
            let hash = hashes[row]
            let place = places[Self.home(hash, mask)]
            numbers[row] = place >> 32 == hash >> 32 ? Int32(truncatingIfNeeded: place) : -1
        }
        var entries = entries
        var known = bytes.storage
        for row in rows {
            let (start, length, hash) = (starts[row], lengths[row], hashes[row])
            let candidate = Int(numbers[row])
            if candidate >= 0, Self.matches(entries[candidate], known, source, at: start, length) {
                continue
            }
            var key = Self.find(
                hash, in: places, entries, known, source, at: start, count: length)
            if key < 0 {
                key = insert(source, at: start, count: length, hash: hash)
                // That may have made them grow.
                places = self.places
                entries = self.entries
                known = bytes.storage
            }
            numbers[row] = Int32(truncatingIfNeeded: key)
        }
    }

    /// The number of the key, -1 if there is none. Takes the table's buffers, so that a loop counts
    /// no references for each of its keys.
    @inline(__always)
    private static func find(
        _ hash: UInt64, in places: Buffer<UInt64>, _ entries: Buffer<Entry>,
        _ known: Buffer<UInt8>, _ source: Buffer<UInt8>, at start: Int, count length: Int
    ) -> Int {
        let mask = places.count - 1
        var index = home(hash, mask)
        while true {
            let place = places[index]
            guard place != emptyPlace else { return -1 }
            if place >> 32 == hash >> 32 {
                let key = number(place)
                if matches(entries[key], known, source, at: start, length) { return key }
            }
            index = (index + 1) & mask
        }
    }

    /// Whether `entry` has the `length` bytes at `start` of `source`.
    @inline(__always)
    private static func matches(
        _ entry: Entry, _ known: Buffer<UInt8>, _ source: Buffer<UInt8>, at start: Int,
        _ length: Int
    ) -> Bool {
        guard Int(entry.length) == length,
            entry.prefix == source.word(at: start, end: start + length)
        else { return false }
        return length <= 8 || known.equals(at: entry.start, source, at: start, count: length)
    }

    /// The number of the key, made if it is new. A new key has no references yet.
    func intern(_ source: Buffer<UInt8>, at start: Int, count length: Int, hash: UInt64) -> Int {
        let known = Self.find(
            hash, in: places, entries, bytes.storage, source, at: start, count: length)
        guard known < 0 else { return known }
        return insert(source, at: start, count: length, hash: hash)
    }

    private func insert(
        _ source: Buffer<UInt8>, at start: Int, count length: Int, hash: UInt64
    ) -> Int {
        if (count + 1) * 2 > places.count { rehash(places.count * 2) }
        let key = takeNumber()
        entries[key] = Entry(
            prefix: source.word(at: start, end: start + length), start: bytes.count,
            length: Int32(length), references: 0)
        source.withSpan(start..<start + length) { bytes.append($0) }
        put((hash & ~Self.numberMask) | UInt64(key))
        count += 1
        return key
    }

    private func takeNumber() -> Int {
        if firstFree >= 0 {
            let key = Int(firstFree)
            firstFree = entries[key].references
            return key
        }
        if capacity == entries.count {
            entries = entries.grown(to: max(64, capacity * 2), filler: Entry())
        }
        capacity += 1
        return capacity - 1
    }

    /// Puts a key at the first empty place from its home on.
    private func put(_ content: UInt64) {
        let mask = places.count - 1
        var place = Self.home(content, mask)
        while places[place] != Self.emptyPlace { place = (place + 1) & mask }
        places[place] = content
    }

    private func rehash(_ size: Int) {
        let old = places
        places = Buffer(count: size, filler: Self.emptyPlace)
        for place in 0..<old.count where old[place] != Self.emptyPlace { put(old[place]) }
    }

    func retain(_ key: Int) { entries[key].references += 1 }

    /// Gives up a pane's hold on `key`; the last one frees its number.
    func release(_ key: Int) {
        entries[key].references -= 1
        assert(entries[key].references >= 0, "a key is released as often as retained")
        if entries[key].references == 0 { remove(key) }
    }

    private func remove(_ key: Int) {
        let entry = entries[key]
        let length = Int(entry.length)
        let hash = Self.hash(bytes.storage, at: entry.start, count: length)
        let mask = places.count - 1
        var place = Self.home(hash, mask)
        while Self.number(places[place]) != key { place = (place + 1) & mask }
        closeGap(place)
        count -= 1
        wastedBytes += length
        entries[key] = Entry(references: firstFree)
        firstFree = Int32(key)
    }

    /// Empties `place` and moves later entries of its run back, so that no probe ends too early.
    private func closeGap(_ place: Int) {
        let mask = places.count - 1
        var gap = place
        var next = (gap + 1) & mask
        while places[next] != Self.emptyPlace {
            let home = Self.home(places[next], mask)
            if (next &- home) & mask >= (next &- gap) & mask {
                places[gap] = places[next]
                gap = next
            }
            next = (next + 1) & mask
        }
        places[gap] = Self.emptyPlace
    }

    /// Gives back the bytes of removed keys once they are more than those in use.
    func compactIfWorthwhile() {
        guard wastedBytes > 64 * 1024, wastedBytes * 2 > bytes.count else { return }
        let packed = ByteArena(capacity: bytes.count - wastedBytes + 1024)
        for key in 0..<capacity where entries[key].length >= 0 {
            let start = packed.count
            packed.append(from: bytes, at: entries[key].start, count: Int(entries[key].length))
            entries[key].start = start
        }
        bytes = packed
        wastedBytes = 0
    }

    /// Bytes that the keys take, room for growth included.
    var memoryBytes: Int {
        bytes.storage.count + entries.count * MemoryLayout<Entry>.stride + places.count * 8
    }

    /// Lends where the bytes of `key` are: the buffer, the start and the length.
    @inline(__always)
    func locate(_ key: Int) -> (bytes: Buffer<UInt8>, start: Int, length: Int) {
        (bytes.storage, entries[key].start, Int(entries[key].length))
    }

    /// The first eight bytes of `key` as a number that is ordered as they are.
    @inline(__always)
    func orderedPrefix(_ key: Int) -> UInt64 { entries[key].prefix.byteSwapped }
}
