/// A place in the text of a query.
public struct SourcePosition: Hashable, Sendable {
    /// From 1.
    public var line: Int
    /// From 1, in characters.
    public var column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

/// Why a query is refused. Nothing has run when it is thrown.
public struct QueryError: Error, Hashable, Sendable {
    /// Spark's error class where Spark has one, e.g. `UNRESOLVED_COLUMN.WITH_SUGGESTION`.
    public var errorClass: String
    public var message: String
    /// What would be right.
    public var hint: String?
    /// In the text as it was given, before substitution.
    public var position: SourcePosition?
    /// Characters from ``position`` that the error is about, at least 1.
    public var length: Int

    public init(
        errorClass: String, message: String, hint: String? = nil,
        position: SourcePosition? = nil, length: Int = 1
    ) {
        self.errorClass = errorClass
        self.message = message
        self.hint = hint
        self.position = position
        self.length = length
    }

    /// `file:line:column: message`, the line of the source, a line with carets, and the hint.
    public func rendered(file: String, text: String) -> String {
        var output = file
        if let position { output += ":\(position.line):\(position.column)" }
        output += ": [\(errorClass)] \(message)\n"
        if let position, let excerpt = Self.excerpt(of: text, at: position, length: length) {
            output += excerpt
        }
        if let hint { output += "hint: \(hint)\n" }
        return output
    }

    private static func excerpt(
        of text: String, at position: SourcePosition, length: Int
    ) -> String? {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let normalized =
            lines.count > 1 || !text.contains(where: { $0 == "\r\n" })
            ? lines : text.split(separator: "\r\n", omittingEmptySubsequences: false)
        guard normalized.indices.contains(position.line - 1) else { return nil }
        let line = normalized[position.line - 1]
        let before = line.prefix(position.column - 1)
        // Tabs stay tabs, so that the carets stand below what they mean.
        let indent = String(before.map { $0 == "\t" ? "\t" : " " })
        let carets = max(1, min(length, line.count - before.count))
        return "  \(line)\n  \(indent)\(String(repeating: "^", count: carets))\n"
    }
}

/// An error found at a range of the substituted text; a ``QueryError`` still to be placed.
struct Fault: Error {
    var errorClass: String
    var message: String
    var hint: String?
    var range: Range<Int>?

    init(_ errorClass: String, _ message: String, hint: String? = nil, at range: Range<Int>?) {
        self.errorClass = errorClass
        self.message = message
        self.hint = hint
        self.range = range
    }

    /// A feature of Spark SQL that is left out.
    static func unsupported(_ feature: String, hint: String? = nil, at range: Range<Int>?) -> Fault
    {
        Fault("UNSUPPORTED_FEATURE", "\(feature) is not supported.", hint: hint, at: range)
    }
}
