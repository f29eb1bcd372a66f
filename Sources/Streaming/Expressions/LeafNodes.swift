/// A column of the input, as it is.
final class ColumnNode: ExpressionNode {
    private let position: Int

    init(_ position: Int, type: DataType) {
        self.position = position
        super.init(type: type, canFail: false)
    }

    override func evaluate(_ context: EvaluationContext, _ rows: Selection) -> ColumnVector {
        context.columns[position]
    }
}

/// A constant: its column is filled once, and again only for a larger batch.
final class LiteralNode: ExpressionNode {
    let literal: Literal
    private var filled = 0
    private var textLength = 0

    init(_ literal: Literal, type: DataType) {
        self.literal = literal
        super.init(type: type, canFail: false, isConstant: true)
        if case .string(let text) = literal {
            output.arena.append(text)
            textLength = output.arena.count
        }
    }

    override func evaluate(_ context: EvaluationContext, _ rows: Selection) -> ColumnVector {
        let bound = rows.upperBound
        if bound > filled {
            output.reserve(rows: bound)
            for row in filled..<bound { fill(row) }
            filled = bound
        }
        return output
    }

    private func fill(_ row: Int) {
        switch literal {
        case .null: output.setNull(row)
        case .integer(let value): output.set(row, integer: value)
        case .double(let value): output.set(row, double: value)
        case .decimal(let value): output.set(row, decimal: value)
        case .string:
            output.nulls[row] = false
            output.starts[row] = 0
            output.lengths[row] = textLength
        }
    }
}

/// A field of a STRUCT. Where the STRUCT is null its fields are, so the field's column is the
/// result.
final class FieldNode: ExpressionNode {
    private let operand: ExpressionNode
    private let position: Int

    init(_ operand: ExpressionNode, _ position: Int, type: DataType) {
        self.operand = operand
        self.position = position
        super.init(type: type, canFail: operand.canFail)
    }

    override func evaluate(_ context: EvaluationContext, _ rows: Selection) -> ColumnVector {
        operand.evaluate(context, rows).children[position]
    }
}

/// A STRUCT of its operands, never null.
final class StructureNode: FunctionNode {
    init(operands: [ExpressionNode], type: DataType) {
        super.init(type: type, operands: operands, canFail: false, skipsAfterNull: false)
    }

    override func evaluate(_ context: EvaluationContext, _ rows: Selection) -> ColumnVector {
        evaluateOperands(context, rows)
        resetOutput(for: rows)
        let nulls = output.nulls
        for position in 0..<rows.count { nulls[rows[position]] = false }
        for index in operands.indices { output.children[index].copy(rows, from: values[index]) }
        return output
    }
}

extension ColumnVector {
    /// Copies the rows `rows` of `source`, a column of the same physical type. The columns have
    /// room for them.
    func copy(_ rows: Selection, from source: ColumnVector) {
        switch type.physicalType {
        case .integer: copy(IntegerLane.self, rows, from: source)
        case .double: copy(DoubleLane.self, rows, from: source)
        case .decimal: copy(DecimalLane.self, rows, from: source)
        case .string, .structure:
            for position in 0..<rows.count { copy(rows[position], from: source, rows[position]) }
        }
    }

    @inline(__always)
    private func copy<Values: Lane>(
        _: Values.Type, _ rows: Selection, from source: ColumnVector
    ) {
        let sourceNulls = source.nulls
        let elements = Values.elements(of: source)
        let nulls = nulls
        let results = Values.elements(of: self)
        let indices = rows.rows
        for position in 0..<rows.count {
            let row = Int(indices[position])
            nulls[row] = sourceNulls[row]
            results[row] = elements[row]
        }
    }
}

/// Copies a column whose values need no conversion, only another type: `INT` as `BIGINT`.
final class RetypeNode: FunctionNode {
    init(_ operand: ExpressionNode, type: DataType) {
        super.init(type: type, operands: [operand], canFail: false)
    }

    override func evaluate(_ context: EvaluationContext, _ rows: Selection) -> ColumnVector {
        evaluateOperands(context, rows)
        resetOutput(for: rows)
        output.copy(rows, from: values[0])
        return output
    }
}
