/// The version that every program prints for `--version`.
public let programVersion = "0.1.0"
