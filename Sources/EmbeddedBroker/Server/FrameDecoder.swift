internal import NIOCore
internal import NIOPosix

/// Cuts the byte stream of a connection into Kafka frames: a length of four bytes, then that many.
struct FrameDecoder: ByteToMessageDecoder {
    typealias InboundOut = ByteBuffer

    /// The longest frame taken, in bytes; a client that announces more is disconnected.
    let maximumFrameBytes: Int

    /// What ends a connection before its frame was read.
    enum Refusal: Error, Equatable {
        /// A negative length, or one beyond the limit.
        case frameLength(Int)
    }

    mutating func decode(
        context: ChannelHandlerContext, buffer: inout ByteBuffer
    ) throws -> DecodingState {
        guard let length = buffer.getInteger(at: buffer.readerIndex, as: Int32.self) else {
            return .needMoreData
        }
        guard length >= 0, Int(length) <= maximumFrameBytes else {
            throw Refusal.frameLength(Int(length))
        }
        guard buffer.readableBytes >= 4 + Int(length) else { return .needMoreData }
        buffer.moveReaderIndex(forwardBy: 4)
        guard let frame = buffer.readSlice(length: Int(length)) else { return .needMoreData }
        context.fireChannelRead(wrapInboundOut(frame))
        return .continue
    }

    mutating func decodeLast(
        context: ChannelHandlerContext, buffer: inout ByteBuffer, seenEOF: Bool
    ) throws -> DecodingState {
        // What is left of an unfinished frame is nobody's request.
        .needMoreData
    }
}
