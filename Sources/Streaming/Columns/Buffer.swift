/// A fixed number of plain values in memory of its own, shared by reference.
///
/// Kernels read and write columns through it: a bounds check an access, no uniqueness check, no
/// reference counting. Growing means making another buffer, so a reference taken once stays valid
/// and keeps its memory alive.
@safe public final class Buffer<Element: BitwiseCopyable> {
    @usableFromInline let base: UnsafeMutablePointer<Element>
    public let count: Int

    /// Allocates `count` elements, each set to `filler`.
    @inlinable
    public init(count: Int, filler: Element) {
        precondition(count >= 0)
        self.count = count
        unsafe base = .allocate(capacity: count)
        unsafe base.initialize(repeating: filler, count: count)
    }

    @inlinable
    deinit { unsafe base.deallocate() }

    @inlinable @inline(__always)
    public subscript(index: Int) -> Element {
        get {
            precondition(index >= 0 && index < count)
            return unsafe base[index]
        }
        set {
            precondition(index >= 0 && index < count)
            unsafe base[index] = newValue
        }
    }

    /// Lends the elements `range`; the span is valid within `body` only.
    @inlinable @inline(__always)
    public func withSpan<Result: ~Copyable, Failure: Error>(
        _ range: Range<Int>, _ body: (Span<Element>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        let elements = unsafe UnsafeBufferPointer(
            start: base + range.lowerBound, count: range.count)
        return try unsafe body(elements.span)
    }

    /// Lends the elements `range` for writing; the span is valid within `body` only.
    @inlinable @inline(__always)
    public func withMutableSpan<Result: ~Copyable, Failure: Error>(
        _ range: Range<Int>, _ body: (inout MutableSpan<Element>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        let elements = unsafe UnsafeMutableBufferPointer(
            start: base + range.lowerBound, count: range.count)
        var span = unsafe elements.mutableSpan
        return try body(&span)
    }

    /// Copies `length` elements of `source`, beginning at `sourceStart`, to `start`. Ranges of one
    /// buffer may overlap.
    @inlinable @inline(__always)
    public func copy(
        from source: Buffer<Element>, at sourceStart: Int, to start: Int, count length: Int
    ) {
        precondition(length >= 0 && start >= 0 && sourceStart >= 0)
        precondition(start + length <= count && sourceStart + length <= source.count)
        unsafe (base + start).update(from: source.base + sourceStart, count: length)
    }

    /// Copies all of `source` to `start`.
    @inlinable @inline(__always)
    public func copy(from source: Span<Element>, to start: Int) {
        precondition(start >= 0 && start + source.count <= count)
        unsafe source.withUnsafeBufferPointer { elements in
            guard let first = elements.baseAddress else { return }
            unsafe (base + start).update(from: first, count: elements.count)
        }
    }

    /// A buffer of at least `count` elements that begins with these; the rest is `filler`.
    @inlinable
    public func grown(to count: Int, filler: Element) -> Buffer<Element> {
        precondition(count >= self.count)
        let result = Buffer(count: count, filler: filler)
        result.copy(from: self, at: 0, to: 0, count: self.count)
        return result
    }
}

extension Buffer where Element == UInt8 {
    /// The eight bytes at `index` as a little-endian word; bytes beyond `end` count as zero.
    @inlinable @inline(__always)
    public func word(at index: Int, end: Int) -> UInt64 {
        precondition(index >= 0 && index <= end && end <= count)
        if index + 8 <= count {
            let word = unsafe UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self)
            let missing = index + 8 - end
            return missing <= 0
                ? UInt64(littleEndian: word)
                : missing >= 8 ? 0 : (UInt64(littleEndian: word) << (8 * missing)) >> (8 * missing)
        }
        var word: UInt64 = 0
        for position in index..<end {
            word |= UInt64(unsafe base[position]) << (8 * (position - index))
        }
        return word
    }

    /// Whether `length` bytes at `start` equal those of `other` at `otherStart`.
    @inlinable @inline(__always)
    public func equals(
        at start: Int, _ other: Buffer<UInt8>, at otherStart: Int, count length: Int
    ) -> Bool {
        precondition(length >= 0 && start >= 0 && otherStart >= 0)
        precondition(start + length <= count && otherStart + length <= other.count)
        var position = 0
        while position + 8 <= length {
            let mine = unsafe UnsafeRawPointer(base + start + position)
                .loadUnaligned(as: UInt64.self)
            let theirs = unsafe UnsafeRawPointer(other.base + otherStart + position)
                .loadUnaligned(as: UInt64.self)
            if mine != theirs { return false }
            position += 8
        }
        while position < length {
            if unsafe base[start + position] != other.base[otherStart + position] { return false }
            position += 1
        }
        return true
    }
}
