public import ArgumentParser

#if canImport(Darwin)
    internal import Darwin
#else
    internal import Glibc
#endif
#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Parses the command line and the `TIDEMARK_…` variables, runs the command and ends the process
/// with an ``ExitStatus``.
///
/// The command throws ``ExitError`` to choose a status; an ``OutputError`` for a reader that has
/// gone is success; any other error is ``ExitStatus/failure``.
///
/// - Parameters:
///   - name: the program's name, which begins its messages.
///   - arguments: the command line with the program itself first.
public func runProgram<C: ParsableCommand>(
    _ type: C.Type, name: String, arguments: [String] = CommandLine.arguments
) -> Never {
    // A write into a closed pipe then fails with EPIPE, which the writers report.
    signal(SIGPIPE, SIG_IGN)
    let program = Program<C>(
        name: name, arguments: Array(arguments.dropFirst()),
        environment: ProcessInfo.processInfo.environment)
    exit(program.run().rawValue)
}

/// One start of a program, with nothing taken from the process: tests make their own.
struct Program<C: ParsableCommand> {
    let name: String
    let arguments: [String]
    let environment: [String: String]

    /// What the command line asks for.
    enum Request {
        case run(any ParsableCommand)
        /// Text for standard output, such as the help.
        case show(String)
        /// Wrong usage: text for standard error.
        case reject(String)
    }

    func run() -> ExitStatus {
        switch request() {
        case .run(let command): return execute(command)
        case .show(let text): return show(text)
        case .reject(let text):
            writeToStandardError(text)
            return .usage
        }
    }

    func request() -> Request {
        let usesVariables = environment.keys.contains { $0.hasPrefix(EnvironmentOptions.prefix) }
        guard usesVariables, let catalog = OptionCatalog(of: C.self) else {
            return request(parsing: arguments) { $0 }
        }
        let (command, path, used) = catalog.selectedCommand(arguments)
        let rest = Array(arguments.dropFirst(used))
        do {
            let variables = try EnvironmentOptions(
                command.options, environment: environment, arguments: rest)
            let settings = variables.settings
            if settings.isEmpty { return request(parsing: arguments) { $0 } }
            // Before the user's own, so that of two values of one option the user's is the last.
            return request(parsing: path + settings.map(\.argument) + rest) { message in
                let blamed = settings.indices.first {
                    isToBlame($0, of: settings, path: path, rest: rest, message: message)
                }
                return blamed.map { "\(settings[$0].variable): \(message)" } ?? message
            }
        } catch {
            return .reject("\(name): \(error.message)\n")
        }
    }

    /// Whether the message is about this variable: it names the option, and would not be the same
    /// without the variable.
    private func isToBlame(
        _ index: Int, of settings: [EnvironmentOptions.Setting], path: [String], rest: [String],
        message: String
    ) -> Bool {
        guard message.contains(settings[index].option) else { return false }
        var others = settings
        others.remove(at: index)
        do {
            _ = try C.parseAsRoot(path + others.map(\.argument) + rest)
            return true
        } catch {
            return C.message(for: error) != message
        }
    }

    private func request(
        parsing arguments: [String], explaining explain: (String) -> String
    ) -> Request {
        do {
            var command = try C.parseAsRoot(arguments)
            // The built-in help command tells what it has to say by throwing.
            if type(of: command) == C.self || isOurs(command) { return .run(command) }
            try command.run()
            return .show("")
        } catch {
            guard C.exitCode(for: error) != .success else {
                return .show(C.fullMessage(for: error))
            }
            let message = C.message(for: error)
            let full = C.fullMessage(for: error)
            // Keep what follows the message: the option's help line and the usage.
            let tail = full.firstRange(of: message).map { full[$0.upperBound...] } ?? ""
            return .reject("\(name): \(explain(message))\(tail)\n")
        }
    }

    private func isOurs(_ command: any ParsableCommand) -> Bool {
        var open: [any ParsableCommand.Type] = [C.self]
        while let next = open.popLast() {
            if type(of: command) == next { return true }
            open += next.configuration.subcommands
        }
        return false
    }

    /// Runs the command; what it throws decides the status.
    private func execute(_ command: any ParsableCommand) -> ExitStatus {
        var command = command
        do {
            try command.run()
            return .success
        } catch let error as OutputError {
            if case .closed = error { return .success }
            Log.error(error.description)
            return .failure
        } catch let error as ExitError {
            switch error.status {
            case .success: break
            // Like wrong options: nothing has begun that a log would tell of.
            case .usage: writeToStandardError("\(name): \(error.message)\n")
            default: Log.error(error.message)
            }
            return error.status
        } catch {
            if C.exitCode(for: error) == .success { return show(C.fullMessage(for: error)) }
            Log.error(C.message(for: error))
            return C.exitCode(for: error) == .validationFailure ? .usage : .failure
        }
    }

    private func show(_ text: String) -> ExitStatus {
        var text = text
        if text.hasSuffix("\n") { text.removeLast() }
        let asksForHelp = arguments.contains { ["-h", "--help", "help"].contains($0) }
        if asksForHelp, let catalog = OptionCatalog(of: C.self) {
            let words = arguments.filter { $0 != "help" }
            let options = catalog.selectedCommand(words).command.options
            if !options.isEmpty { text += "\n" + EnvironmentOptions.help(for: options) }
        }
        do {
            let output = try OutputWriter(path: "-")
            try output.write(text.hasSuffix("\n") ? text : text + "\n")
            try output.close()
            return .success
        } catch {
            if case .closed = error { return .success }
            writeToStandardError("\(name): \(error)\n")
            return .failure
        }
    }
}

private func writeToStandardError(_ text: String) {
    var bytes = Array(text.utf8)
    _ = unsafe write(STDERR_FILENO, &bytes, bytes.count)
}
