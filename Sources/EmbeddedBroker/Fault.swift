/// What a broker does wrong on purpose, so that tests see how a client takes it.
public enum Fault: Sendable, Hashable {
    /// Cuts the connection instead of carrying the request out.
    case disconnect
    /// Neither carries the request out nor answers; the connection hangs.
    case stall
    /// Refuses the request with this code.
    case refuse(ErrorCode)
    /// Carries the request out, then cuts the connection instead of answering.
    case loseReply
}

/// The faults that lie in wait.
struct FaultPlan {
    private struct Entry {
        var fault: Fault
        var api: APIKey?
        /// nil for every time.
        var remaining: Int?
    }

    private var entries: [Entry] = []

    /// - Parameter api: the requests it hits; nil for all but ApiVersions, without which no client
    ///   gets far enough to see anything else.
    mutating func add(_ fault: Fault, on api: APIKey?, times: Int?) {
        if let times, times <= 0 { return }
        entries.append(Entry(fault: fault, api: api, remaining: times))
    }

    mutating func removeAll() { entries = [] }

    func waiting(_ fault: Fault) -> Int {
        entries.reduce(0) { $0 + ($1.fault == fault ? $1.remaining ?? 0 : 0) }
    }

    /// The fault for a request that has come; the one that was added first.
    mutating func take(_ api: APIKey) -> Fault? {
        let index = entries.firstIndex { $0.api == api || ($0.api == nil && api != .apiVersions) }
        guard let index else { return nil }
        let fault = entries[index].fault
        if let remaining = entries[index].remaining {
            entries[index].remaining = remaining - 1
            if remaining == 1 { entries.remove(at: index) }
        }
        return fault
    }
}
