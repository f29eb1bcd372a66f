/// Tumbling or sliding windows `[start, start + size)`, aligned to the epoch plus `offset`.
///
/// Starts are the multiples of `slide` (plus `offset`); tumbling is sliding with `slide == size`.
/// All in microseconds. 0 < slide <= size; |offset| < slide.
public struct WindowSpecification: Hashable, Sendable {
    public let sizeMicroseconds: Int64
    public let slideMicroseconds: Int64
    public let offsetMicroseconds: Int64

    public init(
        sizeMicroseconds: Int64, slideMicroseconds: Int64? = nil, offsetMicroseconds: Int64 = 0
    ) {
        let slide = slideMicroseconds ?? sizeMicroseconds
        precondition(sizeMicroseconds > 0 && slide > 0 && slide <= sizeMicroseconds)
        precondition(offsetMicroseconds.magnitude < slide.magnitude)
        self.sizeMicroseconds = sizeMicroseconds
        self.slideMicroseconds = slide
        self.offsetMicroseconds = offsetMicroseconds
    }

    public var isTumbling: Bool { sizeMicroseconds == slideMicroseconds }
}
