internal import Streaming

extension TypeSyntax {
    /// The type that is meant.
    func resolved() throws(Fault) -> DataType {
        switch kind {
        case .structure(let fields):
            var members: [StructField] = []
            for field in fields {
                members.append(StructField(name: field.name, type: try field.type.resolved()))
            }
            return .structure(members)
        case .named(let name, let parameters):
            return try Self.named(name, parameters, at: range)
        }
    }

    private static let simple: [String: DataType] = [
        "STRING": .string, "DOUBLE": .double, "FLOAT": .float, "REAL": .float, "INT": .int,
        "INTEGER": .int, "BIGINT": .bigint, "LONG": .bigint, "SMALLINT": .smallint,
        "SHORT": .smallint, "TINYINT": .tinyint, "BYTE": .tinyint, "BOOLEAN": .boolean,
        "TIMESTAMP": .timestamp, "TIMESTAMP_LTZ": .timestamp, "DATE": .date, "VOID": .void,
    ]

    private static let leftOut: Set<String> = [
        "BINARY", "TIMESTAMP_NTZ", "INTERVAL", "ARRAY", "MAP", "VARIANT", "CHAR", "CHARACTER",
        "VARCHAR", "TIME", "GEOMETRY", "GEOGRAPHY", "OBJECT",
    ]

    private static func named(
        _ name: String, _ parameters: [Int], at range: Range<Int>
    ) throws(Fault) -> DataType {
        if ["DECIMAL", "DEC", "NUMERIC"].contains(name) {
            return try decimal(parameters, at: range)
        }
        if let type = simple[name], parameters.isEmpty { return type }
        // A cast to VARCHAR(n) or CHAR(n) does not cut: Spark makes a STRING of it.
        if ["VARCHAR", "CHAR", "CHARACTER"].contains(name), parameters.count == 1 {
            return .string
        }
        if leftOut.contains(name) {
            throw Fault.unsupported(
                "The type \(name)", hint: name.hasSuffix("CHAR") ? "Use STRING." : nil, at: range)
        }
        throw Fault(
            "UNSUPPORTED_DATATYPE", "There is no data type \(name).",
            hint: Suggestions.hint(
                for: name, among: simple.keys.sorted() + ["DECIMAL", "STRUCT"], kind: "Types"),
            at: range)
    }

    private static func decimal(_ parameters: [Int], at range: Range<Int>) throws(Fault) -> DataType
    {
        let precision = parameters.first ?? 10
        let scale = parameters.count > 1 ? parameters[1] : 0
        guard parameters.count <= 2, precision >= 1, scale >= 0 else {
            throw Fault(
                "UNSUPPORTED_DATATYPE", "A DECIMAL has a precision and a scale.",
                hint: "Write DECIMAL(10, 2).", at: range)
        }
        guard precision <= DecimalType.maximum else {
            throw Fault(
                "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION",
                "The precision \(precision) exceeds \(DecimalType.maximum).", at: range)
        }
        guard scale <= precision else {
            throw Fault(
                "DECIMAL_SCALE_GREATER_THAN_PRECISION",
                "The scale \(scale) exceeds the precision \(precision).", at: range)
        }
        return .decimal(precision: precision, scale: scale)
    }
}
