import TestSupport
import Testing

@testable import Streaming

/// How expressions are evaluated, whatever they compute.
@Suite struct EvaluationTests {
    typealias B = Build

    /// Expressions of every kind of node.
    static let expressions: [Expression] = {
        let nBig = B.cast(B.n, .bigint)
        let window = B.call(
            .tumblingWindow(WindowSpecification(sizeMicroseconds: 60_000_000)), B.time,
            as: Aggregation.windowType)
        return [
            B.temp, B.int(7), B.text("constant"), B.ab, B.a, window,
            B.call(.add, B.n, B.int(1)), B.call(.divide, B.humidity, B.temp),
            B.call(.remainder, B.int(10), B.n), B.call(.add, nBig, B.cast(B.s, .bigint)),
            B.cast(B.temp, B.decimalType(10, 2)), B.cast(B.a, .string), B.cast(B.s, .timestamp),
            B.call(.round(scale: 1), B.f), B.call(.ln, B.temp), B.call(.upper, B.entity),
            B.call(.concat, B.entity, B.s), B.call(.concatWs, B.text("-"), B.entity, B.s),
            B.test(.like(escape: "\\", ignoreCase: true), B.entity, B.text("s%1")),
            B.test(.equalNullSafe, B.s, B.entity), B.call(.greatest, B.s, B.entity),
            B.and(B.test(.isNotNull, B.n), B.test(.lessThan, B.failing, B.double(1))),
            B.or(B.ok, B.cast(B.s, .boolean)), B.isIn(B.n, B.int(1), B.null(.int)),
            B.when((B.ok, B.entity), (B.test(.isNull, B.ok), B.s), otherwise: B.ab),
            B.when((B.ok, B.a)), B.coalesce(B.ab, B.s, B.text("none")),
            B.call(.nanvl, B.temp, B.humidity), B.call(.year, B.d, as: .int),
            B.call(.substring, B.entity, B.n, B.int(3)), B.cast(B.n, .bigint),
        ]
    }()

    static func results(
        _ evaluator: ExpressionEvaluator, _ columns: [ColumnVector], _ rows: Selection
    ) -> [String] {
        let errors = RowErrors()
        errors.reset(rows: 15)
        let result = evaluator.evaluate(columns, rows: rows, errors: errors)
        return (0..<rows.count).map { position in
            let row = rows[position]
            if let error = errors[row] { return "\(error)\(result.nulls[row] ? "" : "?")" }
            return OracleTable.json(result, row)
        }
    }

    @Test func aSelectionGivesWhatEachRowGivesByItself() throws {
        let columns = try OracleTable().columns
        var random = SeededRandom()
        for expression in Self.expressions {
            let reused = ExpressionEvaluator(expression, zones: OracleFiles.zones)
            let single = (0..<15).map { row in
                let rows = Selection()
                rows.append(row)
                let fresh = ExpressionEvaluator(expression, zones: OracleFiles.zones)
                return Self.results(fresh, columns, rows)[0]
            }
            for _ in 0..<20 {
                let rows = Selection()
                let limit = Int.random(in: 0...15, using: &random)
                for row in 0..<limit where Bool.random(using: &random) { rows.append(row) }
                let expected = (0..<rows.count).map { single[rows[$0]] }
                #expect(
                    Self.results(reused, columns, rows) == expected,
                    "\(expression), seed \(random.seed)")
            }
        }
    }

    @Test func theResultHasTheExpressionsTypeAlsoWhereACastCostsNothing() throws {
        let columns = try OracleTable().columns
        let rows = Selection()
        rows.selectAll(15)
        for (operand, type) in [(B.n, DataType.bigint), (B.f, .double), (B.ok, .int)] {
            let evaluator = ExpressionEvaluator(B.cast(operand, type), zones: .none)
            let errors = RowErrors()
            errors.reset(rows: 15)
            #expect(evaluator.evaluate(columns, rows: rows, errors: errors).type == type)
        }
    }

    @Test func anOperandAfterANullIsNotEvaluated() throws {
        let columns = try OracleTable().columns
        let rows = Selection()
        rows.append(1)
        let bad = B.cast(B.call(.concat, B.text("x"), B.cast(B.column("id"), .string)), .int)
        for expression in [
            B.call(.add, B.n, bad), B.test(.equal, B.n, bad),
            B.call(.substring, B.entity, B.int(1), bad),
            // A divisor is evaluated before what it divides.
            B.call(.remainder, bad, B.n),
        ] {
            let evaluator = ExpressionEvaluator(expression, zones: .none)
            #expect(Self.results(evaluator, columns, rows) == ["null"], "\(expression)")
        }
        let constant = B.cast(B.text("x"), .int)
        for expression in [
            B.call(.remainder, B.n, bad), B.test(.equalNullSafe, B.n, bad),
            // A constant is computed all the same.
            B.call(.add, B.n, constant), B.test(.equal, B.n, constant),
        ] {
            let evaluator = ExpressionEvaluator(expression, zones: .none)
            #expect(Self.results(evaluator, columns, rows) == ["CAST_INVALID_INPUT"])
        }
    }

    @Test func anErrorLeavesANullEvenWhereANullHasAValue() throws {
        let columns = try OracleTable().columns
        let rows = Selection()
        rows.selectAll(15)
        for expression in [
            B.test(.isNull, B.failing), B.coalesce(B.failing, B.double(1)),
            B.call(.greatest, B.failing, B.double(1)),
            B.when((B.test(.isNull, B.failing), B.text("null")), otherwise: B.text("value")),
        ] {
            let evaluator = ExpressionEvaluator(expression, zones: .none)
            #expect(
                Self.results(evaluator, columns, rows)
                    == Array(repeating: "DIVIDE_BY_ZERO", count: 15))
        }
    }

    @Test func textsThatGrowTooLongAreErrors() throws {
        let columns = try OracleTable().columns
        let rows = Selection()
        rows.append(0)
        let long = B.call(.repeatText, B.entity, B.int(2_000_000))
        for expression in [
            B.call(.repeatText, B.entity, B.int(Int64(Int32.max))),
            B.call(.padLeft, B.entity, B.int(Int64(Int32.max)), B.text("xy")),
            B.call(.concat, long, long),
            B.call(.replace, long, B.text("s"), B.text("two for one")),
        ] {
            let evaluator = ExpressionEvaluator(expression, zones: .none)
            #expect(Self.results(evaluator, columns, rows) == ["TEXT_TOO_LONG"])
        }
        let padded = B.call(.padRight, B.entity, B.int(11), B.text("éx"))
        let evaluator = ExpressionEvaluator(padded, zones: .none)
        #expect(Self.results(evaluator, columns, rows) == ["\"sensor-1éxé\""])
    }

    @Test func rowErrorsKeepTheFirstAndForgetOnReset() {
        let errors = RowErrors()
        errors.reset(rows: 3)
        errors.note(.divideByZero, row: 2)
        errors.note(.castOverflow, row: 2)
        #expect(errors.count == 1)
        #expect(errors[2] == .divideByZero)
        errors.reset(rows: 100)
        #expect(errors.count == 0)
        #expect((0..<100).allSatisfy { errors[$0] == nil })
    }
}
