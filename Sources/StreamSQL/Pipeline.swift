public import Streaming

/// A query with its source and sink, read from the text of a `.sql` file and checked.
public struct Pipeline: Sendable {
    /// A table as it was declared.
    public struct Table: Hashable, Sendable {
        public var name: String
        /// `kafka`, `json` or `console`.
        public var connector: String
        /// By their names as the connector spells them: `subscribe`, `startingOffsets`, `path`.
        public var options: [String: String]
        /// Empty for a sink.
        public var schema: Schema
        /// Where its name stands in the declaration.
        public var position: SourcePosition?

        public init(
            name: String, connector: String, options: [String: String], schema: Schema,
            position: SourcePosition? = nil
        ) {
            self.name = name
            self.connector = connector
            self.options = options
            self.schema = schema
            self.position = position
        }
    }

    public var source: Table
    /// nil for a bare `SELECT`, which prints NDJSON to standard output.
    public var sink: Table?
    public var plan: StreamPlan
    /// What decides which (record, window) pairs are members, as canonical text: schema, format,
    /// event-time column, delay, window, slide, WHERE, output mode. Group keys, aggregates and
    /// output columns are not in it.
    public var membershipText: String
    /// Whether GROUP BY holds the source's `key` column unchanged; true for a query without
    /// aggregation. Only then does a group live in one partition of a keyed topic.
    public var groupsByKeyColumn: Bool
    /// The variables with their values, given or set in the text.
    public var variables: [String: String]
    /// The names among the given variables that the text neither sets nor uses.
    public var unusedVariables: [String]

    /// Reads and checks `text`.
    ///
    /// - Parameters:
    ///   - text: `SET`, `CREATE TABLE` and one `INSERT INTO … SELECT` or `SELECT`.
    ///   - variables: values of `${name}`; they win over `SET`.
    ///   - outputMode: append if nil.
    public init(
        text: String, variables: [String: String] = [:], outputMode: OutputMode? = nil
    ) throws(QueryError) {
        let substitution: Substitution
        do throws(Fault) {
            substitution = try Substitution(text: text, variables: variables)
        } catch {
            throw SourceText.locate(error, at: error.range, in: Array(text.utf8))
        }
        do throws(Fault) {
            try self.init(substitution, given: variables, outputMode: outputMode ?? .append)
        } catch {
            throw substitution.source.located(error)
        }
    }

    private init(
        _ substitution: Substitution, given: [String: String], outputMode: OutputMode
    ) throws(Fault) {
        let text = substitution.source
        var parser = Parser(text)
        var catalog = TableCatalog()
        var query: QuerySyntax?
        for statement in try parser.statements() {
            switch statement {
            case .createTable(let table): try catalog.add(table)
            case .query(let next):
                guard query == nil else {
                    throw Fault(
                        "MULTIPLE_QUERIES", "The text has more than one query.",
                        hint: "Run one processor per query.", at: next.range)
                }
                query = next
            }
        }
        guard let query else {
            throw Fault(
                "MISSING_QUERY", "The text has no query.",
                hint: "Add INSERT INTO table SELECT …, or a SELECT alone.",
                at: text.bytes.count..<text.bytes.count)
        }
        let (from, sink) = try Self.tables(of: query, catalog)
        var analyzer = QueryAnalyzer(query.select, source: from, outputMode: outputMode)
        let (plan, keyColumns) = try analyzer.plan()
        if let sink { try Self.checkKey(of: sink, plan, catalog) }
        func placed(_ table: Table) -> Table {
            var result = table
            if let name = catalog.find(table.name)?.name {
                let start = text.originalRange(name.range).lowerBound
                result.position = SourceText.position(of: start, in: text.original)
            }
            return result
        }
        self.source = placed(from)
        self.sink = sink.map(placed)
        self.plan = plan
        membershipText = MembershipText.text(of: plan, source: from)
        groupsByKeyColumn = Self.groupsByKey(plan, from, keyColumns)
        variables = substitution.values
        unusedVariables = given.keys.filter { !substitution.knownNames.contains($0) }.sorted()
    }

    /// The tables of FROM and INSERT INTO.
    private static func tables(
        of query: QuerySyntax, _ catalog: TableCatalog
    ) throws(Fault) -> (source: Table, sink: Table?) {
        let sink = try query.target.map { (target) throws(Fault) in try catalog.sink(target) }
        guard let from = query.select.from else {
            // Without FROM there are no columns, which is the better message where one is named.
            let empty = ExpressionAnalyzer(schema: Schema([]), qualifier: nil)
            for item in query.select.items { _ = try empty.analyze(item.expression) }
            throw Fault(
                "MISSING_SOURCE", "The query reads no table.",
                hint: "Add FROM and a table declared with CREATE TABLE.", at: query.select.range)
        }
        let source = try catalog.source(from.name, at: from.nameRange)
        if let join = query.select.join {
            if !join.table.isEmpty { _ = try catalog.source(join.table, at: join.range) }
            throw Fault.unsupported(
                "A join", hint: "A query reads one source: run one processor per query.",
                at: join.range)
        }
        return (source, sink)
    }

    /// The key of a sink is a column of the result.
    private static func checkKey(
        of sink: Table, _ plan: StreamPlan, _ catalog: TableCatalog
    ) throws(Fault) {
        guard let key = sink.options["key"] else { return }
        let names = plan.output.map(\.name)
        guard !names.contains(where: { $0.lowercased() == key.lowercased() }) else { return }
        throw Fault(
            "UNRESOLVED_COLUMN.WITH_SUGGESTION",
            "The SELECT gives no column `\(key)` for the key of `\(sink.name)`.",
            hint: Suggestions.hint(for: key, among: names, kind: "Columns"),
            at: catalog.place(of: "key", in: sink.name))
    }

    private static func groupsByKey(
        _ plan: StreamPlan, _ source: Table, _ keyColumns: [Int]
    ) -> Bool {
        guard case .aggregation = plan.operation else { return true }
        guard let key = source.options["key"]?.lowercased() else { return false }
        return keyColumns.contains { source.schema.fields[$0].name.lowercased() == key }
    }
}
