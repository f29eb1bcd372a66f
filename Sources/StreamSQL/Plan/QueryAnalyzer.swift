internal import Streaming

/// Turns a SELECT into a ``StreamPlan`` by Spark's rules for structured streaming.
struct QueryAnalyzer {
    let select: SelectSyntax
    let source: Pipeline.Table
    let outputMode: OutputMode
    let analyzer: ExpressionAnalyzer
    /// The keys of GROUP BY without the window, over the input.
    var keys: [Expression] = []
    var isAggregation: Bool

    init(_ select: SelectSyntax, source: Pipeline.Table, outputMode: OutputMode) {
        self.select = select
        self.source = source
        self.outputMode = outputMode
        analyzer = ExpressionAnalyzer(
            schema: source.schema, qualifier: select.from?.alias ?? source.name)
        isAggregation = select.groups != nil || select.having != nil
    }

    /// The plan, and the keys of GROUP BY that are columns of the source.
    mutating func plan() throws(Fault) -> (plan: StreamPlan, keyColumns: [Int]) {
        let watermark = try watermark()
        let condition = try condition()
        analyzer.selectItems = select.items
        try readGroups()
        let output = try readItems()
        let having = try readHaving(output)
        if !analyzer.aggregates.isEmpty { isAggregation = true }
        if isAggregation, select.groups == nil { try checkGlobal(output) }
        let operation: StreamPlan.Operation
        if isAggregation {
            let columns = try aggregatedColumns(output)
            let filter = try having.map { (value) throws(Fault) in try aggregatedHaving(value) }
            try checkOutputMode(watermark)
            guard let window = analyzer.window else { throw missingWindow() }
            operation = .aggregation(
                Aggregation(
                    window: window.specification, windowTime: window.time, groupKeys: keys,
                    aggregates: analyzer.aggregates, having: filter, output: columns))
        } else {
            try checkOutputMode(watermark)
            operation = .projection(
                output.map { OutputColumn(name: $0.name, expression: $0.value.expression) })
        }
        if let refusal = select.refusals.first { throw refusal }
        try checkNames(output)
        let windows = Self.windowTimes(in: operation)
        let (before, after) = split(
            .conjunction([condition].compactMap { $0 } + windows), watermark)
        let plan = StreamPlan(
            inputSchema: source.schema, watermark: watermark, filterBeforeWatermark: before,
            filterAfterWatermark: after, operation: operation, outputMode: outputMode)
        return (
            plan, keys.compactMap { if case .column(let index) = $0.kind { index } else { nil } }
        )
    }

    /// Spark gives no row where the time of a `window(…)` outside of GROUP BY is null.
    private static func windowTimes(in operation: StreamPlan.Operation) -> [Expression] {
        guard case .projection(let columns) = operation else { return [] }
        var times: [Expression] = []
        func collect(_ expression: Expression) {
            if case .call(.tumblingWindow, let operands) = expression.kind {
                times += operands.filter { !times.contains($0) }
            }
            for operand in expression.operands { collect(operand) }
        }
        for column in columns { collect(column.expression) }
        return times.map { Expression(.call(.isNotNull, [$0]), type: .boolean) }
    }

    // MARK: FROM and WHERE

    private func watermark() throws(Fault) -> WatermarkSpecification? {
        guard let syntax = select.from?.watermark else { return nil }
        analyzer.clause = .condition
        let column = try analyzer.analyze(syntax.column)
        guard case .column(let index) = column.expression.kind else {
            throw Fault.unsupported(
                "A watermark on an expression", hint: "Name a TIMESTAMP column of the source.",
                at: syntax.column.range)
        }
        guard column.type == .timestamp else {
            throw Fault(
                "EVENT_TIME_IS_NOT_ON_TIMESTAMP_TYPE",
                "The event time `\(column.text)` must be a TIMESTAMP, but it is "
                    + "\(column.type.sqlName).",
                at: syntax.column.range)
        }
        // Spark counts a month of a delay as 31 days.
        var delay = syntax.delay
        let (days, overflow) = delay.days.addingReportingOverflow(delay.months * 31)
        delay.days = days
        guard !overflow, let total = delay.totalMicroseconds, total >= 0 else {
            throw Fault(
                "INVALID_DELAY", "The delay of a watermark must not be negative.",
                at: syntax.delayRange)
        }
        return WatermarkSpecification(column: index, delayMicroseconds: total)
    }

    private func condition() throws(Fault) -> Expression? {
        guard let syntax = select.condition else { return nil }
        analyzer.clause = .condition
        return try boolean(try analyzer.analyze(syntax))
    }

    private func boolean(_ value: Analyzed) throws(Fault) -> Expression {
        guard value.type == .boolean else {
            throw Fault(
                "DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN",
                "The condition \"\(value.text)\" must be BOOLEAN, but it is "
                    + "\(value.type.sqlName).",
                hint: "Compare it with something.", at: value.range)
        }
        return value.expression
    }

    /// The conjuncts that do not touch the event-time column, and those that do.
    private func split(
        _ condition: Expression?, _ watermark: WatermarkSpecification?
    ) -> (before: Expression?, after: Expression?) {
        guard let condition, let watermark else { return (condition, nil) }
        let parts = condition.conjuncts
        return (
            .conjunction(parts.filter { !$0.readsColumn(watermark.column) }),
            .conjunction(parts.filter { $0.readsColumn(watermark.column) })
        )
    }

    // MARK: SELECT and HAVING

    private struct Item {
        var name: String
        var value: Analyzed
        var columnUses: [(column: Int, range: Range<Int>)]
    }

    private func readItems() throws(Fault) -> [Item] {
        var items: [Item] = []
        for item in select.items {
            analyzer.clause = .select
            analyzer.columnUses = []
            if case .star(let qualifier) = item.expression.kind {
                if item.alias != nil { throw analyzer.starUsage(at: item.expression.range) }
                for value in try expanded(qualifier, at: item.expression.range) {
                    items.append(Item(name: value.text, value: value, columnUses: []))
                }
                continue
            }
            let value = try analyzer.analyze(item.expression)
            items.append(
                Item(
                    name: item.alias ?? value.columnName ?? value.text, value: value,
                    columnUses: analyzer.columnUses))
            if let alias = item.alias { analyzer.lateralAliases.append((alias, value)) }
        }
        return items
    }

    /// The columns of `*`, `t.*` and `column.*`.
    private func expanded(_ name: [String], at range: Range<Int>) throws(Fault) -> [Analyzed] {
        let qualifier = analyzer.qualifier?.lowercased()
        if name.isEmpty || (name.count == 1 && name[0].lowercased() == qualifier) {
            return source.schema.fields.enumerated().map { index, field in
                Analyzed(
                    expression: Expression(.column(index), type: field.type), text: field.name,
                    range: range, columnName: field.name)
            }
        }
        let base = try analyzer.resolve(name, at: range)
        guard case .structure(let members) = base.type else {
            throw analyzer.starUsage(at: range)
        }
        return members.enumerated().map { index, member in
            Analyzed(
                expression: Expression(.field(base.expression, index), type: member.type),
                text: member.name, range: range, columnName: member.name)
        }
    }

    private func readHaving(_ items: [Item]) throws(Fault) -> Item? {
        guard let syntax = select.having else { return nil }
        analyzer.clause = .having
        analyzer.columnUses = []
        analyzer.lateralAliases = items.map { ($0.name, $0.value) }
        let value = try analyzer.analyze(syntax)
        _ = try boolean(value)
        return Item(name: "having", value: value, columnUses: analyzer.columnUses)
    }

    // MARK: The aggregated row

    private func aggregatedColumns(_ items: [Item]) throws(Fault) -> [OutputColumn] {
        var columns: [OutputColumn] = []
        for item in items {
            let expression = try aggregated(item) { column, range in
                Fault(
                    "MISSING_AGGREGATION",
                    "`\(source.schema.fields[column].name)` is neither in GROUP BY nor within an "
                        + "aggregate function.",
                    hint: "Add it to GROUP BY, or write e.g. "
                        + "last(\(source.schema.fields[column].name)).",
                    at: range)
            }
            columns.append(OutputColumn(name: item.name, expression: expression))
        }
        return columns
    }

    private func aggregatedHaving(_ item: Item) throws(Fault) -> Expression {
        try aggregated(item) { column, range in
            Fault(
                "UNRESOLVED_COLUMN.WITH_SUGGESTION",
                "`\(source.schema.fields[column].name)` cannot be used in HAVING: it is neither in "
                    + "GROUP BY nor within an aggregate function.",
                hint: "Use WHERE for a condition on records.", at: range)
        }
    }

    /// `item` over the aggregated row: window, keys, aggregates.
    private func aggregated(
        _ item: Item, missing: (Int, Range<Int>) -> Fault
    ) throws(Fault) -> Expression {
        let firstAggregate = analyzer.firstAggregateColumn
        return try item.value.expression.replacing { (part) throws(Fault) in
            if let key = keys.firstIndex(of: part) {
                return Expression(.column(1 + key), type: part.type)
            }
            guard case .column(let column) = part.kind else { return nil }
            if column == analyzer.windowColumn { return Expression(.column(0), type: part.type) }
            guard column < firstAggregate else {
                return Expression(
                    .column(1 + keys.count + column - firstAggregate), type: part.type)
            }
            let use = item.columnUses.first { $0.column == column }
            throw missing(column, use?.range ?? item.value.range)
        }
    }

    /// Aggregates without GROUP BY.
    private func checkGlobal(_ items: [Item]) throws(Fault) {
        let plain = items.first {
            $0.value.expression.contains { part in
                if case .column(let column) = part.kind {
                    column < source.schema.fields.count
                } else {
                    false
                }
            }
        }
        guard let plain else { return }
        throw Fault(
            "MISSING_GROUP_BY", "The query has aggregate functions, but no GROUP BY.",
            hint: "Add GROUP BY window(…) and the columns that are not aggregated.",
            at: plain.value.range)
    }

    private func checkNames(_ items: [Item]) throws(Fault) {
        var names: Set<String> = []
        for item in items where !names.insert(item.name.lowercased()).inserted {
            throw Fault(
                "COLUMN_ALREADY_EXISTS", "The result has two columns named `\(item.name)`.",
                hint: "Give one of them another name with AS.", at: item.value.range)
        }
    }
}
