internal import CCurl

#if canImport(Darwin)
    internal import Darwin
#else
    internal import Glibc
#endif

/// Name and password for basic authentication.
///
/// Prints without the password, so that no log or crash report can hold it.
public struct Credentials: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    let user: String
    let password: String

    public init(user: String, password: String) {
        self.user = user
        self.password = password
    }

    public var description: String { "credentials of \(user)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: ["user": user]) }
}

/// HTTP to one server through libcurl: one request at a time, one connection kept.
///
/// Nothing is followed, decompressed or stored; answers longer than ``answerLimit`` are refused.
public final class HTTPClient: HTTPTransport {
    private let handle: CurlHandle
    private let server: ServerAddress
    private let credentials: Credentials?
    private let authorityFile: String?
    private let shouldStop: () -> Bool

    /// The longest answer that is read, in bytes.
    public static let answerLimit = 1 << 20
    private static let connectMilliseconds: Int64 = 5000
    private static let totalMilliseconds: Int64 = 30_000

    /// - Parameters:
    ///   - authorityFile: PEM file of certificate authorities to trust; nil: the system's.
    ///   - shouldStop: asked at least once a second; true ends a request.
    public init(
        server: ServerAddress, credentials: Credentials? = nil, authorityFile: String? = nil,
        shouldStop: @escaping () -> Bool = { false }
    ) throws(TransportError) {
        handle = try CurlHandle()
        self.server = server
        self.credentials = credentials
        self.authorityFile = authorityFile
        self.shouldStop = shouldStop
    }

    public func perform(
        _ request: HTTPRequest, timeLimit: Int64
    ) throws(TransportError) -> HTTPResponse {
        try handle.reset()
        try setAddress(request.path)
        try setTrust()
        // At least 1 ms: to libcurl 0 is for ever.
        let milliseconds = min(max(timeLimit / 1000, 1), Self.totalMilliseconds)
        try handle.set(CURLOPT_TIMEOUT_MS, Int(milliseconds))
        try handle.set(
            CURLOPT_CONNECTTIMEOUT_MS, Int(min(milliseconds, Self.connectMilliseconds)))
        var body: [UInt8]?
        var lines = ["Accept: application/json"]
        if case .post(let bytes) = request.method {
            body = bytes
            // No "100 Continue" round trip, which some proxies leave unanswered.
            lines += ["Content-Type: application/json", "Expect:"]
        }
        let headers = try HeaderList(lines)
        try handle.set(CURLOPT_HTTPHEADER, headers)
        let answer = AnswerBuffer(limit: Self.answerLimit, shouldStop: shouldStop)
        let code = try handle.exchange(body: body, into: answer)
        _ = consume headers
        guard code == CURLE_OK else { throw failure(code, answer) }
        return HTTPResponse(
            status: handle.number(CURLINFO_RESPONSE_CODE),
            contentType: mediaType(handle.text(CURLINFO_CONTENT_TYPE) ?? ""),
            location: handle.text(CURLINFO_REDIRECT_URL), body: answer.body)
    }

    private func setAddress(_ path: String) throws(TransportError) {
        try handle.set(CURLOPT_URL, server.text + path)
        try handle.set(CURLOPT_PROTOCOLS_STR, "http,https")
        try handle.set(CURLOPT_FOLLOWLOCATION, 0)
        // Timeouts of name look-ups must not come by signal: signals are ours.
        try handle.set(CURLOPT_NOSIGNAL, 1)
        try handle.set(CURLOPT_USERAGENT, "tidemark-supervisor")
        // Otherwise proxies follow the environment, as curl's do.
        if server.isLoopback { try handle.set(CURLOPT_NOPROXY, "*") }
    }

    private func setTrust() throws(TransportError) {
        try handle.set(CURLOPT_SSL_VERIFYPEER, 1)
        try handle.set(CURLOPT_SSL_VERIFYHOST, 2)
        if let authorityFile { try handle.set(CURLOPT_CAINFO, authorityFile) }
        guard let credentials else { return }
        // Basic alone is sent with the first request; nothing is asked of the server before.
        try handle.set(CURLOPT_HTTPAUTH, basicAuthentication)
        try handle.set(CURLOPT_USERNAME, credentials.user)
        try handle.set(CURLOPT_PASSWORD, credentials.password)
    }

    private func failure(_ code: CURLcode, _ answer: AnswerBuffer) -> TransportError {
        if answer.isTooLarge {
            return TransportError(
                .tooLarge, "the answer is longer than \(Self.answerLimit >> 10) KiB")
        }
        let text = handle.failureText
        let reason = printable(
            text.isEmpty ? unsafe String(cString: curl_easy_strerror(code)) : text, limit: 200)
        switch code {
        case CURLE_ABORTED_BY_CALLBACK: return TransportError(.interrupted, "interrupted")
        case CURLE_COULDNT_CONNECT:
            return TransportError(.notConnected, connectReason(else: reason))
        case CURLE_COULDNT_RESOLVE_HOST:
            return TransportError(.notConnected, "cannot resolve \(server.host)")
        case CURLE_COULDNT_RESOLVE_PROXY: return TransportError(.notConnected, reason)
        case CURLE_OPERATION_TIMEDOUT: return TransportError(.timedOut, "no answer in time")
        case CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR:
            return TransportError(.cutOff, "the connection ended before the answer did")
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CONNECT_ERROR,
            CURLE_SSL_CERTPROBLEM, CURLE_SSL_ISSUER_ERROR:
            return TransportError(.untrusted, reason)
        default: return TransportError(.failed, reason)
        }
    }

    private func connectReason(else reason: String) -> String {
        let code = Int32(truncatingIfNeeded: handle.number(CURLINFO_OS_ERRNO))
        switch code {
        case ECONNREFUSED: return "connection refused"
        case 0: return reason
        default: return unsafe strerror(code).map { unsafe String(cString: $0) } ?? reason
        }
    }
}

/// `CURLAUTH_BASIC` is a cast expression, which Swift does not import.
private let basicAuthentication = 1

/// `text/html` of `Text/HTML; charset=utf-8`.
private func mediaType(_ header: String) -> String {
    let type = header.prefix { $0 != ";" }.lowercased()
    return String(type.filter { $0 != " " && $0 != "\t" })
}
