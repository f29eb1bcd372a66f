struct Options {
    static let usage = """
        usage: benchmarks [--runs n] [--filter text] [--records n] [--json path] \
        [--markdown path] [--programs folder] [--memory-minutes n]
        """

    static let help = """
        Measures the data path; every case checks its answer before it tells a time.

        \(usage)

          --runs n            runs of each case, of which the median is told (5)
          --filter text       the cases whose name has it
          --records n         at most so many records a case
          --json path         writes the figures there
          --markdown path     writes the table there
          --programs folder   where processor and generator are; without it only the
                              engine is measured
          --memory-minutes n  adds the memory run, of so many minutes

        Exit status 0; 1 if an answer is wrong or an argument is.
        """

    var runs = 5
    /// Cases whose name has it.
    var filter = ""
    var maximumRecords = Int.max
    var jsonPath: String?
    var markdownPath: String?
    /// Where processor and generator are, if they shall be measured.
    var programs: String?
    /// How long the memory run takes; nil leaves it out.
    var memoryMinutes: Double?

    init(_ arguments: ArraySlice<String>) throws {
        var rest = arguments
        while let name = rest.popFirst() {
            guard let value = rest.popFirst() else { throw Usage(argument: name) }
            switch name {
            case "--runs": runs = try Self.positive(value)
            case "--filter": filter = value
            case "--records": maximumRecords = try Self.positive(value)
            case "--json": jsonPath = value
            case "--markdown": markdownPath = value
            case "--programs": programs = value
            case "--memory-minutes": memoryMinutes = Double(try Self.positive(value))
            default: throw Usage(argument: name)
            }
        }
    }

    /// Whether the case of this name is to be measured.
    func selects(_ name: String) -> Bool { filter.isEmpty || name.contains(filter) }

    private static func positive(_ text: String) throws -> Int {
        guard let number = Int(text), number > 0 else { throw Usage(argument: text) }
        return number
    }

    struct Usage: Error, CustomStringConvertible {
        var argument: String
        var description: String { "wrong argument \(argument); \(Options.usage)" }
    }
}

/// The programs that are measured, and the query that ships with them.
struct Programs {
    var processor: String
    var generator: String
    var vehiclesQuery = "pipelines/vehicles.sql"

    /// - Parameter folder: where the build has put them.
    init(in folder: String) {
        processor = "\(folder)/processor"
        generator = "\(folder)/generator"
    }
}
