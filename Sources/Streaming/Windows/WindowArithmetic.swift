extension WindowSpecification {
    /// The start of the last window that contains `time`; nil at the ends of the range of time,
    /// where Spark's arithmetic overflows.
    @inline(__always)
    func lastStart(containing time: Int64) -> Int64? {
        let (shifted, below) = time.subtractingReportingOverflow(offsetMicroseconds)
        guard !below, let multiple = shifted.floorMultiple(of: slideMicroseconds) else {
            return nil
        }
        let (start, above) = multiple.addingReportingOverflow(offsetMicroseconds)
        guard !above, !start.addingReportingOverflow(sizeMicroseconds).overflow else { return nil }
        return start
    }

    /// The start of the first window that contains `time`, given that of the last one. With
    /// `size` no multiple of `slide` the number of windows depends on the time.
    @inline(__always)
    func firstStart(containing time: Int64, lastStart: Int64) -> Int64? {
        if isTumbling { return lastStart }
        // The smallest start with start + size > time.
        let steps = (sizeMicroseconds - 1 - (time - lastStart)) / slideMicroseconds
        let (start, overflow) = lastStart.subtractingReportingOverflow(steps * slideMicroseconds)
        return overflow ? nil : start
    }

    /// The smallest start whose window is open at `watermark`: end > watermark.
    func firstOpenStart(at watermark: Int64) -> Int64 {
        let shifted = watermark - sizeMicroseconds - offsetMicroseconds
        let multiple = shifted.floorMultiple(of: slideMicroseconds) ?? shifted
        return multiple + slideMicroseconds + offsetMicroseconds
    }
}
