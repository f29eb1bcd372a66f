/// How a program ends: the same five numbers for every program of the project.
public enum ExitStatus: Int32, Sendable {
    /// All went well; also an orderly stop by a signal, and a reader that closed standard output.
    case success = 0
    /// Something failed while running.
    case failure = 1
    /// Wrong options or a wrong query: nothing was touched.
    case usage = 2
    /// A dependency was not reachable within `--wait`.
    case unreachable = 3
    /// Going on could lose or repeat results, so the program stopped and said what to do.
    case refused = 4
}

/// An error that ends the program with a status of its own. The message is for the user.
public struct ExitError: Error, Equatable, CustomStringConvertible {
    public let status: ExitStatus
    public let message: String

    public init(_ status: ExitStatus, _ message: String) {
        self.status = status
        self.message = message
    }

    public var description: String { message }
}
