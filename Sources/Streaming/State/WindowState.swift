/// One open window of a partition: its panes, one for each key that has a record in it.
///
/// A pane is a fixed number of 64-bit words, the accumulators of one key side by side; panes are
/// numbered in the order in which their keys first came. The records of a micro-batch are first
/// assigned to panes (``assign(row:key:keys:isReplay:)``), then folded, one accumulator after the
/// other over whole columns.
final class WindowState {
    private(set) var start: Int64 = 0
    /// Offset of the first record accepted.
    private(set) var firstOffset: Int64 = 0
    /// Panes.
    private(set) var count = 0
    let wordsPerPane: Int
    /// The accumulators, ``wordsPerPane`` words a pane.
    private(set) var words = Buffer<UInt64>(count: 0, filler: 0)
    /// Which key a pane belongs to.
    private(set) var keyOfPane = Buffer<Int32>(count: 0, filler: 0)
    /// Text that accumulators keep; a word of theirs says where.
    let heap = ByteArena()

    /// Records of the current micro-batch and the panes that they go to, in log order.
    private(set) var assignedRows = Buffer<Int32>(count: 16, filler: 0)
    private(set) var assignedPanes = Buffer<Int32>(count: 16, filler: 0)
    private(set) var assignedCount = 0
    /// How many of them, the first ones, were replayed: they do not count as changes.
    private var replayedCount = 0

    private var paneOfKey = Buffer<Int32>(count: 0, filler: -1)
    /// Panes that changed since they were last emitted, in update mode.
    private(set) var changed: [Int32] = []
    private var isChanged = Buffer<Bool>(count: 0, filler: false)
    private let tracksChanges: Bool

    init(wordsPerPane: Int, tracksChanges: Bool) {
        self.wordsPerPane = wordsPerPane
        self.tracksChanges = tracksChanges
    }

    /// Makes this the empty window that begins at `start`.
    func open(start: Int64, firstOffset: Int64) {
        assert(assignedCount == 0)
        self.start = start
        self.firstOffset = firstOffset
        for pane in 0..<count { paneOfKey[Int(keyOfPane[pane])] = -1 }
        count = 0
        heap.removeAll()
        clearChanges()
    }

    /// Assigns record `row` to the pane of `key`.
    @inline(__always)
    func assign(row: Int, key: Int, keys: KeyTable, isReplay: Bool) {
        if key >= paneOfKey.count { growKeys(to: keys.capacity) }
        var pane = paneOfKey[key]
        if pane < 0 { pane = addPane(key, keys) }
        if assignedCount == assignedRows.count { growAssignments() }
        assignedRows[assignedCount] = Int32(truncatingIfNeeded: row)
        assignedPanes[assignedCount] = pane
        assignedCount += 1
        if isReplay { replayedCount = assignedCount }
    }

    /// Assigns records `rows` to the panes of their keys, which `keyNumbers` has by row.
    func assign(_ rows: Range<Int>, keyNumbers: Buffer<Int32>, keys: KeyTable) {
        if keys.capacity > paneOfKey.count { growKeys(to: keys.capacity) }
        while assignedCount + rows.count > assignedRows.count { growAssignments() }
        // Taken once: reaching for them in the loop would count references for every record.
        let (ownRows, ownPanes, paneOfKey) = (assignedRows, assignedPanes, paneOfKey)
        var position = assignedCount
        for row in rows {
            let key = Int(keyNumbers[row])
            var pane = paneOfKey[key]
            if pane < 0 { pane = addPane(key, keys) }
            ownRows[position] = Int32(truncatingIfNeeded: row)
            ownPanes[position] = pane
            position += 1
        }
        assignedCount = position
    }

    private func growKeys(to capacity: Int) {
        paneOfKey = paneOfKey.grown(to: max(capacity, paneOfKey.count * 2, 16), filler: -1)
    }

    private func growAssignments() {
        assignedRows = assignedRows.grown(to: assignedRows.count * 2, filler: 0)
        assignedPanes = assignedPanes.grown(to: assignedPanes.count * 2, filler: 0)
    }

    private func addPane(_ key: Int, _ keys: KeyTable) -> Int32 {
        if count == keyOfPane.count {
            let room = max(16, count * 2)
            keyOfPane = keyOfPane.grown(to: room, filler: 0)
            words = words.grown(to: room * wordsPerPane, filler: 0)
            if tracksChanges { isChanged = isChanged.grown(to: room, filler: false) }
        }
        keys.retain(key)
        let pane = Int32(count)
        keyOfPane[count] = Int32(key)
        paneOfKey[key] = pane
        for word in count * wordsPerPane..<(count + 1) * wordsPerPane { words[word] = 0 }
        count += 1
        return pane
    }

    /// Ends the micro-batch: its records have been folded.
    func finishBatch() {
        if tracksChanges {
            for position in replayedCount..<assignedCount {
                let pane = assignedPanes[position]
                if !isChanged[Int(pane)] {
                    isChanged[Int(pane)] = true
                    changed.append(pane)
                }
            }
        }
        assignedCount = 0
        replayedCount = 0
    }

    func clearChanges() {
        for pane in changed { isChanged[Int(pane)] = false }
        changed.removeAll(keepingCapacity: true)
    }

    /// Gives up the keys of all panes.
    func releaseKeys(_ keys: KeyTable) {
        for pane in 0..<count { keys.release(Int(keyOfPane[pane])) }
    }

    /// Bytes that the state takes, room for growth included.
    var memoryBytes: Int {
        words.count * 8 + keyOfPane.count * 4 + paneOfKey.count * 4 + heap.storage.count
            + assignedRows.count * 8
    }
}
