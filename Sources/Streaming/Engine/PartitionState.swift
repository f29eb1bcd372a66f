/// What the engine keeps of one input partition.
final class PartitionState {
    /// Offset of the next record expected.
    var nextOffset: Int64
    /// Records below it are replayed: added to state where they belong, and nothing else.
    let liveOffset: Int64
    var watermark: Watermark
    /// B of the commit that this state was restored from: replay takes windows from there on.
    let restoredBoundary: Int64
    var open = OpenWindows()
    let keys = KeyTable()
    /// m when the partition last received a record; where idle time counts from.
    var idleBase: Int64?

    init(restoring progress: PartitionProgress, delayMicroseconds: Int64) {
        nextOffset = progress.replayOffset
        liveOffset = progress.nextOffset
        restoredBoundary = progress.boundary
        watermark = Watermark(
            delayMicroseconds: delayMicroseconds, maximumEventTime: progress.maximumEventTime)
        idleBase = progress.maximumEventTime
    }

    var isReplaying: Bool { nextOffset < liveOffset }

    func progress(window: WindowSpecification?) -> PartitionProgress {
        let boundary = window.map { $0.firstOpenStart(at: watermark.value) } ?? 0
        return PartitionProgress(
            nextOffset: nextOffset,
            replayOffset: min(nextOffset, open.firstOffset ?? nextOffset),
            maximumEventTime: watermark.maximumEventTime,
            boundary: max(boundary, restoredBoundary))
    }
}
