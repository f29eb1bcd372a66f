#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif
internal import ArgumentParser

/// The options of a program and of its subcommands, as ArgumentParser describes them itself.
struct OptionCatalog: Decodable {
    let command: Command

    struct Command: Decodable {
        let commandName: String
        let aliases: [String]?
        let defaultSubcommand: String?
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
            guard let catalog = try? JSONDecoder().decode(OptionCatalog.self, from: description)
            else { return nil }
            self = catalog
        }
    }
}

extension OptionCatalog {
    /// Where `arguments` lead: the command, and the words that name it. A default subcommand is
    /// entered without having been named.
    func selectedCommand(_ arguments: [String]) -> (command: Command, path: [String], used: Int) {
        var command = command
        var path: [String] = []
        var used = 0
        while let subcommands = command.subcommands, !subcommands.isEmpty {
            let word = used < arguments.count ? arguments[used] : ""
            let named = subcommands.first {
                $0.commandName == word || $0.aliases?.contains(word) == true
            }
            if let named {
                used += 1
                path.append(named.commandName)
                command = named
                continue
            }
            let fallback = subcommands.first { $0.commandName == command.defaultSubcommand }
            guard let fallback else { break }
            path.append(fallback.commandName)
            command = fallback
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
