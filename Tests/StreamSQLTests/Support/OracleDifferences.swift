/// Where the answers differ from Spark's by decision.
enum OracleDifferences {
    /// Expressions of Spark that are refused as UNSUPPORTED_FEATURE, with the reason.
    static let expressions: [String: String] = [:]

    /// Wrong queries with the class that they are refused with here, and the reason.
    static let queries: [String: (errorClass: String, reason: String)] = [:]
}
