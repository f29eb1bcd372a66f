/// What the engine keeps of one input partition.
final class PartitionState {
    /// Offset of the next record expected.
    var nextOffset: Int64
    /// Records below it are replayed: added to state where they belong, and nothing else.
    let liveOffset: Int64
    var watermark: Watermark
    /// Windows that begin before it are closed, whatever the watermark: B of the commit that this
    /// state was restored from, which replay takes windows from; raised when windows are closed
    /// before the watermark has passed them.
    var closedBefore: Int64
    var open = OpenWindows()
    let keys = KeyTable()
    /// m when the partition last received a record; where idle time counts from.
    var idleBase: Int64?

    init(restoring progress: PartitionProgress, delayMicroseconds: Int64) {
        nextOffset = progress.replayOffset
        liveOffset = progress.nextOffset
        closedBefore = progress.boundary
        watermark = Watermark(
            delayMicroseconds: delayMicroseconds, maximumEventTime: progress.maximumEventTime)
        idleBase = progress.maximumEventTime
    }

    var isReplaying: Bool { nextOffset < liveOffset }

    /// The first event time at which a window closes; Int64.max if none ever does, Int64.min if
    /// one is due already, as it may be after a replay.
    ///
    /// - Parameter windowSize: microseconds; nil if windows stay open for ever.
    func closingTime(windowSize: Int64?) -> Int64 {
        guard let windowSize, let oldest = open.windows.first else { return Int64.max }
        guard oldest.start + windowSize > watermark.value else { return Int64.min }
        // The watermark is cut to milliseconds: it gets there with the next full one.
        let (time, overflow) = (oldest.start + windowSize).addingReportingOverflow(
            watermark.delayMicroseconds + 999)
        return overflow ? Int64.max : time.floorMultiple(of: 1000) ?? Int64.max
    }

    func progress(window: WindowSpecification?) -> PartitionProgress {
        let boundary = window.map { $0.firstOpenStart(at: watermark.value) } ?? 0
        return PartitionProgress(
            nextOffset: nextOffset,
            replayOffset: min(nextOffset, open.firstOffset ?? nextOffset),
            maximumEventTime: watermark.maximumEventTime,
            boundary: max(boundary, closedBefore))
    }
}
