#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif
internal import ArgumentParser

/// The options of a program and of its subcommands, as ArgumentParser describes them itself.
struct OptionCatalog {
    private let type: any ParsableCommand.Type
    private let command: Command

    private struct Description: Decodable {
        let command: Command
    }

    struct Command: Decodable {
        let commandName: String
        let aliases: [String]?
        let subcommands: [Command]?
        let arguments: [Argument]?
    }

    struct Argument: Decodable {
        let kind: String
        let isRepeating: Bool
        let shouldDisplay: Bool
        let names: [Name]?
    }

    struct Name: Decodable {
        let kind: String
        let name: String
    }

    /// Nil only if ArgumentParser changed the form of its description.
    init?<C: ParsableCommand>(of type: C.Type) {
        do {
            _ = try type.parseAsRoot(["--experimental-dump-help"])
            return nil
        } catch {
            let description = Data(type.message(for: error).utf8)
            guard let catalog = try? JSONDecoder().decode(Description.self, from: description)
            else { return nil }
            self.type = type
            command = catalog.command
        }
    }
}

extension OptionCatalog {
    /// Where `arguments` lead: the command, and the words that name it. A default subcommand is
    /// entered without having been named.
    func selectedCommand(_ arguments: [String]) -> (command: Command, path: [String], used: Int) {
        var (type, command) = (type, command)
        var path: [String] = []
        var used = 0
        // ArgumentParser describes subcommands in the order in which they are declared.
        while let described = command.subcommands, !described.isEmpty {
            let subcommands = Array(zip(type.configuration.subcommands, described))
            let word = used < arguments.count ? arguments[used] : ""
            let named = subcommands.first { _, subcommand in
                subcommand.commandName == word || subcommand.aliases?.contains(word) == true
            }
            if named != nil { used += 1 }
            let fallback = type.configuration.defaultSubcommand
            guard let next = named ?? subcommands.first(where: { $0.0 == fallback }) else { break }
            (type, command) = next
            path.append(command.commandName)
        }
        return (command, path, used)
    }
}

extension OptionCatalog.Command {
    /// An option that a variable may set.
    struct Option: Equatable {
        let variable: String
        /// With its dashes: `--max-batch`.
        let name: String
        /// What the option may be called on the command line, this name included.
        let spellings: [String]
        let isFlag: Bool
        let isRepeating: Bool

        /// What a flag that can be turned off is called then: `--verify` and `--no-verify`.
        var oppositeName: String {
            name.hasPrefix("--no-") ? "--" + name.dropFirst(5) : "--no-" + name.dropFirst(2)
        }
    }

    /// All long options except the ones that end the program, such as `--help`.
    var options: [Option] {
        let endings: Set = ["help", "version", "help-hidden"]
        return (arguments ?? []).filter { $0.kind != "positional" }.flatMap { argument in
            let names = argument.names ?? []
            let spellings = names.map { ($0.kind == "long" ? "--" : "-") + $0.name }
            return names.filter { $0.kind == "long" && !endings.contains($0.name) }.map {
                Option(
                    variable: EnvironmentOptions.variable(forOption: $0.name),
                    name: "--\($0.name)", spellings: spellings,
                    isFlag: argument.kind == "flag", isRepeating: argument.isRepeating)
            }
        }
    }
}
