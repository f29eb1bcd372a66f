/// The engine's limits, named in one place.
public enum Limits {
    /// The longest text that an expression may make, in bytes. A longer one is a row error.
    public static let maximumTextBytes = 16 * 1024 * 1024
}
