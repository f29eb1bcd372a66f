/// What an exchange with Druid comes to.
public enum DruidAnswer: Hashable, Sendable {
    /// 200 with JSON.
    case document(JSONValue)
    /// 404: no such supervisor, or nothing of Druid's at that address. With the server's words.
    case notFound(String)
    /// 400: the server refuses what was asked, in its own words.
    case rejected(String)
    /// 403.
    case forbidden(String)
    /// The same call may succeed later. `isServerError`: 500, which is often for good.
    case notReady(reason: String, isServerError: Bool)
    /// Asking again is of no use.
    case failed(String)
    case interrupted

    public init(_ error: TransportError) {
        switch error.kind {
        case .interrupted: self = .interrupted
        case .untrusted: self = .failed("the TLS connection failed: \(error.message)")
        default:
            self =
                error.isRetriable
                ? .notReady(reason: error.message, isServerError: false) : .failed(error.message)
        }
    }

    public init(_ response: HTTPResponse) {
        let message = errorMessage(in: response)
        switch response.status {
        case 200..<300: self = Self.document(in: response)
        case 300..<400:
            let target = response.location.map { " to \(withoutCredentials($0))" } ?? ""
            self = .failed(
                "HTTP \(response.status), a redirect\(target), which is not followed; if that is "
                    + "Druid's leading Overlord or its Router, give its address with --url")
        case 400: self = .rejected(message)
        case 401:
            self = .failed("HTTP 401, not authenticated; check --user and --password-file")
        case 403: self = .forbidden(message)
        case 404: self = .notFound(message)
        case 415: self = .failed("HTTP 415, the server does not take JSON: \(message)")
        case 429: self = .notReady(reason: "HTTP 429, too many requests", isServerError: false)
        // While an Overlord becomes leader.
        case 500 where message.contains("not started"):
            self = .notReady(reason: "the Overlord is starting", isServerError: false)
        case 503 where response.body.isEmpty:
            self = .notReady(reason: "no Overlord leads yet", isServerError: false)
        case 502, 503, 504:
            self = .notReady(
                reason: "HTTP \(response.status): \(message)", isServerError: false)
        case 500..<600:
            self = .notReady(reason: "HTTP \(response.status): \(message)", isServerError: true)
        default: self = .failed("HTTP \(response.status): \(message)")
        }
    }

    private static func document(in response: HTTPResponse) -> DruidAnswer {
        do {
            return .document(try JSONValue(parsing: response.body))
        } catch {
            let isPage = response.contentType == "text/html" || looksLikeHTML(response.body)
            let what = isPage ? "an HTML page" : "something that is not JSON"
            return .failed(
                "it answered \(what) where Druid answers JSON: \(errorMessage(in: response)); "
                    + "is another server or a proxy in the way?")
        }
    }
}

/// The server's own words in an answer, on one line: `errorMessage`, else `error`, else the
/// beginning of the body, without an HTML page's marks.
func errorMessage(in response: HTTPResponse) -> String {
    let limit = 500
    if let value = try? JSONValue(parsing: response.body) {
        for name in ["errorMessage", "error", "message"] {
            if let text = value[name]?.text, !text.isEmpty { return printable(text, limit: limit) }
        }
    }
    guard !response.body.isEmpty else { return "no message" }
    // A page's words come after its head; what is cut off here nobody would read.
    let text = String(decoding: response.body.prefix(16 * limit), as: UTF8.self)
    let isPage = response.contentType == "text/html" || looksLikeHTML(response.body)
    return printable(isPage ? withoutMarks(text) : text, limit: limit)
}

private func looksLikeHTML(_ body: [UInt8]) -> Bool {
    let start = body.drop { $0 <= 0x20 }.prefix(15)
    let text = String(decoding: start, as: UTF8.self).lowercased()
    return text.hasPrefix("<!doctype html") || text.hasPrefix("<html")
}

/// A page's text without tags, styles and scripts.
private func withoutMarks(_ page: String) -> String {
    var text = ""
    var rest = page[...]
    while let start = rest.firstIndex(of: "<") {
        text += rest[..<start] + " "
        rest = rest[start...]
        let lowered = rest.prefix(7).lowercased()
        let close = ["<style", "<script"].first { lowered.hasPrefix($0) }
        if let close, let end = rest.firstRange(of: "</" + close.dropFirst()) {
            rest = rest[end.upperBound...]
        }
        guard let end = rest.firstIndex(of: ">") else { return text }
        rest = rest[rest.index(after: end)...]
    }
    return text + rest
}

/// An address for a message: no user, no password, no query.
private func withoutCredentials(_ address: String) -> String {
    var address = address.prefix { $0 != "?" && $0 != "#" }
    if let scheme = address.firstRange(of: "://") {
        let rest = address[scheme.upperBound...]
        let authority = rest.prefix { $0 != "/" }
        if let at = authority.lastIndex(of: "@") {
            address.removeSubrange(scheme.upperBound...at)
        }
    }
    return printable(address, limit: 200)
}
