/// A pattern of `LIKE`: `%` matches any text, `_` one code point, everything else itself.
///
/// Matching goes back only to the last `%`, so its cost is at most the product of the lengths.
struct LikePattern {
    /// What one step matches: a byte, or one of the two below.
    private var steps: [UInt16] = []
    private static let oneCodePoint: UInt16 = 256
    private static let anyText: UInt16 = 257

    /// Reads `pattern`; the array of steps keeps its memory, so that a pattern a row costs nothing.
    mutating func read(_ pattern: Span<UInt8>, escape: Unicode.Scalar) throws(RowError) {
        steps.removeAll(keepingCapacity: true)
        var offset = 0
        while offset < pattern.count {
            var end = CodePoints.next(pattern, after: offset)
            let scalar = CodePoints.scalar(pattern, at: offset)
            if scalar == escape {
                guard end < pattern.count else { throw .escapeAtTheEnd }
                let escaped = CodePoints.scalar(pattern, at: end)
                guard escaped == "%" || escaped == "_" || escaped == escape else {
                    throw .escapeInTheMiddle
                }
                offset = end
                end = CodePoints.next(pattern, after: offset)
                for index in offset..<end { steps.append(UInt16(pattern[index])) }
            } else if scalar == "%" {
                if steps.last != Self.anyText { steps.append(Self.anyText) }
            } else if scalar == "_" {
                steps.append(Self.oneCodePoint)
            } else {
                for index in offset..<end { steps.append(UInt16(pattern[index])) }
            }
            offset = end
        }
    }

    /// Whether all of `text` matches.
    func matches(_ text: Span<UInt8>) -> Bool {
        let steps = steps.span
        var offset = 0
        var step = 0
        /// After the last `%`: its next step, and where the rest of the text was tried.
        var retryStep = -1
        var retryOffset = 0
        while offset < text.count || step < steps.count {
            if step < steps.count {
                let wanted = steps[step]
                if wanted == Self.anyText {
                    step += 1
                    if step == steps.count { return true }
                    retryStep = step
                    retryOffset = offset
                    continue
                }
                if offset < text.count {
                    if wanted == Self.oneCodePoint {
                        offset = CodePoints.next(text, after: offset)
                        step += 1
                        continue
                    }
                    if wanted == UInt16(text[offset]) {
                        offset += 1
                        step += 1
                        continue
                    }
                }
            }
            guard retryStep >= 0, retryOffset < text.count else { return false }
            retryOffset = CodePoints.next(text, after: retryOffset)
            offset = retryOffset
            step = retryStep
        }
        return true
    }
}

/// `LIKE` and `ILIKE`. A constant pattern is read once; a faulty one fails in every row, as in
/// Spark.
final class LikeNode: FunctionNode {
    private let escape: Unicode.Scalar
    private let ignoresCase: Bool
    private let hasConstantPattern: Bool
    private var constantError: RowError?
    private var pattern = LikePattern()

    init(operands: [ExpressionNode], escape: Unicode.Scalar, ignoresCase: Bool) {
        self.escape = escape
        self.ignoresCase = ignoresCase
        if let literal = operands[1] as? LiteralNode, case .string(let text) = literal.literal {
            hasConstantPattern = true
            let bytes = ByteArena()
            bytes.append(text)
            do throws(RowError) {
                try Self.read(
                    into: &pattern, bytes, at: 0, count: bytes.count, escape, ignoresCase,
                    scratch: ByteArena())
            } catch { constantError = error }
        } else {
            hasConstantPattern = false
        }
        super.init(
            type: .boolean, operands: operands, canFail: !hasConstantPattern || constantError != nil
        )
    }

    /// ILIKE compares in lower case.
    private static func read(
        into pattern: inout LikePattern, _ arena: ByteArena, at start: Int, count: Int,
        _ escape: Unicode.Scalar, _ ignoresCase: Bool, scratch: ByteArena
    ) throws(RowError) {
        guard ignoresCase else {
            return try arena.withSpan(at: start, count: count) { bytes throws(RowError) in
                try pattern.read(bytes, escape: escape)
            }
        }
        scratch.removeAll()
        arena.withSpan(at: start, count: count) { LetterCase.appendLower($0, to: scratch) }
        try scratch.withSpan { bytes throws(RowError) in
            try pattern.read(bytes, escape: escape)
        }
    }

    override func evaluate(_ context: EvaluationContext, _ rows: Selection) -> ColumnVector {
        evaluateOperands(context, rows)
        resetOutput(for: rows)
        let (text, patterns) = (values[0], values[1])
        let (textNulls, patternNulls) = (text.nulls, patterns.nulls)
        if let constantError {
            for position in 0..<rows.count {
                output.setNull(rows[position])
                context.errors.note(constantError, row: rows[position])
            }
            return output
        }
        Kernels.forEach(
            into: output, rows, context.errors, isNull: { textNulls[$0] || patternNulls[$0] }
        ) { row throws(RowError) in
            if !hasConstantPattern {
                try Self.read(
                    into: &pattern, patterns.arena, at: patterns.starts[row],
                    count: patterns.lengths[row], escape, ignoresCase,
                    scratch: context.scratch)
            }
            output.set(row, integer: matches(text, row, context.scratch).stored)
        }
        return output
    }

    @inline(__always)
    private func matches(_ text: ColumnVector, _ row: Int, _ scratch: ByteArena) -> Bool {
        guard ignoresCase else { return text.withBytes(row) { pattern.matches($0) } }
        scratch.removeAll()
        text.withBytes(row) { LetterCase.appendLower($0, to: scratch) }
        return scratch.withSpan { pattern.matches($0) }
    }
}
