internal import ArgumentParser
internal import CommandLineSupport
internal import Druid

/// Which specs, for the subcommands that read them.
struct SpecOptions: ParsableArguments {
    @Argument(help: "Spec files, or folders whose .json files are specs.")
    var specs: [String] = ["druid-specs"]

    @Option(
        help: ArgumentHelp("Value for ${name} in the specs. Repeatable.", valueName: "name=value"))
    var set: [KeyValueOption] = []

    @Flag(help: "Only warn of fields that no Druid up to 38 knows.")
    var allowUnknownFields = false

    /// What was read: the good specs, and all problems.
    struct Reading {
        var files = 0
        var specs: [SupervisorSpec] = []
        var problems: [Problem] = []

        var errors: [Problem] { problems.filter { $0.severity == .error } }

        var summary: String {
            let specText = "\(files) \(files == 1 ? "spec" : "specs")"
            let count = errors.count
            return count == 1 ? "1 problem in \(specText)" : "\(count) problems in \(specText)"
        }
    }

    var variables: [String: String] {
        Dictionary(set.map { ($0.name, $0.value) }) { _, last in last }
    }

    func read() throws(ExitError) -> Reading {
        var reading = Reading()
        for path in specs {
            for file in try specFiles(path) {
                let text = try readFile(file, option: "spec", limit: SupervisorSpec.sizeLimit)
                reading.files += 1
                do {
                    let spec = try SupervisorSpec(
                        file: file, text: text, variables: variables,
                        allowingUnknownFields: allowUnknownFields)
                    reading.problems += spec.warnings
                    reading.specs.append(spec)
                } catch {
                    reading.problems += error.problems
                }
            }
        }
        reading.problems += SupervisorSpec.conflicts(among: reading.specs)
        return reading
    }
}
