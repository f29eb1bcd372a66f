/// Functions that make a text of texts: `upper`, `trim`, `substring`, `replace`, ….
final class TextNode: FunctionNode {
    private let function: ScalarFunction

    init(_ function: ScalarFunction, operands: [ExpressionNode]) {
        self.function = function
        let canGrow: Bool
        switch function {
        case .trim, .trimLeading, .trimTrailing, .substring, .left, .right, .reverse:
            canGrow = false
        default: canGrow = true
        }
        super.init(type: .string, operands: operands, canFail: canGrow)
    }

    override func evaluate(_ context: EvaluationContext, _ rows: Selection) -> ColumnVector {
        evaluateOperands(context, rows)
        resetOutput(for: rows)
        let text = values[0]
        let arena = output.arena
        let errors = context.errors
        switch function {
        case .upper:
            make(rows, errors) { row throws(RowError) in
                text.withBytes(row) { LetterCase.appendUpper($0, to: arena) }
            }
        case .lower:
            make(rows, errors) { row throws(RowError) in
                text.withBytes(row) { LetterCase.appendLower($0, to: arena) }
            }
        case .initcap:
            make(rows, errors) { row throws(RowError) in
                text.withBytes(row) {
                    LetterCase.appendTitle($0, to: arena, scratch: context.scratch)
                }
            }
        case .reverse:
            make(rows, errors) { row throws(RowError) in
                text.withBytes(row) { TextBuilding.appendReversed($0, to: arena) }
            }
        case .trim, .trimLeading, .trimTrailing: trim(rows)
        case .substring, .left, .right: slice(rows)
        default: build(rows, errors)
        }
        return output
    }

    /// Runs `body`, which appends the text of a row, where no operand is null.
    @inline(__always)
    private func make(
        _ rows: Selection, _ errors: RowErrors, _ body: (Int) throws(RowError) -> Void
    ) {
        let output = output
        let arena = output.arena
        let first = values[0].nulls
        let second = values[values.count > 1 ? 1 : 0].nulls
        let third = values[values.count > 2 ? 2 : 0].nulls
        Kernels.forEach(
            into: output, rows, errors, isNull: { first[$0] || second[$0] || third[$0] }
        ) { row throws(RowError) in
            let start = arena.count
            do throws(RowError) {
                try body(row)
                guard arena.count - start <= Limits.maximumTextBytes else {
                    throw .textTooLong
                }
            } catch {
                arena.truncate(to: start)
                throw error
            }
            output.set(row, arenaFrom: start)
        }
    }

    // MARK: Parts of the first operand

    /// Runs `range`, which says what part of a row's bytes is the result.
    @inline(__always)
    private func cut(_ rows: Selection, _ range: (Int, Span<UInt8>) -> Range<Int>) {
        let output = output
        let text = values[0]
        let first = text.nulls
        let second = values[values.count > 1 ? 1 : 0].nulls
        let third = values[values.count > 2 ? 2 : 0].nulls
        Kernels.forEach(
            into: output, rows, nil, isNull: { first[$0] || second[$0] || third[$0] }
        ) { row throws(RowError) in
            text.withBytes(row) { bytes in
                output.set(row, bytes: bytes.extracting(range(row, bytes)))
            }
        }
    }

    private func trim(_ rows: Selection) {
        let isLeading = function != .trimTrailing
        let isTrailing = function != .trimLeading
        if values.count == 1 {
            cut(rows) { _, bytes in
                var start = 0
                var end = bytes.count
                if isLeading { while start < end, bytes[start] == 0x20 { start += 1 } }
                if isTrailing { while end > start, bytes[end - 1] == 0x20 { end -= 1 } }
                return start..<end
            }
        } else {
            let characters = values[1]
            cut(rows) { row, bytes in
                characters.withBytes(row) {
                    TextBuilding.trimmed(bytes, of: $0, isLeading, isTrailing)
                }
            }
        }
    }

    private func slice(_ rows: Selection) {
        let first = values[1].integers
        switch function {
        case .substring:
            let lengths = values[2].integers
            cut(rows) { row, bytes in
                TextBuilding.substring(bytes, from: first[row], length: lengths[row])
            }
        case .left:
            cut(rows) { row, bytes in
                TextBuilding.substring(bytes, from: 1, length: first[row])
            }
        default:
            cut(rows) { row, bytes in
                first[row] <= 0
                    ? 0..<0
                    : TextBuilding.substring(
                        bytes, from: -first[row], length: Int64(Int32.max))
            }
        }
    }

    // MARK: New texts

    private func build(_ rows: Selection, _ errors: RowErrors) {
        let arena = output.arena
        let text = values[0]
        switch function {
        case .repeatText:
            let counts = values[1].integers
            make(rows, errors) { row throws(RowError) in
                try text.withBytes(row) { bytes throws(RowError) in
                    try TextBuilding.append(bytes, times: counts[row], to: arena)
                }
            }
        case .padLeft, .padRight:
            let isLeft = function == .padLeft
            let lengths = values[1].integers
            let padding = values[2]
            make(rows, errors) { row throws(RowError) in
                try text.withBytes(row) { bytes throws(RowError) in
                    try padding.withBytes(row) { pad throws(RowError) in
                        try TextBuilding.appendPadded(
                            bytes, with: pad, length: lengths[row], isLeft: isLeft, to: arena)
                    }
                }
            }
        case .replace, .translate:
            let isReplace = function == .replace
            let (search, replacement) = (values[1], values[2])
            make(rows, errors) { row throws(RowError) in
                try text.withBytes(row) { bytes throws(RowError) in
                    try search.withBytes(row) { part throws(RowError) in
                        try replacement.withBytes(row) { other throws(RowError) in
                            if isReplace {
                                try TextBuilding.appendReplacing(
                                    bytes, part, by: other, to: arena)
                            } else {
                                TextBuilding.appendTranslating(bytes, part, to: other, arena)
                            }
                        }
                    }
                }
            }
        default: preconditionFailure("\(function) does not make a text")
        }
    }
}

/// `concat`, and `concat_ws`, which evaluates all operands.
final class ConcatNode: FunctionNode {
    private let hasSeparator: Bool

    init(_ function: ScalarFunction, operands: [ExpressionNode]) {
        hasSeparator = function == .concatWs
        super.init(type: .string, operands: operands, canFail: true, skipsAfterNull: !hasSeparator)
    }

    override func evaluate(_ context: EvaluationContext, _ rows: Selection) -> ColumnVector {
        evaluateOperands(context, rows)
        resetOutput(for: rows)
        let arena = output.arena
        for position in 0..<rows.count {
            let row = rows[position]
            let start = arena.count
            let isNull = hasSeparator ? !joinSeparated(row) : !join(row)
            if isNull || arena.count - start > Limits.maximumTextBytes {
                if !isNull { context.errors.note(.textTooLong, row: row) }
                arena.truncate(to: start)
                output.setNull(row)
            } else {
                output.set(row, arenaFrom: start)
            }
        }
        return output
    }

    private func join(_ row: Int) -> Bool {
        for index in 0..<values.count {
            if values[index].nulls[row] { return false }
            append(values[index], row)
        }
        return true
    }

    private func joinSeparated(_ row: Int) -> Bool {
        let separator = values[0]
        guard !separator.nulls[row] else { return false }
        var isFirst = true
        for index in 1..<values.count where !values[index].nulls[row] {
            if !isFirst { append(separator, row) }
            append(values[index], row)
            isFirst = false
        }
        return true
    }

    @inline(__always)
    private func append(_ column: ColumnVector, _ row: Int) {
        output.arena.append(
            from: column.arena, at: column.starts[row], count: column.lengths[row])
    }
}

/// `length`, `instr`, `contains`, `startswith` and `endswith`.
final class TextTestNode: FunctionNode {
    private let function: ScalarFunction

    init(_ function: ScalarFunction, operands: [ExpressionNode], type: DataType) {
        self.function = function
        super.init(type: type, operands: operands, canFail: false)
    }

    override func evaluate(_ context: EvaluationContext, _ rows: Selection) -> ColumnVector {
        evaluateOperands(context, rows)
        resetOutput(for: rows)
        switch function {
        case .length: measure(rows) { bytes, _ in Int64(CodePoints.count(bytes)) }
        case .position:
            measure(rows) { bytes, part in
                guard let index = CodePoints.firstIndex(of: part, in: bytes, from: 0) else {
                    return 0
                }
                return Int64(CodePoints.count(bytes.extracting(0..<index)) + 1)
            }
        case .contains:
            measure(rows) { bytes, part in
                (CodePoints.firstIndex(of: part, in: bytes, from: 0) != nil).stored
            }
        case .startsWith:
            measure(rows) { bytes, part in CodePoints.matches(part, bytes, at: 0).stored }
        case .endsWith:
            measure(rows) { bytes, part in
                CodePoints.matches(part, bytes, at: bytes.count - part.count).stored
            }
        default: preconditionFailure("\(function) does not measure a text")
        }
        return output
    }

    /// Without a second operand `body` gets the first one twice.
    @inline(__always)
    private func measure(_ rows: Selection, _ body: (Span<UInt8>, Span<UInt8>) -> Int64) {
        let output = output
        let text = values[0]
        let other = values[values.count > 1 ? 1 : 0]
        let (textNulls, otherNulls) = (text.nulls, other.nulls)
        Kernels.forEach(
            into: output, rows, nil, isNull: { textNulls[$0] || otherNulls[$0] }
        ) { row throws(RowError) in
            let result = text.withBytes(row) { bytes in
                other.withBytes(row) { body(bytes, $0) }
            }
            output.set(row, integer: result)
        }
    }
}
