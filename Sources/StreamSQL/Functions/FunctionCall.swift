internal import Streaming

/// A call of a scalar function or operator, with the help that its definition needs.
struct FunctionCall {
    /// Lower-case.
    var name: String
    /// As Spark prints the call.
    var text: String
    var range: Range<Int>
    var arguments: [Analyzed]

    func result(_ kind: Expression.Kind, _ type: DataType) -> Analyzed {
        Analyzed(expression: Expression(kind, type: type), text: text, range: range)
    }

    // MARK: Operands

    /// Argument `index` brought to `type` as Spark does without being asked.
    func operand(_ index: Int, as type: DataType) throws(Fault) -> Expression {
        let argument = arguments[index]
        guard TypeCoercion.implicit(argument.type, to: type) != nil else {
            throw unexpected(argument, expected: type.sqlName, position: index)
        }
        return Conversion.cast(argument.expression, to: type)
    }

    func operands(as type: DataType) throws(Fault) -> [Expression] {
        var operands: [Expression] = []
        for index in arguments.indices { operands.append(try operand(index, as: type)) }
        return operands
    }

    /// A number of its own type; STRING and NULL become DOUBLE.
    func number(_ index: Int) throws(Fault) -> Expression {
        let argument = arguments[index]
        if argument.type.isNumeric { return argument.expression }
        guard argument.type == .string || argument.type == .void else {
            throw unexpected(argument, expected: "NUMERIC", position: index)
        }
        return Conversion.cast(argument.expression, to: .double)
    }

    /// A TIMESTAMP or a DATE; other types become a DATE.
    func dateOrTimestamp(_ index: Int) throws(Fault) -> Expression {
        if arguments[index].type == .timestamp { return arguments[index].expression }
        return try operand(index, as: .date)
    }

    /// The type of all arguments together.
    func commonType(promotingStrings: Bool) throws(Fault) -> DataType {
        let types = arguments.map(\.type)
        if let type = TypeCoercion.common(types, promotingStrings: promotingStrings) {
            return type
        }
        let list = types.map { "\"\($0.sqlName)\"" }.joined(separator: ", ")
        throw Fault(
            "DATATYPE_MISMATCH.DATA_DIFF_TYPES",
            "The values of \"\(text)\" should all be of the same type, but they are [\(list)].",
            hint: "Bring them to one type with a cast.", at: range)
    }

    /// A constant INT; NULL is nil.
    func constantInt(_ index: Int, _ what: String) throws(Fault) -> Int? {
        let value = try operand(index, as: .int)
        switch value.kind {
        case .literal(.null): return nil
        case .literal(.integer(let constant)): return Int(constant)
        case .cast(let inner, _):
            // A DECIMAL or DOUBLE constant is cut, as a cast does.
            if case .literal(.decimal(let unscaled)) = inner.kind,
                case .decimal(_, let scale) = inner.type
            {
                let whole = Conversion.text(unscaled, scale: scale).split(separator: ".")[0]
                return Int(whole)
            }
            if case .literal(.string(let text)) = inner.kind, let constant = Int(text) {
                return constant
            }
            if case .literal(.double(let double)) = inner.kind {
                return Int(exactly: double.rounded(.towardZero))
            }
        case .call(.negate, let operands):
            if case .literal(.integer(let constant)) = operands[0].kind { return Int(-constant) }
        default: break
        }
        throw Fault(
            "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT",
            "The \(what) of \"\(text)\" must be a constant INT, but it is "
                + "\"\(arguments[index].text)\".",
            hint: "Write a number.", at: arguments[index].range)
    }

    // MARK: Shared results

    /// DATE and INT days.
    func shiftedByDays(backwards: Bool) throws(Fault) -> Analyzed {
        let date = try operand(0, as: .date)
        guard [.int, .smallint, .tinyint, .string, .void].contains(arguments[1].type) else {
            throw unexpected(
                arguments[1], expected: "INT, SMALLINT or TINYINT", position: 1)
        }
        var days = try operand(1, as: .int)
        if backwards {
            if case .literal(.integer(let value)) = days.kind, value > Int64(Int32.min) {
                days = Expression(.literal(.integer(-value)), type: .int)
            } else {
                // As BIGINT: the smallest INT has no opposite of its own type.
                let wide = Expression(.cast(days, isTry: false), type: .bigint)
                days = Expression(.call(.negate, [wide]), type: .bigint)
            }
        }
        return result(.call(.addDays, [date, days]), .date)
    }

    // MARK: Errors

    func unexpected(_ argument: Analyzed, expected: String, position: Int) -> Fault {
        let ordinals = ["first", "second", "third", "fourth", "fifth"]
        let ordinal = position < ordinals.count ? ordinals[position] : "\(position + 1)th"
        return Fault(
            "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
            "The \(ordinal) parameter of \"\(text)\" requires \(expected), but "
                + "\"\(argument.text)\" has the type \(argument.type.sqlName).",
            at: argument.range)
    }
}
