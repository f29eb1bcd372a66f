/// A request to Druid.
public struct HTTPRequest: Hashable, Sendable {
    public enum Method: Hashable, Sendable {
        case get
        /// With a JSON body.
        case post([UInt8])
    }

    public let method: Method
    /// Path and query below the server's address, beginning with a slash.
    public let path: String

    public init(_ method: Method, _ path: String) {
        self.method = method
        self.path = path
    }
}

/// A whole answer, read to its end.
public struct HTTPResponse: Hashable, Sendable {
    public let status: Int
    /// Without parameters, in lower case; empty where the server stated none.
    public let contentType: String
    /// Where a redirecting answer points to; never followed.
    public let location: String?
    public let body: [UInt8]

    public init(status: Int, contentType: String = "", location: String? = nil, body: [UInt8] = [])
    {
        self.status = status
        self.contentType = contentType
        self.location = location
        self.body = body
    }
}

/// Why there was no whole answer.
public struct TransportError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Kind: Hashable, Sendable {
        /// Nobody listens there, or the host cannot be reached.
        case notConnected
        /// No answer within the time limit.
        case timedOut
        /// The connection ended before the answer did.
        case cutOff
        /// The answer is longer than the limit.
        case tooLarge
        /// The two sides do not trust each other.
        case untrusted
        /// The caller asked to stop.
        case interrupted
        /// Our request was wrong, or libcurl cannot do it.
        case failed
    }

    public let kind: Kind
    public let message: String

    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// Whether the same request may succeed later without anybody changing anything.
    public var isRetriable: Bool {
        switch kind {
        case .notConnected, .timedOut, .cutOff: true
        case .tooLarge, .untrusted, .interrupted, .failed: false
        }
    }

    public var description: String { message }
}

/// What carries requests to a server.
public protocol HTTPTransport {
    /// - Parameter timeLimit: microseconds for the whole exchange.
    func perform(_ request: HTTPRequest, timeLimit: Int64) throws(TransportError) -> HTTPResponse
}
