internal import ArgumentParser
internal import Streaming

/// A moment given as text, in UTC unless it says otherwise: `2026-11-20T21:00:00Z`, `2026-11-20`.
struct StartTime: ExpressibleByArgument {
    /// Since 1970-01-01T00:00:00Z.
    let microseconds: Int64

    init?(argument: String) {
        var parser = TextParser(zones: .none)
        let bytes = Array(argument.utf8)
        guard let microseconds = parser.timestamp(bytes.span) else { return nil }
        self.microseconds = microseconds
    }
}
