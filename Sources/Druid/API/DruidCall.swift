/// A call of Druid's API, as the Overlord or a Router in front of it serves it.
public enum DruidCall: Hashable, Sendable {
    /// The Overlord's version and modules, asked through a Router's management proxy.
    case overlordStatus
    /// The version and modules of the service that listens there.
    case serviceStatus
    case supervisors
    case spec(id: String)
    case submit(spec: [UInt8])
    case supervisorStatus(id: String)
    case suspend(id: String)
    case resume(id: String)
    case terminate(id: String)

    public var request: HTTPRequest {
        let base = "/druid/indexer/v1/supervisor"
        func path(_ id: String, _ tail: String = "") -> String { "\(base)/\(escaped(id))\(tail)" }
        return switch self {
        case .overlordStatus: HTTPRequest(.get, "/proxy/overlord/status")
        case .serviceStatus: HTTPRequest(.get, "/status")
        case .supervisors: HTTPRequest(.get, base)
        case .spec(let id): HTTPRequest(.get, path(id))
        // Without the parameter even an identical spec restarts its tasks; older versions than 33
        // do not know it and pass it over.
        case .submit(let spec): HTTPRequest(.post(spec), "\(base)?skipRestartIfUnmodified=true")
        case .supervisorStatus(let id): HTTPRequest(.get, path(id, "/status"))
        case .suspend(let id): HTTPRequest(.post([]), path(id, "/suspend"))
        case .resume(let id): HTTPRequest(.post([]), path(id, "/resume"))
        case .terminate(let id): HTTPRequest(.post([]), path(id, "/terminate"))
        }
    }
}

/// `id` as one segment of a path.
private func escaped(_ id: String) -> String {
    let digits = Array("0123456789ABCDEF")
    return id.utf8.reduce(into: "") { text, byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            text.unicodeScalars.append(Unicode.Scalar(byte))
        // A dot too: a segment of dots alone would be taken for a step up.
        default: text += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
        }
    }
}
