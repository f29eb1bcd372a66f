import Foundation
import Synchronization

/// A request as the stand-in received it.
public struct StandInRequest: Sendable {
    public let method: String
    /// Path and query.
    public let target: String
    /// Names in lower case.
    public let headers: [String: String]
    public let body: String

    public var path: String { String(target.prefix { $0 != "?" }) }
    public var query: String { String(target.drop { $0 != "?" }.dropFirst()) }
}

/// What the stand-in does about a request.
public enum StandInReply: Sendable {
    case answer(status: Int, type: String = "application/json", _ body: String)
    case redirect(to: String)
    /// Announces the whole body, sends half of it and closes.
    case cutOff(String)
    /// Closes without a byte.
    case hangUp
    /// Never answers; waits until the client has gone.
    case silence
    /// Sends a body, or header lines, until the client has gone.
    case endlessBody
    case endlessHeader
}

/// HTTP/1.1 on a port of the loopback interface, or of all: one connection after the other, one
/// request each. Answers what `reply` says.
public final class StandInServer: Sendable {
    public let port: UInt16
    private let listener: Int32
    private let received = Mutex<[StandInRequest]>([])
    private let isStopped = Atomic<Bool>(false)

    public var url: String { "http://127.0.0.1:\(port)" }

    /// All requests so far.
    public var requests: [StandInRequest] { received.withLock { $0 } }

    /// - Parameter port: 0 lets the system choose.
    public init(
        port: UInt16 = 0, onAllInterfaces: Bool = false,
        reply: @escaping @Sendable (StandInRequest) -> StandInReply
    ) {
        (listener, self.port) = listen(port, onAllInterfaces ? 0 : 0x7F00_0001)
        let thread = Thread { [self] in
            while !isStopped.load(ordering: .relaxed) {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { continue }
                serve(connection, reply)
                close(connection)
            }
        }
        thread.start()
    }

    /// Ends the thread. A request that is being answered is not waited for.
    public func stop() {
        isStopped.store(true, ordering: .relaxed)
        shutdown(listener, Int32(SHUT_RDWR))
    }

    private func serve(_ connection: Int32, _ reply: (StandInRequest) -> StandInReply) {
        guard let request = readRequest(connection) else { return }
        received.withLock { $0.append(request) }
        switch reply(request) {
        case .answer(let status, let type, let body):
            send(connection, head(status, type, body.utf8.count) + body)
        case .redirect(let target):
            let head = "HTTP/1.1 307 Temporary Redirect\r\nLocation: \(target)\r\n"
            send(connection, head + "Content-Length: 0\r\nConnection: close\r\n\r\n")
        case .cutOff(let body):
            let half = body.prefix(body.count / 2)
            send(connection, head(200, "application/json", body.utf8.count) + half)
        case .hangUp: break
        case .silence: waitForEnd(connection)
        case .endlessBody:
            send(connection, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[")
            let block = String(repeating: "1,", count: 1 << 15)
            while send(connection, block) {}
        case .endlessHeader:
            send(connection, "HTTP/1.1 200 OK\r\n")
            let line = "X-Padding: " + String(repeating: "x", count: 1000) + "\r\n"
            while send(connection, line) {}
        }
    }

    private func head(_ status: Int, _ type: String, _ length: Int) -> String {
        "HTTP/1.1 \(status) Status\r\nContent-Type: \(type)\r\nContent-Length: \(length)\r\n"
            + "Connection: close\r\n\r\n"
    }
}

/// A socket that listens, and its port.
private func listen(_ port: UInt16, _ host: UInt32) -> (Int32, UInt16) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    precondition(descriptor >= 0, "no socket")
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = host.bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
            unsafe bind(descriptor, generic, length) == 0
                && Foundation.listen(descriptor, 16) == 0
                && getsockname(descriptor, generic, &length) == 0
        }
    }
    precondition(isBound, "cannot listen on port \(port)")
    return (descriptor, UInt16(bigEndian: address.sin_port))
}

private func readRequest(_ connection: Int32) -> StandInRequest? {
    var bytes: [UInt8] = []
    let end = Array("\r\n\r\n".utf8)
    while true {
        guard let split = bytes.firstRange(of: end) else {
            // A client that begins to encrypt would otherwise wait for an answer, and we for it.
            let isText = bytes.first.map { Unicode.Scalar($0).isASCII && $0 >= 0x20 } ?? true
            guard isText, receive(connection, &bytes) else { return nil }
            continue
        }
        let lines = String(decoding: bytes[..<split.lowerBound], as: UTF8.self)
            .components(separatedBy: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 {
                headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
            }
        }
        let length = Int(headers["content-length"] ?? "0") ?? 0
        while bytes.count < split.upperBound + length {
            guard receive(connection, &bytes) else { return nil }
        }
        let words = lines[0].split(separator: " ")
        guard words.count == 3 else { return nil }
        return StandInRequest(
            method: String(words[0]), target: String(words[1]), headers: headers,
            body: String(decoding: bytes[split.upperBound...], as: UTF8.self))
    }
}

private func receive(_ connection: Int32, _ bytes: inout [UInt8]) -> Bool {
    var chunk = [UInt8](repeating: 0, count: 4096)
    let count = unsafe recv(connection, &chunk, chunk.count, 0)
    guard count > 0 else { return false }
    bytes += chunk[..<count]
    return true
}

@discardableResult
private func send(_ connection: Int32, _ text: String) -> Bool {
    let bytes = Array(text.utf8)
    var start = 0
    while start < bytes.count {
        let rest = Array(bytes[start...])
        let count = unsafe Foundation.send(
            connection, rest, rest.count, Int32(MSG_NOSIGNAL))
        guard count > 0 else { return false }
        start += count
    }
    return true
}

private func waitForEnd(_ connection: Int32) {
    var rest: [UInt8] = []
    while receive(connection, &rest) {}
}
