internal import Streaming

/// The tables that a pipeline declares, and what each connector takes.
struct TableCatalog {
    private var tables: [CreateTableSyntax] = []

    enum Role { case source, sink }

    /// The options of a connector in a role: names as they are kept, and which must be there.
    private struct ConnectorOptions {
        var known: [String]
        var required: [String]
        var example: String
    }

    private static let connectors = ["kafka", "json", "console"]

    private static func options(_ connector: String, _ role: Role) -> ConnectorOptions? {
        switch (connector, role) {
        case ("kafka", .source):
            ConnectorOptions(
                known: ["subscribe", "format", "key", "startingOffsets"], required: ["subscribe"],
                example: "USING kafka OPTIONS (subscribe 'topic', format 'json', key 'column')")
        case ("kafka", .sink):
            ConnectorOptions(
                known: ["topic", "key"], required: ["topic"],
                example: "USING kafka OPTIONS (topic 'name', key 'column')")
        case ("json", _):
            ConnectorOptions(
                known: ["path"], required: ["path"],
                example: "USING json OPTIONS (path 'file.ndjson')")
        case ("console", .sink):
            ConnectorOptions(known: [], required: [], example: "USING console")
        default: nil
        }
    }

    mutating func add(_ table: CreateTableSyntax) throws(Fault) {
        if find(table.name.text) != nil {
            throw Fault(
                "TABLE_OR_VIEW_ALREADY_EXISTS", "The table `\(table.name.text)` exists already.",
                at: table.name.range)
        }
        let connector = table.connector.text.lowercased()
        guard Self.connectors.contains(connector) else {
            throw Fault(
                "DATA_SOURCE_NOT_FOUND", "There is no connector `\(table.connector.text)`.",
                hint: Suggestions.hint(
                    for: connector, among: Self.connectors, kind: "Connectors"),
                at: table.connector.range)
        }
        tables.append(table)
    }

    func find(_ name: String) -> CreateTableSyntax? {
        tables.first { $0.name.text.lowercased() == name.lowercased() }
    }

    /// The table of `FROM`.
    func source(_ parts: [String], at range: Range<Int>) throws(Fault) -> Pipeline.Table {
        guard parts.count <= 2 else {
            throw Fault(
                "REQUIRES_SINGLE_PART_NAMESPACE", "A table has a name of one part.", at: range)
        }
        guard parts.count == 1, let table = find(parts[0]) else {
            throw notFound(parts.joined(separator: "."), at: range)
        }
        return try resolved(table, .source)
    }

    /// The table of `INSERT INTO`.
    func sink(_ name: NameSyntax) throws(Fault) -> Pipeline.Table {
        guard let table = find(name.text) else { throw notFound(name.text, at: name.range) }
        return try resolved(table, .sink)
    }

    private func notFound(_ name: String, at range: Range<Int>) -> Fault {
        Fault(
            "TABLE_OR_VIEW_NOT_FOUND", "There is no table `\(name)`.",
            hint: Suggestions.hint(for: name, among: tables.map(\.name.text), kind: "Tables")
                ?? "Declare it with CREATE TABLE \(name) … USING kafka OPTIONS (…).",
            at: range)
    }

    // MARK: Checking

    private func resolved(
        _ table: CreateTableSyntax, _ role: Role
    ) throws(Fault) -> Pipeline.Table {
        let connector = table.connector.text.lowercased()
        guard let rules = Self.options(connector, role) else {
            throw Fault(
                "UNSUPPORTED_FEATURE", "The connector \(connector) cannot be read from.",
                hint: "Read from kafka or json.", at: table.connector.range)
        }
        try checkColumns(of: table, role)
        let schema = try Self.schema(of: table)
        let options = try Self.values(of: table, rules)
        if let missing = rules.required.first(where: { options[$0] == nil }) {
            let what = role == .source ? "a source" : "a sink"
            throw Fault(
                "MISSING_OPTION",
                "The table `\(table.name.text)`, \(what), lacks the option `\(missing)`.",
                hint: "Write \(rules.example).", at: table.connector.range)
        }
        try Self.check(options, of: table, role, schema)
        return Pipeline.Table(
            name: table.name.text, connector: connector, options: options, schema: schema)
    }

    private func checkColumns(of table: CreateTableSyntax, _ role: Role) throws(Fault) {
        if role == .source, table.columns == nil {
            throw Fault(
                "MISSING_SCHEMA", "The table `\(table.name.text)` is read, but has no columns.",
                hint: "Write CREATE TABLE \(table.name.text) (time TIMESTAMP, …) USING ….",
                at: table.name.range)
        }
        if role == .sink, let column = table.columns?.first {
            throw Fault(
                "UNSUPPORTED_INSERT",
                "The table `\(table.name.text)` is written to: its columns come from the SELECT.",
                hint: "Write into a table without a list of columns.", at: column.name.range)
        }
    }

    private static func schema(of table: CreateTableSyntax) throws(Fault) -> Schema {
        var fields: [StructField] = []
        for column in table.columns ?? [] {
            let name = column.name.text
            if fields.contains(where: { $0.name.lowercased() == name.lowercased() }) {
                throw Fault(
                    "COLUMN_ALREADY_EXISTS", "The column `\(name)` exists already.",
                    at: column.name.range)
            }
            fields.append(StructField(name: name, type: try column.type.resolved()))
        }
        return Schema(fields)
    }

    private static func values(
        of table: CreateTableSyntax, _ rules: ConnectorOptions
    ) throws(Fault) -> [String: String] {
        var options: [String: String] = [:]
        for option in table.options {
            let wanted = option.key.text.lowercased()
            guard let key = rules.known.first(where: { $0.lowercased() == wanted }) else {
                throw Fault(
                    "UNKNOWN_OPTION", "There is no option `\(option.key.text)` here.",
                    hint: Suggestions.hint(
                        for: option.key.text, among: rules.known, kind: "Options")
                        ?? "Write \(rules.example).",
                    at: option.key.range)
            }
            guard options.updateValue(option.value.text, forKey: key) == nil else {
                throw Fault(
                    "DUPLICATE_OPTION", "The option `\(key)` is given twice.",
                    at: option.key.range)
            }
            if option.value.text.isEmpty {
                throw Fault(
                    "INVALID_OPTION_VALUE", "The option `\(key)` is empty.",
                    at: option.value.range)
            }
        }
        return options
    }

    private static func check(
        _ options: [String: String], of table: CreateTableSyntax, _ role: Role, _ schema: Schema
    ) throws(Fault) {
        func place(_ key: String) -> Range<Int>? {
            table.options.first { $0.key.text.lowercased() == key.lowercased() }?.value.range
        }
        if let format = options["format"], format.lowercased() != "json" {
            throw Fault(
                "INVALID_OPTION_VALUE", "The format `\(format)` is not known.",
                hint: "Write format 'json'.", at: place("format"))
        }
        if let offsets = options["startingOffsets"], !["earliest", "latest"].contains(offsets) {
            throw Fault(
                "INVALID_OPTION_VALUE", "startingOffsets cannot be `\(offsets)`.",
                hint: "Write 'earliest' or 'latest'.", at: place("startingOffsets"))
        }
        guard role == .source, let key = options["key"] else { return }
        let names = schema.fields.map(\.name)
        guard names.contains(where: { $0.lowercased() == key.lowercased() }) else {
            throw Fault(
                "UNRESOLVED_COLUMN.WITH_SUGGESTION",
                "The table `\(table.name.text)` has no column `\(key)` for its key.",
                hint: Suggestions.hint(for: key, among: names, kind: "Columns"), at: place("key"))
        }
    }

    /// Where the value of an option of a table stands.
    func place(of key: String, in name: String) -> Range<Int>? {
        find(name)?.options.first { $0.key.text.lowercased() == key.lowercased() }?.value.range
    }
}
