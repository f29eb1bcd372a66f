internal import CRdkafka

/// Messages taken from a queue and not yet handed on. Owns them; each pins the fetch response that
/// it lies in, so they do not stay long.
@safe struct MessageBuffer: ~Copyable {
    private let slots: UnsafeMutablePointer<UnsafeMutablePointer<rd_kafka_message_t>?>
    private let capacity: Int
    private var next = 0
    private var end = 0

    var isEmpty: Bool { next == end }

    init(capacity: Int) {
        self.capacity = capacity
        unsafe slots = .allocate(capacity: capacity)
        unsafe slots.initialize(repeating: nil, count: capacity)
    }

    deinit {
        for index in next..<end { unsafe rd_kafka_message_destroy(slots[index]) }
        unsafe slots.deallocate()
    }

    mutating func removeAll() {
        while let message = unsafe take() { unsafe rd_kafka_message_destroy(message) }
    }

    /// Takes up to `limit` messages that are there, or waits up to `timeoutMilliseconds` for the
    /// first one. Only when empty.
    mutating func fill(from queue: borrowing QueueHandle, limit: Int, timeoutMilliseconds: Int) {
        assert(isEmpty)
        guard let source = unsafe queue.pointer else { return }
        // The batch call waits until it has all it asks for: so ask for one when waiting.
        let size = timeoutMilliseconds > 0 ? 1 : min(limit, capacity)
        let count = unsafe rd_kafka_consume_batch_queue(
            source, Int32(clamping: timeoutMilliseconds), slots, size)
        next = 0
        end = max(count, 0)
    }

    /// The next message, which is the caller's to destroy.
    mutating func take() -> UnsafeMutablePointer<rd_kafka_message_t>? {
        guard next < end else { return nil }
        defer { next += 1 }
        return unsafe slots[next]
    }
}
