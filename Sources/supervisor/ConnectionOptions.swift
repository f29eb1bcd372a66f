internal import ArgumentParser
internal import CommandLineSupport
internal import Druid

#if canImport(Darwin)
    internal import Darwin
#else
    internal import Glibc
#endif

/// How to reach Druid, for every subcommand that does.
struct ConnectionOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Address of Druid's Router or Overlord.", valueName: "address"))
    var url = "http://localhost:8888"

    @Option(
        help: ArgumentHelp(
            "User for basic authentication; the password comes from --password-file.",
            valueName: "name"))
    var user: String?

    @Option(
        help: ArgumentHelp(
            "File that holds the password and nothing else. "
                + "(default: the variable TIDEMARK_PASSWORD)", valueName: "file"))
    var passwordFile: String?

    @Option(
        help: ArgumentHelp(
            "PEM file of certificate authorities to trust. (default: the system's)",
            valueName: "file"))
    var caFile: String?

    /// A session with Druid, nothing sent yet.
    func connect() throws(ExitError) -> (session: Session, server: ServerAddress) {
        let server: ServerAddress
        do {
            server = try ServerAddress(url)
        } catch {
            throw ExitError(.usage, "--url: \(error)")
        }
        let credentials = try credentials()
        if credentials != nil, !server.isEncrypted, !server.isLoopback {
            Log.warning("the password goes over the network unencrypted; prefer https in --url")
        }
        if let caFile { _ = try readFile(caFile, option: "--ca-file", limit: 16 << 20) }
        do {
            let client = try HTTPClient(
                server: server, credentials: credentials, authorityFile: caFile,
                shouldStop: { Shutdown.isRequested })
            return (Session(transport: client, time: ProcessTime()), server)
        } catch {
            throw ExitError(.failure, error.message)
        }
    }

    private func credentials() throws(ExitError) -> Credentials? {
        guard let user else {
            if passwordFile != nil { throw ExitError(.usage, "--password-file needs --user") }
            return nil
        }
        guard !user.isEmpty, !user.contains(":") else {
            throw ExitError(.usage, "--user must not be empty or contain ':'")
        }
        if let passwordFile {
            let bytes = try readFile(passwordFile, option: "--password-file", limit: 4096)
            var line = String(decoding: bytes, as: UTF8.self)[...]
            // An editor's newline at the end does not belong to the password.
            while let last = line.last, last.isNewline { line.removeLast() }
            guard !line.isEmpty, !line.contains("\0") else {
                throw ExitError(.usage, "--password-file: \(passwordFile) holds no password")
            }
            return Credentials(user: user, password: String(line))
        }
        guard let password = unsafe getenv("TIDEMARK_PASSWORD") else {
            throw ExitError(.usage, "--user needs --password-file or TIDEMARK_PASSWORD")
        }
        return Credentials(user: user, password: unsafe String(cString: password))
    }
}

/// The clocks and signals of the process, as ``Session`` wants them.
struct ProcessTime: Waiting {
    func uptime() -> Int64 { SystemTime().uptime() }

    func wait(microseconds: Int64) {
        Shutdown.wait(upTo: TimeSpan(microseconds: max(microseconds, 0)))
    }

    var isStopRequested: Bool { Shutdown.isRequested }
}
