internal import Streaming

/// An expression whose types are known.
struct Analyzed {
    /// Over the input columns; then the window; then the aggregates. See ``ExpressionAnalyzer``.
    var expression: Expression
    /// As Spark prints it, the name of a column without alias.
    var text: String
    var range: Range<Int>
    /// The name of a plain column or field.
    var columnName: String?

    var type: DataType { expression.type }

    /// The text of a string constant.
    var constantText: String? {
        if case .literal(.string(let text)) = expression.kind { text } else { nil }
    }

    var isNullConstant: Bool { expression.kind == .literal(.null) }
}

extension Expression {
    var operands: [Expression] {
        switch kind {
        case .column, .literal: []
        case .field(let operand, _), .cast(let operand, _): [operand]
        case .and(let left, let right), .or(let left, let right): [left, right]
        case .conditional(let branches, let otherwise):
            branches.flatMap { [$0.condition, $0.value] } + [otherwise].compactMap { $0 }
        case .coalesce(let operands), .structure(let operands): operands
        case .isIn(let operand, let candidates): [operand] + candidates
        case .call(_, let operands): operands
        }
    }

    func contains(_ matches: (Expression) -> Bool) -> Bool {
        matches(self) || operands.contains { $0.contains(matches) }
    }

    func readsColumn(_ column: Int) -> Bool { contains { $0.kind == .column(column) } }

    /// This expression with each part for which `replacement` gives another one replaced by it.
    func replacing(
        _ replacement: (Expression) throws(Fault) -> Expression?
    ) throws(Fault) -> Expression {
        if let other = try replacement(self) { return other }
        func all(_ parts: [Expression]) throws(Fault) -> [Expression] {
            var result: [Expression] = []
            for part in parts { result.append(try part.replacing(replacement)) }
            return result
        }
        func one(_ part: Expression) throws(Fault) -> Expression {
            try part.replacing(replacement)
        }
        let newKind: Kind
        switch kind {
        case .column, .literal: return self
        case .field(let operand, let position): newKind = .field(try one(operand), position)
        case .cast(let operand, let isTry): newKind = .cast(try one(operand), isTry: isTry)
        case .and(let left, let right): newKind = .and(try one(left), try one(right))
        case .or(let left, let right): newKind = .or(try one(left), try one(right))
        case .conditional(let branches, let otherwise):
            var newBranches: [Branch] = []
            for branch in branches {
                newBranches.append(
                    Branch(condition: try one(branch.condition), value: try one(branch.value)))
            }
            var newOtherwise: Expression?
            if let otherwise { newOtherwise = try one(otherwise) }
            newKind = .conditional(newBranches, otherwise: newOtherwise)
        case .coalesce(let operands): newKind = .coalesce(try all(operands))
        case .structure(let operands): newKind = .structure(try all(operands))
        case .isIn(let operand, let candidates):
            newKind = .isIn(try one(operand), try all(candidates))
        case .call(let function, let operands): newKind = .call(function, try all(operands))
        }
        return Expression(newKind, type: type)
    }

    /// The parts of a condition that must all be true.
    var conjuncts: [Expression] {
        if case .and(let left, let right) = kind {
            left.conjuncts + right.conjuncts
        } else {
            [self]
        }
    }

    static func conjunction(_ parts: [Expression]) -> Expression? {
        guard let first = parts.first else { return nil }
        return parts.dropFirst().reduce(first) { Expression(.and($0, $1), type: .boolean) }
    }
}
