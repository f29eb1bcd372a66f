public import Streaming

/// What a query reads and writes, as far as a spec must agree with it.
public struct QueryTables: Sendable {
    /// One of the query's topics.
    public struct Table: Sendable {
        public let topic: String
        public let schema: Schema
        /// How messages call the table: `the query's source`.
        public let role: String

        public init(topic: String, schema: Schema, role: String) {
            self.topic = topic
            self.schema = schema
            self.role = role
        }
    }

    /// The query's file, for messages.
    public let query: String
    public let tables: [Table]

    public init(query: String, tables: [Table]) {
        self.query = query
        self.tables = tables
    }
}

extension SupervisorSpec {
    /// Compares the spec with the table whose topic it reads.
    public func problems(against query: QueryTables) -> [Problem] {
        guard !topic.isEmpty else {
            return [problem(at: .topic, "cannot be compared with \(query.query): it is a pattern")]
        }
        guard let table = query.tables.first(where: { $0.topic == topic }) else {
            let list = query.tables.map { "'\($0.topic)'" }.joined(separator: " nor ")
            return [
                problem(at: .topic, "'\(topic)' is neither \(list), the topics of \(query.query)")
            ]
        }
        return problems(against: table.schema, of: "\(table.role) in \(query.query)")
    }

    /// Columns of the spec that `schema` does not have, or has with another type.
    ///
    /// - Parameter owner: what the schema belongs to, for messages.
    public func problems(against schema: Schema, of owner: String) -> [Problem] {
        var problems = timestampProblems(schema, owner)
        let derived = derivedColumns
        var used: Set<String> = []
        for (index, dimension) in (document[.dimensions]?.elements ?? []).enumerated() {
            let path = FieldPath.dimensions.appending(index)
            guard let name = dimension.text ?? dimension["name"]?.text else { continue }
            used.insert(name)
            guard !derived.contains(name) else { continue }
            let place = dimension.text == nil ? path.appending("name") : path
            guard let field = schema.fields.first(where: { $0.name == name }) else {
                problems.append(missing(name, place, schema, owner))
                continue
            }
            let type = dimension["type"]?.text ?? "string"
            let wanted = druidTypes(for: field.type)
            if !wanted.contains(type), type != "auto" {
                problems.append(
                    problem(
                        at: dimension.text == nil ? path.appending("type") : path,
                        "'\(name)' is \(field.type.sqlName) in \(owner), so its type is "
                            + "\"\(wanted[0])\", not \"\(type)\""))
            }
        }
        problems += metricProblems(schema, owner, derived, &used)
        return problems + unusedColumns(schema, owner, used)
    }

    private func timestampProblems(_ schema: Schema, _ owner: String) -> [Problem] {
        let path = FieldPath.timestamp.appending("column")
        guard let name = document[path]?.text, !derivedColumns.contains(name) else { return [] }
        guard let field = schema.fields.first(where: { $0.name == name }) else {
            return [missing(name, path, schema, owner)]
        }
        let place = FieldPath.timestamp.appending("format")
        let format = document[place]?.text ?? "auto"
        let isNumeric = ["millis", "posix", "micro", "nano"].contains(format)
        switch field.type {
        case .timestamp, .date:
            guard !["iso", "auto"].contains(format) else { return [] }
            return [
                problem(
                    at: place,
                    "'\(name)' is \(field.type.sqlName) in \(owner), written as ISO "
                        + "text, so the format is \"iso\", not \"\(format)\"")
            ]
        case .bigint, .int, .smallint, .tinyint:
            guard !isNumeric, format != "auto" else { return [] }
            return [
                problem(
                    at: place,
                    "'\(name)' is a number in \(owner), so the format is \"millis\" or "
                        + "\"posix\", not \"\(format)\"")
            ]
        case .string:
            guard isNumeric else { return [] }
            return [problem(at: place, "'\(name)' is text in \(owner), not a number of \(format)")]
        default:
            let type = field.type.sqlName
            return [problem(at: path, "'\(name)' is \(type) in \(owner), which is no time")]
        }
    }

    private func metricProblems(
        _ schema: Schema, _ owner: String, _ derived: Set<String>, _ used: inout Set<String>
    ) -> [Problem] {
        var problems: [Problem] = []
        for (index, metric) in (document[.metrics]?.elements ?? []).enumerated() {
            let path = FieldPath.metrics.appending(index)
            guard let name = metric["fieldName"]?.text, let type = metric["type"]?.text else {
                continue
            }
            used.insert(name)
            guard !derived.contains(name) else { continue }
            guard let field = schema.fields.first(where: { $0.name == name }) else {
                problems.append(missing(name, path.appending("fieldName"), schema, owner))
                continue
            }
            let prefix = ["long", "double", "float", "string"].first { type.hasPrefix($0) }
            let wanted = druidTypes(for: field.type)
            if let prefix, !wanted.contains(prefix) {
                problems.append(
                    problem(
                        at: path.appending("type"),
                        "'\(name)' is \(field.type.sqlName) in \(owner), which \"\(type)\" does "
                            + "not fit; use one that begins with \"\(wanted[0])\""))
            }
        }
        return problems
    }

    /// Columns that the table has and the spec leaves out: allowed, but often forgotten.
    private func unusedColumns(
        _ schema: Schema, _ owner: String, _ used: Set<String>
    ) -> [Problem] {
        let spec = document[FieldPath.dataSchema.appending("dimensionsSpec")]
        let takesAll =
            spec?["useSchemaDiscovery"] == .boolean(true)
            || spec?["includeAllDimensions"] == .boolean(true)
            || document[.dimensions]?.elements?.isEmpty != false
        let time = document[FieldPath.timestamp.appending("column")]?.text
        let unused = schema.fields.map(\.name).filter { !used.contains($0) && $0 != time }
        guard !takesAll, !unused.isEmpty else { return [] }
        let list = unused.map { "'\($0)'" }.joined(separator: ", ")
        return [problem(at: .dimensions, "leaves out \(list) of \(owner)", severity: .warning)]
    }

    private func missing(
        _ name: String, _ path: FieldPath, _ schema: Schema, _ owner: String
    ) -> Problem {
        let names = schema.fields.map(\.name)
        let hint = nearest(to: name, among: names).map { "did you mean '\($0)'?" }
        let list = names.joined(separator: ", ")
        let shown = printable(name, limit: 60)
        return problem(
            at: path, "'\(shown)' is no column of \(owner); " + (hint ?? "there are \(list)"))
    }

    /// Columns that Druid makes itself before it looks for dimensions.
    private var derivedColumns: Set<String> {
        let flattened =
            document[.ioConfig]?["inputFormat"]?["flattenSpec"]?["fields"]?.elements ?? []
        let transforms = document[.transforms]?.elements ?? []
        return Set((flattened + transforms).compactMap { $0["name"]?.text })
    }
}

/// Druid's types for a column that arrives as Spark's `to_json` writes it, the best first.
private func druidTypes(for type: DataType) -> [String] {
    switch type {
    case .tinyint, .smallint, .int, .bigint: ["long"]
    case .float: ["float", "double"]
    case .double, .decimal: ["double"]
    // Druid reads true and false as text, or as 1 and 0.
    case .boolean: ["string", "long"]
    case .string, .date, .timestamp: ["string"]
    case .structure: ["json"]
    case .void: ["string", "long", "double", "float", "json"]
    }
}
