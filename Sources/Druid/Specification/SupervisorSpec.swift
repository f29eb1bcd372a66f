/// A checked ingestion spec for a Kafka supervisor, ready to be posted.
public struct SupervisorSpec: Sendable {
    /// The file's name as the user gave it.
    public let file: String
    /// The supervisor's name: `id`, else the data source.
    public let id: String
    public let dataSource: String
    /// Empty where the spec has a pattern of topics.
    public let topic: String
    public let isSuspended: Bool
    /// What is posted: the file's text with its variables filled in.
    let text: [UInt8]
    let document: JSONValue
    let positions: PositionIndex
    /// What deserves attention without being wrong.
    public let warnings: [Problem]

    /// The longest file that is read, in bytes.
    public static let sizeLimit = 1 << 20

    /// Checks a spec without asking any server.
    ///
    /// - Parameters:
    ///   - variables: values for `${name}` in the text.
    ///   - allowingUnknownFields: whether fields that Druid 27 to 38 do not have are only worth a
    ///     warning.
    /// - Throws: all problems found.
    public init(
        file: String, text: [UInt8], variables: [String: String] = [:],
        allowingUnknownFields: Bool = false
    ) throws(InvalidSpec) {
        func failure(_ position: TextPosition, _ message: String) -> InvalidSpec {
            InvalidSpec(problems: [
                Problem(file: file, position: position, field: "", message: message)
            ])
        }
        guard text.count <= Self.sizeLimit else {
            throw failure(TextPosition(line: 1, column: 1), "the file is longer than 1 MiB")
        }
        do {
            self.text = try substitute(text, variables: variables)
        } catch {
            throw failure(error.position, error.message)
        }
        do {
            document = try JSONValue(parsing: self.text, rejectingDuplicates: true)
        } catch {
            throw failure(error.position, "not JSON: \(error.message)")
        }
        self.file = file
        positions = PositionIndex(self.text)
        var checker = SpecChecker(
            file: file, positions: positions, allowsUnknownFields: allowingUnknownFields)
        checker.check(document)
        let errors = checker.problems.filter { $0.severity == .error }
        guard errors.isEmpty else { throw InvalidSpec(problems: checker.problems) }
        warnings = checker.problems
        dataSource = document[.dataSource]?.text ?? ""
        id = document["id"]?.text ?? dataSource
        topic = document[.topic]?.text ?? ""
        isSuspended = document["suspended"]?.boolean ?? false
    }

    func problem(
        at path: FieldPath, _ message: String, severity: Problem.Severity = .error
    ) -> Problem {
        Problem(
            file: file, position: positions.position(of: path), field: "\(path)",
            message: message, severity: severity)
    }

    /// Specs that would replace each other.
    public static func conflicts(among specs: [SupervisorSpec]) -> [Problem] {
        specs.indices.compactMap { index in
            let spec = specs[index]
            guard let other = specs[..<index].first(where: { $0.id == spec.id }) else { return nil }
            return spec.problem(
                at: spec.document["id"] == nil ? .dataSource : FieldPath(names: "id"),
                "'\(spec.id)' is also the supervisor of \(other.file), "
                    + "and each would replace the other")
        }
    }
}

extension FieldPath {
    static let dataSchema = FieldPath(names: "spec", "dataSchema")
    static let dataSource = dataSchema.appending("dataSource")
    static let timestamp = dataSchema.appending("timestampSpec")
    static let dimensions =
        dataSchema.appending("dimensionsSpec").appending("dimensions")
    static let metrics = dataSchema.appending("metricsSpec")
    static let transforms = dataSchema.appending("transformSpec").appending("transforms")
    static let ioConfig = FieldPath(names: "spec", "ioConfig")
    static let topic = ioConfig.appending("topic")
    static let consumer = ioConfig.appending("consumerProperties")
}
