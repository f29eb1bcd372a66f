/// The open windows of a partition, in order of their starts.
///
/// Most records fall in the window of the record before, so that is tried first, then the newest.
struct OpenWindows {
    private(set) var windows: [WindowState] = []
    private var lastUsed: WindowState?

    /// The window that begins at `start`, if it is open.
    @inline(__always)
    mutating func find(_ start: Int64) -> WindowState? {
        if let lastUsed, lastUsed.start == start { return lastUsed }
        return search(start)
    }

    @inline(never)
    private mutating func search(_ start: Int64) -> WindowState? {
        let position = insertionPoint(start)
        guard position < windows.count, windows[position].start == start else { return nil }
        lastUsed = windows[position]
        return windows[position]
    }

    /// Adds a window that is not there yet.
    mutating func insert(_ window: WindowState) {
        windows.insert(window, at: insertionPoint(window.start))
        lastUsed = window
    }

    /// The first position whose window does not begin before `start`.
    private func insertionPoint(_ start: Int64) -> Int {
        guard let newest = windows.last, newest.start >= start else { return windows.count }
        var low = 0
        var high = windows.count - 1
        while low < high {
            let middle = (low + high) / 2
            if windows[middle].start < start { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Takes out the oldest windows, as many as begin before `start`.
    mutating func removeAll(before start: Int64) -> ArraySlice<WindowState> {
        let removed = windows[..<insertionPoint(start)]
        windows.removeFirst(removed.count)
        lastUsed = nil
        return removed
    }

    /// Offset of the first record of an open window.
    var firstOffset: Int64? { windows.lazy.map(\.firstOffset).min() }
}
