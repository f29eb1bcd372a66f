/// A statement of a pipeline; `SET` is dealt with before parsing.
enum Statement {
    case createTable(CreateTableSyntax)
    /// `INSERT INTO t SELECT …` or a bare `SELECT`.
    case query(QuerySyntax)
}

struct CreateTableSyntax {
    var name: NameSyntax
    /// nil without a list of columns.
    var columns: [(name: NameSyntax, type: TypeSyntax)]?
    var connector: NameSyntax
    var options: [(key: NameSyntax, value: NameSyntax)]
    var range: Range<Int>
}

/// A name, or a text, with its place.
struct NameSyntax {
    var text: String
    var range: Range<Int>
}

struct QuerySyntax {
    /// The table of `INSERT INTO`.
    var target: NameSyntax?
    var select: SelectSyntax
    var range: Range<Int>
}

struct SelectSyntax {
    var isDistinct = false
    var items: [SelectItem] = []
    var from: RelationSyntax?
    /// The second relation of a join: its name and the place of the join.
    var join: (table: [String], range: Range<Int>)?
    var condition: Syntax?
    /// nil without GROUP BY.
    var groups: [Syntax]?
    var having: Syntax?
    /// Clauses that are read only to be refused, after everything else is known to be right.
    var refusals: [Fault] = []
    var range: Range<Int> = 0..<0
}

struct SelectItem {
    var expression: Syntax
    var alias: String?
    /// Of the alias.
    var aliasRange: Range<Int>?
}

struct RelationSyntax {
    var name: [String]
    var nameRange: Range<Int>
    var alias: String?
    var watermark: WatermarkSyntax?
}

struct WatermarkSyntax {
    var column: Syntax
    var delay: Interval
    var delayRange: Range<Int>
}
