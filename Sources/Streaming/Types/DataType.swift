/// The type of a column or an expression, with the meaning that Spark SQL gives it.
///
/// Within a ``ColumnVector`` the types share four physical forms; see ``PhysicalType``.
public indirect enum DataType: Hashable, Sendable {
    /// The type of a bare `NULL`.
    case void
    case boolean
    /// 8, 16, 32 and 64 bits, signed.
    case tinyint, smallint, int, bigint
    /// IEEE 754 binary32 and binary64.
    case float, double
    /// At most 38 digits, `scale` of them after the point.
    case decimal(precision: Int, scale: Int)
    /// UTF-8 text, ordered by its bytes.
    case string
    /// Days since 1970-01-01, proleptic Gregorian.
    case date
    /// Microseconds since 1970-01-01T00:00:00Z.
    case timestamp
    case structure([StructField])

    /// The most digits that a DECIMAL can have.
    public static let maximumPrecision = 38
}

/// A named member of a STRUCT.
public struct StructField: Hashable, Sendable {
    public let name: String
    public let type: DataType

    public init(name: String, type: DataType) {
        self.name = name
        self.type = type
    }
}

/// How the values of a type are stored in a ``ColumnVector``.
public enum PhysicalType: Hashable, Sendable {
    /// `Int64`: BOOLEAN (0 or 1), TINYINT to BIGINT, DATE (days), TIMESTAMP (microseconds), VOID.
    case integer
    /// `Double`: DOUBLE, and FLOAT with each value already rounded to binary32.
    case double
    /// `Int128`: the unscaled value of a DECIMAL.
    case decimal
    /// A slice of the column's byte arena: STRING.
    case string
    /// No values of its own, one child column a field: STRUCT.
    case structure
}

extension DataType {
    public var physicalType: PhysicalType {
        switch self {
        case .void, .boolean, .tinyint, .smallint, .int, .bigint, .date, .timestamp: .integer
        case .float, .double: .double
        case .decimal: .decimal
        case .string: .string
        case .structure: .structure
        }
    }

    /// TINYINT, SMALLINT, INT or BIGINT.
    public var isIntegral: Bool {
        switch self {
        case .tinyint, .smallint, .int, .bigint: true
        default: false
        }
    }

    /// Any number: integral, FLOAT, DOUBLE or DECIMAL.
    public var isNumeric: Bool {
        switch self {
        case .float, .double, .decimal: true
        default: isIntegral
        }
    }

    /// The values that an integral type, or BOOLEAN, can hold; nil for every other type.
    public var integralRange: ClosedRange<Int64>? {
        switch self {
        case .boolean: 0...1
        case .tinyint: Int64(Int8.min)...Int64(Int8.max)
        case .smallint: Int64(Int16.min)...Int64(Int16.max)
        case .int: Int64(Int32.min)...Int64(Int32.max)
        case .bigint: Int64.min...Int64.max
        default: nil
        }
    }

    /// As Spark writes a type in a schema string: `double`, `decimal(3,1)`, `struct<b:string>`.
    public var catalogName: String {
        switch self {
        case .void: "void"
        case .boolean: "boolean"
        case .tinyint: "tinyint"
        case .smallint: "smallint"
        case .int: "int"
        case .bigint: "bigint"
        case .float: "float"
        case .double: "double"
        case .decimal(let precision, let scale): "decimal(\(precision),\(scale))"
        case .string: "string"
        case .date: "date"
        case .timestamp: "timestamp"
        case .structure(let fields):
            "struct<"
                + fields.map { "\($0.name):\($0.type.catalogName)" }.joined(separator: ",") + ">"
        }
    }

    /// As Spark writes a type in messages: `DOUBLE`, `DECIMAL(3,1)`, `STRUCT<b: STRING>`.
    public var sqlName: String {
        switch self {
        case .structure(let fields):
            "STRUCT<"
                + fields.map { "\($0.name): \($0.type.sqlName)" }.joined(separator: ", ") + ">"
        default: catalogName.uppercased()
        }
    }
}

/// The named columns of a table or of a query's result, in order.
public struct Schema: Hashable, Sendable {
    public var fields: [StructField]

    public init(_ fields: [StructField]) { self.fields = fields }
}
