/// A growing run of bytes that is emptied as a whole and keeps its memory.
///
/// Appending costs no allocation once the arena has reached its working size.
///
/// Not Sendable: one thread uses it, and no access to a property is under way during another, so the
/// run-time exclusivity checks, a good part of the cost of an append, are off.
public final class ByteArena {
    /// Where the bytes are; replaced when the arena grows, so take it again after an append.
    @inlinable public var storage: Buffer<UInt8> { bytes }
    @safe @exclusivity(unchecked) @usableFromInline var bytes: Buffer<UInt8>
    /// Bytes in use.
    @inlinable public var count: Int { used }
    @safe @exclusivity(unchecked) @usableFromInline var used = 0

    public init(capacity: Int = 256) {
        bytes = Buffer(count: max(capacity, 16), filler: 0)
    }

    /// Forgets the contents, keeps the memory.
    public func removeAll() { used = 0 }

    /// Gives back the bytes from `count` on.
    public func truncate(to count: Int) {
        precondition(count >= 0 && count <= used)
        used = count
    }

    /// Makes room for `additional` more bytes.
    @inlinable @inline(__always)
    public func reserve(_ additional: Int) {
        if count + additional > storage.count { grow(additional) }
    }

    @usableFromInline @inline(never)
    func grow(_ additional: Int) {
        bytes = bytes.grown(to: max(storage.count * 2, count + additional), filler: 0)
    }

    @inlinable @inline(__always)
    public func append(_ byte: UInt8) {
        reserve(1)
        storage[count] = byte
        used += 1
    }

    @inlinable @inline(__always)
    public func append(_ bytes: Span<UInt8>) {
        reserve(bytes.count)
        storage.copy(from: bytes, to: count)
        used += bytes.count
    }

    /// Appends the UTF-8 of `text`.
    public func append(_ text: String) {
        for byte in text.utf8 { append(byte) }
    }

    /// Appends the UTF-8 of `text`, without the cost of a String.
    public func append(_ text: StaticString) {
        unsafe append(
            UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount).span)
    }

    /// Appends `length` bytes of `other` (which may be this arena), beginning at `start`.
    @inlinable @inline(__always)
    public func append(from other: ByteArena, at start: Int, count length: Int) {
        precondition(start >= 0 && start + length <= other.count)
        reserve(length)
        storage.copy(from: other.storage, at: start, to: count, count: length)
        used += length
    }

    /// Appends `length` unset bytes for the caller to fill through ``storage``; returns their start.
    public func appendUninitialized(_ length: Int) -> Int {
        reserve(length)
        used += length
        return count - length
    }

    @inlinable @inline(__always)
    public subscript(index: Int) -> UInt8 {
        get { storage[index] }
        set { storage[index] = newValue }
    }

    /// Lends the bytes `start ..< start + length`; the span is valid within `body` only.
    @inlinable @inline(__always)
    public func withSpan<Result: ~Copyable, Failure: Error>(
        at start: Int, count length: Int, _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        precondition(start + length <= count)
        return try storage.withSpan(start..<start + length, body)
    }

    /// Lends all bytes in use.
    @inlinable
    public func withSpan<Result: ~Copyable, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try storage.withSpan(0..<count, body)
    }

    /// The bytes `start ..< start + length` as text; what is not UTF-8 becomes U+FFFD. Allocates.
    public func text(at start: Int, count length: Int) -> String {
        withSpan(at: start, count: length) { String(decodingUTF8: $0) }
    }
}

extension String {
    /// The text of `bytes`; what is not UTF-8 becomes U+FFFD. Allocates.
    public init(decodingUTF8 bytes: Span<UInt8>) {
        self = unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }
}
