internal import Foundation

/// What was waited for did not happen in time.
public struct NotInTime: Error, CustomStringConvertible {
    public var description: String

    public init(description: String) { self.description = description }
}

/// Asks `condition` again and again until it holds.
/// - Throws: ``NotInTime`` after `seconds`.
public func waitUntil(
    _ what: String, seconds: Double = 180, _ condition: () throws -> Bool
) throws {
    let deadline = Date(timeIntervalSinceNow: seconds)
    let pause = DispatchSemaphore(value: 0)
    while try !condition() {
        guard Date() < deadline else {
            throw NotInTime(description: "\(what): not in \(seconds) s")
        }
        _ = pause.wait(timeout: .now() + .milliseconds(10))
    }
}
