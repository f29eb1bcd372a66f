/// The address of a Druid service: `http://localhost:8888`, also with a path below which a proxy
/// serves Druid.
public struct ServerAddress: Hashable, Sendable, CustomStringConvertible {
    /// The address without a slash at its end. Holds no credentials.
    public let text: String
    public let host: String
    public let isEncrypted: Bool

    /// What is wrong with an address.
    public struct Invalid: Error, Hashable, Sendable, CustomStringConvertible {
        public let description: String
    }

    public init(_ address: String) throws(Invalid) {
        let lowered = address.lowercased()
        guard let scheme = ["http://", "https://"].first(where: { lowered.hasPrefix($0) }) else {
            throw Invalid(description: "it must begin with http:// or https://")
        }
        let isPlain = address.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        guard isPlain else { throw Invalid(description: "it holds a space or a special character") }
        let rest = address.dropFirst(scheme.utf8.count)
        guard !rest.contains(where: { $0 == "?" || $0 == "#" }) else {
            throw Invalid(description: "it must not have a query or a fragment")
        }
        let authority = rest.prefix { $0 != "/" }
        // The address itself is not repeated: it may hold a password.
        guard !authority.contains("@") else {
            throw Invalid(
                description: "credentials do not belong into the address; "
                    + "give --user and --password-file")
        }
        host = try Self.host(of: authority)
        isEncrypted = scheme == "https://"
        var path = rest.dropFirst(authority.count)
        while path.hasSuffix("/") { path.removeLast() }
        text = scheme + authority.lowercased() + path
    }

    public var description: String { text }

    /// Whether requests stay on this machine.
    public var isLoopback: Bool {
        host == "localhost" || host == "::1" || host.hasPrefix("127.")
    }

    /// The host in lower case, once the port has been checked.
    private static func host(of authority: Substring) throws(Invalid) -> String {
        var host = authority
        var port: Substring?
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else {
                throw Invalid(description: "the host's bracket is not closed")
            }
            host = authority[authority.index(after: authority.startIndex)..<end]
            let rest = authority[authority.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else {
                throw Invalid(description: "text follows the host's bracket")
            }
            port = rest.isEmpty ? nil : rest.dropFirst()
        } else if let colon = authority.lastIndex(of: ":") {
            host = authority[..<colon]
            port = authority[authority.index(after: colon)...]
        }
        guard !host.isEmpty else { throw Invalid(description: "it has no host") }
        guard authority.hasPrefix("[") || !host.contains(":") else {
            throw Invalid(description: "an IPv6 host stands in brackets: http://[::1]:8888")
        }
        if let port {
            guard let number = UInt16(port), number > 0 else {
                throw Invalid(description: "'\(port)' is not a port")
            }
        }
        return host.lowercased()
    }
}
