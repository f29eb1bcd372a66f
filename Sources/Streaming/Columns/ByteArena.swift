/// A growing run of bytes that is emptied as a whole and keeps its memory.
///
/// Appending costs no allocation once the arena has reached its working size.
@safe public final class ByteArena {
    /// Where the bytes are; replaced when the arena grows, so take it again after an append.
    public var storage: Buffer<UInt8> { owner }
    /// Bytes in use.
    @inlinable public var count: Int { used }

    // The address is kept beside its owner, because to take it from there would count a reference
    // at each byte.
    private var owner: Buffer<UInt8>
    @usableFromInline var base: UnsafeMutablePointer<UInt8>
    @usableFromInline var capacity: Int
    @usableFromInline var used = 0

    public init(capacity: Int = 256) {
        let buffer = Buffer<UInt8>(count: max(capacity, 16), filler: 0)
        owner = buffer
        unsafe base = buffer.base
        self.capacity = buffer.count
    }

    /// Forgets the contents, keeps the memory.
    public func removeAll() { used = 0 }

    /// Gives back the bytes from `count` on.
    public func truncate(to count: Int) {
        precondition(count >= 0 && count <= self.count)
        used = count
    }

    /// Makes room for `additional` more bytes.
    @inlinable @inline(__always)
    public func reserve(_ additional: Int) {
        if used + additional > capacity { grow(additional) }
    }

    @usableFromInline @inline(never)
    func grow(_ additional: Int) {
        let larger = storage.grown(to: max(storage.count * 2, count + additional), filler: 0)
        owner = larger
        unsafe base = larger.base
        capacity = larger.count
    }

    @inlinable @inline(__always)
    public func append(_ byte: UInt8) {
        reserve(1)
        unsafe base[used] = byte
        used += 1
    }

    @inlinable @inline(__always)
    public func append(_ bytes: Span<UInt8>) {
        reserve(bytes.count)
        unsafe bytes.withUnsafeBufferPointer { source in
            guard let first = source.baseAddress else { return }
            unsafe (base + used).update(from: first, count: source.count)
        }
        used += bytes.count
    }

    /// Appends the UTF-8 of `text`. A literal goes to the overload below.
    @_disfavoredOverload
    public func append(_ text: String) {
        for byte in text.utf8 { append(byte) }
    }

    /// Appends the UTF-8 of `text`, without the cost of a String.
    @inlinable @inline(__always)
    public func append(_ text: StaticString) {
        let bytes = unsafe UnsafeBufferPointer(
            start: text.utf8Start, count: text.utf8CodeUnitCount)
        unsafe append(bytes.span)
    }

    /// Appends `length` bytes of `other` (which may be this arena), beginning at `start`.
    @inlinable @inline(__always)
    public func append(from other: ByteArena, at start: Int, count length: Int) {
        precondition(start >= 0 && length >= 0 && start + length <= other.count)
        reserve(length)
        unsafe (base + used).update(from: other.base + start, count: length)
        used += length
    }

    /// Appends `length` unset bytes for the caller to fill; returns their start.
    public func appendUninitialized(_ length: Int) -> Int {
        reserve(length)
        used += length
        return count - length
    }

    @inlinable @inline(__always)
    public subscript(index: Int) -> UInt8 {
        get {
            precondition(index >= 0 && index < count)
            return unsafe base[index]
        }
        set {
            precondition(index >= 0 && index < count)
            unsafe base[index] = newValue
        }
    }

    /// Lends the bytes `start ..< start + length`; the span is valid within `body` only.
    @inlinable @inline(__always)
    public func withSpan<Result: ~Copyable, Failure: Error>(
        at start: Int, count length: Int, _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        precondition(start >= 0 && length >= 0 && start + length <= count)
        return try unsafe body(UnsafeBufferPointer(start: base + start, count: length).span)
    }

    /// Lends all bytes in use.
    @inlinable
    public func withSpan<Result: ~Copyable, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(UnsafeBufferPointer(start: base, count: used).span)
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
