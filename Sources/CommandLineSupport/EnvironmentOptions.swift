/// Options given by variables: `TIDEMARK_MAX_BATCH=500` is `--max-batch 500`.
///
/// An option on the command line wins over its variable, an empty variable counts as unset, and
/// variables that match no option are left alone. A flag takes 1, true, yes, 0, false or no. A
/// repeatable option takes one value a line, or one variable per name: `TIDEMARK_SET_a=b` is
/// `--set a=b`.
struct EnvironmentOptions {
    /// An option that came from a variable.
    struct Setting: Equatable {
        let variable: String
        let option: String
        /// As the command line would have it: `--max-batch=500`.
        let argument: String
    }

    static let prefix = "TIDEMARK_"

    private(set) var settings: [Setting] = []

    /// `max-batch` → `TIDEMARK_MAX_BATCH`.
    static func variable(forOption name: String) -> String {
        prefix + name.uppercased().replacing("-", with: "_")
    }

    /// Reads the variables that belong to `options`.
    ///
    /// - Parameter arguments: the command line, whose options win.
    init(
        _ options: [OptionCatalog.Command.Option], environment: [String: String],
        arguments: [String]
    ) throws(ExitError) {
        let given = arguments.prefix { $0 != "--" }.map { $0.prefix { $0 != "=" } }
        let variables = environment.filter { $0.key.hasPrefix(Self.prefix) && !$0.value.isEmpty }
        let exact = Set(options.map(\.variable))
        // In the order of names, so that the same environment always means the same.
        for (variable, value) in variables.sorted(by: { $0.key < $1.key }) {
            let option = options.first { $0.variable == variable }
            if let option {
                let isGiven = option.spellings.contains { given.contains($0[...]) }
                if option.isRepeating || !isGiven { try add(option, variable, value, options) }
            } else if let option = options.first(where: {
                $0.isRepeating && variable.hasPrefix($0.variable + "_")
            }), !exact.contains(variable) {
                let key = variable.dropFirst(option.variable.utf8.count + 1)
                append(option, variable, "\(key)=\(value)")
            }
        }
    }

    private mutating func add(
        _ option: OptionCatalog.Command.Option, _ variable: String, _ value: String,
        _ options: [OptionCatalog.Command.Option]
    ) throws(ExitError) {
        func turnOn(_ name: String) {
            settings.append(Setting(variable: variable, option: name, argument: name))
        }
        if option.isFlag {
            switch value.lowercased() {
            case "1", "true", "yes": turnOn(option.name)
            case "0", "false", "no":
                let opposite = options.first { $0.isFlag && $0.name == option.oppositeName }
                if let opposite { turnOn(opposite.name) }
            default:
                throw ExitError(
                    .usage,
                    "\(variable): '\(value)' is not a truth value: 1, true, yes, 0, false or no")
            }
        } else if option.isRepeating {
            for line in value.split(separator: "\n") { append(option, variable, String(line)) }
        } else {
            append(option, variable, value)
        }
    }

    private mutating func append(
        _ option: OptionCatalog.Command.Option, _ variable: String, _ value: String
    ) {
        settings.append(
            Setting(variable: variable, option: option.name, argument: "\(option.name)=\(value)"))
    }

    /// The part of `--help` that names the variables.
    static func help(for options: [OptionCatalog.Command.Option]) -> String {
        var text = """

            ENVIRONMENT:
              Each option can be given by a variable; the command line wins.

            """
        var line = " "
        for option in options where !option.isRepeating {
            if line.count + option.variable.count + 1 > 80 {
                text += line + "\n"
                line = " "
            }
            line += " " + option.variable
        }
        if line != " " { text += line + "\n" }
        for option in options where option.isRepeating {
            text += "  \(option.variable)_<key>=<value> is \(option.name) <key>=<value>.\n"
        }
        return text
    }
}
