/// As much of HTTP/1.1 as a scraper and a health check need: the head of one request without a
/// body, and one response, after which the connection closes.
enum HTTPExchange {
    /// The longest head that is read.
    static let maximumHeadBytes = 8192

    enum Parsed: Equatable {
        /// The head has not ended yet.
        case incomplete
        /// The path is without its query.
        case request(method: String, path: String)
        case malformed
        case tooLong
    }

    /// Reads a head from the beginning of `bytes`.
    static func parse(_ bytes: some Collection<UInt8>) -> Parsed {
        let head = Array(bytes.prefix(maximumHeadBytes))
        guard let lineEnd = head.firstIndex(of: UInt8(ascii: "\n")) else {
            return head.count < maximumHeadBytes ? .incomplete : .tooLong
        }
        let isWhole = endsHead(head, from: lineEnd)
        guard isWhole || head.count < maximumHeadBytes else { return .tooLong }
        var line = head[..<lineEnd]
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        guard line.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else { return .malformed }
        let words = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard words.count == 3, !words[0].isEmpty, words[1].first == UInt8(ascii: "/"),
            words[2].starts(with: Array("HTTP/1.".utf8))
        else { return .malformed }
        guard isWhole else { return .incomplete }
        let target = words[1].prefix { $0 != UInt8(ascii: "?") }
        return .request(
            method: String(decoding: words[0], as: UTF8.self),
            path: String(decoding: target, as: UTF8.self))
    }

    /// Whether an empty line follows, with or without carriage returns.
    private static func endsHead(_ head: [UInt8], from start: Int) -> Bool {
        var lineIsEmpty = false
        for byte in head[start...] {
            switch byte {
            case UInt8(ascii: "\n"):
                if lineIsEmpty { return true }
                lineIsEmpty = true
            case UInt8(ascii: "\r"): break
            default: lineIsEmpty = false
            }
        }
        return false
    }

    struct Response: Equatable {
        var status: Status
        var contentType = "text/plain; charset=utf-8"
        var body: String

        /// - Parameter withBody: false for a HEAD request.
        func text(withBody: Bool) -> String {
            var text = "HTTP/1.1 \(status.rawValue) \(status.reason)\r\n"
            text += "Content-Type: \(contentType)\r\nContent-Length: \(body.utf8.count)\r\n"
            if status == .methodNotAllowed { text += "Allow: GET, HEAD\r\n" }
            text += "Cache-Control: no-store\r\nConnection: close\r\n\r\n"
            return withBody ? text + body : text
        }
    }

    enum Status: Int {
        case ok = 200
        case badRequest = 400
        case notFound = 404
        case methodNotAllowed = 405
        case headTooLong = 431
        case unavailable = 503

        var reason: String {
            switch self {
            case .ok: "OK"
            case .badRequest: "Bad Request"
            case .notFound: "Not Found"
            case .methodNotAllowed: "Method Not Allowed"
            case .headTooLong: "Request Header Fields Too Large"
            case .unavailable: "Service Unavailable"
            }
        }
    }
}
