/// A checked query, ready to run: plain values, no connector, no I/O.
public struct StreamPlan: Hashable, Sendable {
    /// The columns that a record is decoded to. Expressions before aggregation refer to them.
    public var inputSchema: Schema
    /// The `WATERMARK` clause, if the query has one.
    public var watermark: WatermarkSpecification?
    /// The conjuncts of `WHERE` that do not touch the event-time column: what they reject does not
    /// advance the watermark. BOOLEAN over the input.
    public var filterBeforeWatermark: Expression?
    /// The conjuncts of `WHERE` that do touch it. BOOLEAN over the input.
    public var filterAfterWatermark: Expression?
    /// How rows are made.
    public var operation: Operation
    public var outputMode: OutputMode

    public enum Operation: Hashable, Sendable {
        /// Each accepted record gives one row; expressions over the input.
        case projection([OutputColumn])
        case aggregation(Aggregation)
    }

    public init(
        inputSchema: Schema, watermark: WatermarkSpecification?,
        filterBeforeWatermark: Expression?, filterAfterWatermark: Expression?,
        operation: Operation, outputMode: OutputMode
    ) {
        self.inputSchema = inputSchema
        self.watermark = watermark
        self.filterBeforeWatermark = filterBeforeWatermark
        self.filterAfterWatermark = filterAfterWatermark
        self.operation = operation
        self.outputMode = outputMode
    }

    /// The columns of the result, in order.
    public var output: [OutputColumn] {
        switch operation {
        case .projection(let columns): columns
        case .aggregation(let aggregation): aggregation.output
        }
    }

    public var outputSchema: Schema {
        Schema(output.map { StructField(name: $0.name, type: $0.expression.type) })
    }
}

/// `WATERMARK column DELAY OF INTERVAL …`.
public struct WatermarkSpecification: Hashable, Sendable {
    /// Position of the event-time column, a TIMESTAMP, in the input schema.
    public var column: Int
    /// At least 0.
    public var delayMicroseconds: Int64

    public init(column: Int, delayMicroseconds: Int64) {
        self.column = column
        self.delayMicroseconds = delayMicroseconds
    }
}

/// What a query emits, and when; Spark's output modes.
public enum OutputMode: String, Hashable, Sendable, CaseIterable {
    case append, update, complete
}

/// A named column of the result.
public struct OutputColumn: Hashable, Sendable {
    public var name: String
    public var expression: Expression

    public init(name: String, expression: Expression) {
        self.name = name
        self.expression = expression
    }
}

/// `GROUP BY window(…), key, …` with its aggregates.
///
/// ``output`` and ``having`` are expressions over the *aggregated row*: column 0 is the window, a
/// STRUCT<start: TIMESTAMP, end: TIMESTAMP>; then the ``groupKeys``; then the ``aggregates``.
public struct Aggregation: Hashable, Sendable {
    public var window: WindowSpecification
    /// The TIMESTAMP that assigns a record to its windows, over the input. A record for which it is
    /// null belongs to no window; with a watermark it is the event-time column.
    public var windowTime: Expression
    /// Over the input, without the window itself.
    public var groupKeys: [Expression]
    public var aggregates: [AggregateCall]
    /// BOOLEAN over the aggregated row; rows for which it is not true are not emitted.
    public var having: Expression?
    public var output: [OutputColumn]

    public init(
        window: WindowSpecification, windowTime: Expression, groupKeys: [Expression],
        aggregates: [AggregateCall], having: Expression?, output: [OutputColumn]
    ) {
        self.window = window
        self.windowTime = windowTime
        self.groupKeys = groupKeys
        self.aggregates = aggregates
        self.having = having
        self.output = output
    }

    public static let windowType = DataType.structure([
        StructField(name: "start", type: .timestamp), StructField(name: "end", type: .timestamp),
    ])

    /// The columns that ``output`` and ``having`` refer to.
    public var aggregatedSchema: Schema {
        Schema(
            [StructField(name: "window", type: Self.windowType)]
                + groupKeys.enumerated().map {
                    StructField(name: "key\($0.offset)", type: $0.element.type)
                }
                + aggregates.enumerated().map {
                    StructField(name: "aggregate\($0.offset)", type: $0.element.type)
                })
    }
}

/// One aggregate function with its operands.
public struct AggregateCall: Hashable, Sendable {
    public var function: AggregateFunction
    /// Over the input; empty for `count(*)`.
    public var arguments: [Expression]
    /// `FILTER (WHERE …)`: BOOLEAN over the input; the record counts where it is true.
    public var filter: Expression?
    /// The result's type.
    public var type: DataType

    public init(
        function: AggregateFunction, arguments: [Expression], filter: Expression?, type: DataType
    ) {
        self.function = function
        self.arguments = arguments
        self.filter = filter
        self.type = type
    }
}

/// The aggregate functions, with operands already brought to the types stated.
public enum AggregateFunction: Hashable, Sendable {
    /// BIGINT. Without operands rows; else rows in which no operand is null.
    case count
    /// BIGINT operand, BIGINT result (ARITHMETIC_OVERFLOW); DOUBLE, DOUBLE; DECIMAL, DECIMAL of the
    /// result's type. Null for none.
    case sum
    /// DOUBLE operand, DOUBLE result; DECIMAL, DECIMAL of the result's type. Null for none.
    case average
    /// Any type that has an order, and the same result. Null for none. NaN is the largest.
    case minimum, maximum
    /// Any type, and the same result.
    case first(ignoreNulls: Bool), last(ignoreNulls: Bool)
    /// DOUBLE, DOUBLE. Sample: null for fewer than two values; population: null for none.
    case standardDeviation(isSample: Bool), variance(isSample: Bool)
}
