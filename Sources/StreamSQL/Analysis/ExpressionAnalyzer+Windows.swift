internal import Streaming

/// `window(time, size, slide, start)`.
struct WindowCall: Hashable {
    var specification: WindowSpecification
    /// A TIMESTAMP over the input.
    var time: Expression
}

extension ExpressionAnalyzer {
    /// `window(…)` outside GROUP BY: the window of GROUP BY if it is the same, else one of its own.
    func windowCall(_ syntax: CallSyntax, at range: Range<Int>) throws(Fault) -> Analyzed {
        let call = try readWindow(syntax, at: range)
        if clause == .groups {
            throw Fault.unsupported(
                "A part of a window in GROUP BY",
                hint: "Group by the whole window(…) and select window.start.", at: range)
        }
        var result = try windowValue(call, at: range)
        result.text = "window"
        return result
    }

    func windowValue(_ call: WindowCall, at range: Range<Int>) throws(Fault) -> Analyzed {
        let kind: Expression.Kind
        if call == window, clause == .select || clause == .having {
            kind = .column(windowColumn)
        } else if let window, call != window {
            throw Fault(
                "_LEGACY_ERROR_TEMP_1039", "A query has one window.",
                hint: "Run one processor per window size.", at: range)
        } else if call.specification.isTumbling {
            kind = .call(.tumblingWindow(call.specification), [call.time])
        } else {
            throw Fault.unsupported(
                "A sliding window outside GROUP BY", hint: "Write GROUP BY window(…).", at: range)
        }
        return Analyzed(
            expression: Expression(kind, type: Aggregation.windowType), text: "window",
            range: range, columnName: "window")
    }

    /// Checks the arguments of `window(…)`.
    func readWindow(_ syntax: CallSyntax, at range: Range<Int>) throws(Fault) -> WindowCall {
        guard (2...4).contains(syntax.arguments.count) else {
            throw Fault(
                "WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
                "`window` requires 2, 3 or 4 arguments, but there are \(syntax.arguments.count).",
                hint: "Write window(time, '1 minute'), with a slide and a start if need be.",
                at: range)
        }
        let time = try analyze(syntax.arguments[0])
        guard [.timestamp, .date, .string, .void].contains(time.type) else {
            let call = FunctionCall(
                name: "window", text: "window(\(time.text), …)", range: range, arguments: [time])
            throw call.unexpected(time, expected: "TIMESTAMP", position: 0)
        }
        var spans: [Int64] = []
        for argument in syntax.arguments.dropFirst() { spans.append(try span(argument)) }
        let size = spans[0]
        let slide = spans.count > 1 ? spans[1] : size
        let start = spans.count > 2 ? spans[2] : 0
        try check(size, "window_duration", syntax.arguments[1])
        if spans.count > 1 { try check(slide, "slide_duration", syntax.arguments[2]) }
        guard slide <= size else {
            throw Fault(
                "DATATYPE_MISMATCH.PARAMETER_CONSTRAINT_VIOLATION",
                "The slide must not be longer than the window, or records would be lost.",
                at: syntax.arguments[2].range)
        }
        guard start.magnitude < slide.magnitude else {
            throw Fault(
                "DATATYPE_MISMATCH.PARAMETER_CONSTRAINT_VIOLATION",
                "The start must be shorter than the slide.", at: syntax.arguments[3].range)
        }
        return WindowCall(
            specification: WindowSpecification(
                sizeMicroseconds: size, slideMicroseconds: slide, offsetMicroseconds: start),
            time: Conversion.cast(time.expression, to: .timestamp))
    }

    private func check(_ span: Int64, _ what: String, _ argument: Syntax) throws(Fault) {
        guard span > 0 else {
            throw Fault(
                "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE",
                "The \(what) must be longer than nothing, but it is \(span) microseconds.",
                at: argument.range)
        }
    }

    /// A text such as '1 minute', or a number of microseconds.
    private func span(_ argument: Syntax) throws(Fault) -> Int64 {
        if case .interval = argument.kind {
            throw Fault(
                "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
                "`window` takes no INTERVAL.", hint: "Write it as text: '1 minute'.",
                at: argument.range)
        }
        let value = try analyze(argument)
        if case .literal(.integer(let microseconds)) = value.expression.kind,
            value.type.isIntegral
        {
            return microseconds
        }
        guard let text = value.constantText else {
            throw Fault(
                "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT",
                "A duration of `window` must be a constant, but it is \"\(value.text)\".",
                hint: "Write it as text: '1 minute'.", at: argument.range)
        }
        guard let interval = Interval(text: text), let total = interval.totalMicroseconds else {
            throw Parser.cannotParse(text, at: argument.range)
        }
        guard !interval.hasMonths else {
            throw Fault(
                "_LEGACY_ERROR_TEMP_3231", "Intervals of months are not supported (\(text)).",
                hint: "Months differ in length; use days.", at: argument.range)
        }
        return total
    }
}
