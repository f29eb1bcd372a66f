/// Reads LZ4 frames, in which producers compress batches unless told otherwise.
///
/// Checksums inside the frame are passed over: the batch has one of its own.
enum LZ4Frame {
    /// The most that a frame may grow to; a batch of records is far below.
    static let maximumBytes = 256 << 20

    /// The contents of the frame at `start` of `bytes`; nil if it is none, or a broken one.
    static func decompress(_ bytes: [UInt8], from start: Int) -> [UInt8]? {
        var input = Input(bytes: bytes, position: start, end: bytes.count)
        guard input.littleEndian(4) == 0x184D_2204, let flags = input.byte(), input.skip(1),
            flags >> 6 == 1
        else { return nil }
        let hasBlockChecksums = flags & 0x10 != 0
        let hasContentSize = flags & 0x08 != 0
        let hasDictionary = flags & 0x01 != 0
        guard !hasDictionary, input.skip(hasContentSize ? 9 : 1) else { return nil }
        var output: [UInt8] = []
        while let size = input.littleEndian(4) {
            if size == 0 { return output }
            let length = size & 0x7FFF_FFFF
            let blockStart = input.position
            guard input.skip(length) else { return nil }
            if size & 0x8000_0000 != 0 {
                guard output.count + length <= maximumBytes else { return nil }
                output += bytes[blockStart..<(blockStart + length)]
            } else {
                var block = Input(bytes: bytes, position: blockStart, end: blockStart + length)
                guard decompress(&block, into: &output) else { return nil }
            }
            guard input.skip(hasBlockChecksums ? 4 : 0) else { return nil }
        }
        return nil
    }

    /// A block is a row of sequences: literals, then a match further back in the output. The last
    /// one ends after its literals.
    private static func decompress(_ input: inout Input, into output: inout [UInt8]) -> Bool {
        while let token = input.byte() {
            guard let literals = input.length(Int(token >> 4)) else { return false }
            let start = input.position
            guard input.skip(literals), output.count + literals <= maximumBytes else {
                return false
            }
            output += input.bytes[start..<(start + literals)]
            if input.position == input.end { return true }
            guard let distance = input.littleEndian(2), distance > 0, distance <= output.count,
                let length = input.length(Int(token & 15)),
                output.count + length + 4 <= maximumBytes
            else { return false }
            // It may reach into what it is just writing.
            for _ in 0..<(length + 4) { output.append(output[output.count - distance]) }
        }
        return false
    }

    private struct Input {
        let bytes: [UInt8]
        var position: Int
        let end: Int

        mutating func byte() -> UInt8? {
            guard position < end else { return nil }
            defer { position += 1 }
            return bytes[position]
        }

        mutating func skip(_ count: Int) -> Bool {
            guard count <= end - position else { return false }
            position += count
            return true
        }

        mutating func littleEndian(_ count: Int) -> Int? {
            let start = position
            guard skip(count) else { return nil }
            return (0..<count).reduce(0) { $0 | Int(bytes[start + $1]) << (8 * $1) }
        }

        /// A length whose four bits in the token go on in further bytes if they are all set.
        mutating func length(_ bits: Int) -> Int? {
            var length = bits
            guard bits == 15 else { return length }
            while let byte = byte() {
                length += Int(byte)
                if byte < 255 { return length }
            }
            return nil
        }
    }
}
