internal import CRdkafka

/// The headers of a record to produce: names with values, in order. Handed over to
/// ``Producer/produce(topic:partition:key:value:headers:timestamp:)``.
@safe public struct RecordHeaders: ~Copyable {
    let pointer: OpaquePointer

    public init() { unsafe pointer = rd_kafka_headers_new(8) }

    deinit { unsafe rd_kafka_headers_destroy(pointer) }

    /// Adds a header with a copy of `value`; nil is a null value.
    public func add(_ name: String, _ value: Span<UInt8>?) {
        guard let value else {
            unsafe add(name, UnsafeRawBufferPointer(start: nil, count: 0))
            return
        }
        unsafe withBytes(of: value) { unsafe add(name, $0) }
    }

    /// Adds a header with the UTF-8 of `value`.
    public func add(_ name: String, text value: String) {
        var value = value
        value.withUTF8 { unsafe add(name, nonNull(UnsafeRawBufferPointer($0))) }
    }

    private func add(_ name: String, _ value: UnsafeRawBufferPointer) {
        // It fails on a read-only list only, which this one never is.
        _ = unsafe rd_kafka_header_add(pointer, name, -1, value.baseAddress, value.count)
    }

    /// Ends ownership without freeing, after librdkafka has taken the list over.
    consuming func handOver() { discard self }
}

/// Lends the bytes of `span` with a base address that is never nil, since librdkafka reads nil as
/// null where an empty value is meant.
func withBytes<Result>(
    of span: Span<UInt8>, _ body: (UnsafeRawBufferPointer) -> Result
) -> Result {
    unsafe span.withUnsafeBufferPointer { unsafe body(nonNull(UnsafeRawBufferPointer($0))) }
}

private func nonNull(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    guard unsafe bytes.baseAddress == nil else { return unsafe bytes }
    // Never read: the count is 0.
    return unsafe UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: 1), count: 0)
}
