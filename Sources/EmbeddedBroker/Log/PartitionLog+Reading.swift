/// What a fetch gives for one partition.
struct LogSlice: Sendable {
    var error: ErrorCode = .none
    var highWatermark: Int64 = -1
    var lastStableOffset: Int64 = -1
    var logStartOffset: Int64 = -1
    /// For readers of committed records: which of the producers' records to leave out. nil for
    /// other readers.
    var abortedTransactions: [PartitionLog.AbortedTransaction]?
    var batches: [[UInt8]] = []
    var byteCount = 0
}

extension PartitionLog {
    /// The offset that a reader may not pass.
    func limit(_ isolation: IsolationLevel) -> Int64 {
        isolation == .readCommitted ? lastStableOffset : endOffset
    }

    /// Whole batches from the one that holds `offset`, as many as fit in `maximumBytes`.
    ///
    /// - Parameter takesOne: take the first batch even if it is larger, so that the reader can go
    ///   on.
    func read(
        from offset: Int64, maximumBytes: Int, isolation: IsolationLevel, takesOne: Bool
    ) -> LogSlice {
        var slice = LogSlice(
            highWatermark: endOffset, lastStableOffset: lastStableOffset,
            logStartOffset: logStartOffset)
        guard offset >= logStartOffset, offset <= endOffset else {
            slice.error = .offsetOutOfRange
            return slice
        }
        if isolation == .readCommitted { slice.abortedTransactions = [] }
        guard !isPaused else { return slice }
        let limit = self.limit(isolation)
        var index = self.index(of: offset)
        // No batch crosses the last stable offset: a transaction begins with a batch.
        while index < batches.count, batches[index].header.baseOffset < limit {
            let size = batches[index].bytes.count
            let isForced = takesOne && slice.batches.isEmpty
            guard isForced || slice.byteCount + size <= maximumBytes else { break }
            slice.batches.append(batches[index].bytes)
            slice.byteCount += size
            index += 1
        }
        if isolation == .readCommitted, !slice.batches.isEmpty {
            slice.abortedTransactions = aborted(
                from: offset, to: batches[index - 1].header.lastOffset)
        }
        return slice
    }

    /// The aborted transactions that touch the offsets from `first` to `last`, by first offset.
    private func aborted(from first: Int64, to last: Int64) -> [AbortedTransaction] {
        abortedTransactions
            .filter { $0.lastOffset >= first && $0.firstOffset <= last }
            .sorted { $0.firstOffset < $1.firstOffset }
    }

    /// Bytes that a read from `offset` could give; counting stops at `enough`.
    func available(from offset: Int64, isolation: IsolationLevel, enough: Int) -> Int {
        guard !isPaused else { return 0 }
        let limit = self.limit(isolation)
        var index = self.index(of: offset)
        var count = 0
        while count < enough, index < batches.count, batches[index].header.baseOffset < limit {
            count += batches[index].bytes.count
            index += 1
        }
        return count
    }

    /// The first record at or after `timestamp`, below what the reader may see.
    ///
    /// In a batch whose compression the broker does not undo, that is the batch's first.
    func offset(
        at timestamp: Milliseconds, isolation: IsolationLevel
    ) -> (offset: Int64, timestamp: Milliseconds)? {
        let limit = self.limit(isolation)
        for batch in batches where !batch.header.isControl && batch.header.maxTimestamp >= timestamp
        {
            let header = batch.header
            guard header.baseOffset < limit else { return nil }
            if let records = try? RecordBatchReader.records(in: batch.bytes),
                let record = records.first(where: {
                    $0.timestamp >= timestamp && $0.offset >= logStartOffset
                })
            {
                return (record.offset, record.timestamp)
            }
            guard header.codec != 0 else { continue }
            let time = header.isLogAppendTime ? header.maxTimestamp : header.baseTimestamp
            return (max(header.baseOffset, logStartOffset), time)
        }
        return nil
    }

    /// The records that a reader gets, in log order.
    func records(_ isolation: IsolationLevel) throws(RecordBatchError) -> [BrokerRecord] {
        let limit = self.limit(isolation)
        var records: [BrokerRecord] = []
        for batch in batches where !batch.header.isControl && batch.header.baseOffset < limit {
            if isolation == .readCommitted, isAborted(batch.header) { continue }
            for record in try RecordBatchReader.records(in: batch.bytes)
            where record.offset >= logStartOffset { records.append(record) }
        }
        return records
    }

    private func isAborted(_ header: RecordBatchHeader) -> Bool {
        header.isTransactional
            && abortedTransactions.contains {
                $0.producerID == header.producer.id && $0.firstOffset <= header.baseOffset
                    && header.baseOffset < $0.lastOffset
            }
    }
}
