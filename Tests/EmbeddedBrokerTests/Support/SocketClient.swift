import Glibc

@testable import EmbeddedBroker

/// A connection to a broker, as plain as can be: frames out, frames in.
final class SocketClient {
    struct Failure: Error {
        var call: String
        var code: Int32
    }

    private let descriptor: Int32

    /// Connects to a port of this machine. A read that takes more than 20 seconds fails.
    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(call: "socket", code: errno) }
        var timeout = timeval(tv_sec: 20, tv_usec: 0)
        _ = unsafe setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe connect(descriptor, address, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        // `deinit` runs after this too, and closes.
        guard result == 0 else { throw Failure(call: "connect", code: errno) }
    }

    deinit { Glibc.close(descriptor) }

    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes[sent...].withUnsafeBytes { buffer in
                unsafe Glibc.send(
                    descriptor, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure(call: "send", code: errno) }
            sent += count
        }
    }

    func send(_ request: TestRequest, correlation: Int32 = 7) throws {
        let frame = request.frame(correlation: correlation)
        var length = WireWriter()
        length.integer(Int32(frame.count))
        try send(length.bytes + frame)
    }

    /// The next frame from its correlation id on; nil when the broker has closed the connection.
    func receive() throws -> WireReader? {
        guard let head = try read(4) else { return nil }
        var reader = WireReader(head)
        let length = try reader.integer(Int32.self)
        guard let body = try read(Int(length)) else { return nil }
        return WireReader(body)
    }

    func ask(_ request: TestRequest) throws -> WireReader? {
        try send(request)
        var reader = try receive()
        _ = try reader?.integer(Int32.self)
        return reader
    }

    private func read(_ count: Int) throws -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let length = unsafe bytes[filled...].withUnsafeMutableBytes { buffer in
                unsafe recv(descriptor, buffer.baseAddress, buffer.count, 0)
            }
            if length == 0 || (length < 0 && errno == ECONNRESET) { return nil }
            guard length > 0 else { throw Failure(call: "recv", code: errno) }
            filled += length
        }
        return bytes
    }
}
