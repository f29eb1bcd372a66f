internal import Streaming

extension FunctionCatalog {
    /// `string(x)` and the like: casts by the name of the type.
    static let castFunctions: Group = [
        ("string", casting(.string)), ("boolean", casting(.boolean)),
        ("tinyint", casting(.tinyint)), ("smallint", casting(.smallint)), ("int", casting(.int)),
        ("bigint", casting(.bigint)), ("float", casting(.float)), ("double", casting(.double)),
        ("decimal", casting(.decimal(precision: 10, scale: 0))), ("date", casting(.date)),
        ("timestamp", casting(.timestamp)),
    ]

    private static func casting(_ type: DataType) -> FunctionDefinition {
        FunctionDefinition(.exactly(1)) { (written) throws(Fault) in
            var call = written
            // Spark names such a column by its operand.
            call.text = call.arguments[0].text
            let analyzer = ExpressionAnalyzer(schema: Schema([]), qualifier: nil)
            let value = try analyzer.convert(call.arguments[0], to: type, at: call.range)
            return call.result(value.kind, type)
        }
    }

    static let structureFunctions: Group = [
        (
            "struct",
            FunctionDefinition(.atLeast(0)) { (call) throws(Fault) in
                let fields = call.arguments.enumerated().map { index, argument in
                    StructField(
                        name: argument.columnName ?? "col\(index + 1)", type: argument.type)
                }
                return call.result(
                    .structure(call.arguments.map(\.expression)), .structure(fields))
            }
        ),
        (
            "named_struct",
            FunctionDefinition(.atLeast(0)) { (call) throws(Fault) in
                guard call.arguments.count.isMultiple(of: 2) else {
                    throw Fault(
                        "WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
                        "`named_struct` takes pairs of a name and a value.", at: call.range)
                }
                var fields: [StructField] = []
                var values: [Expression] = []
                for index in stride(from: 0, to: call.arguments.count, by: 2) {
                    guard let name = call.arguments[index].constantText else {
                        throw Fault(
                            "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT",
                            "The name of a field must be a constant STRING.",
                            at: call.arguments[index].range)
                    }
                    let value = call.arguments[index + 1].expression
                    fields.append(StructField(name: name, type: value.type))
                    values.append(value)
                }
                return call.result(.structure(values), .structure(fields))
            }
        ),
    ]
}
