internal import Streaming

/// What a stream cannot do.
extension QueryAnalyzer {
    func missingWindow() -> Fault {
        Fault.unsupported(
            "Aggregation without a window",
            hint: "Add window(time, '1 minute') to GROUP BY: without it no row is ever final.",
            at: select.groups?.first?.range ?? select.range)
    }

    private func unsupportedMode(_ reason: String, hint: String, at range: Range<Int>?) -> Fault {
        Fault(
            "STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION",
            "The output mode \(outputMode.rawValue) is not supported \(reason).", hint: hint,
            at: range)
    }

    func checkOutputMode(_ watermark: WatermarkSpecification?) throws(Fault) {
        let from = select.from?.nameRange ?? select.range
        guard isAggregation else {
            if outputMode == .complete {
                throw unsupportedMode(
                    "without aggregation", hint: "Use append.", at: select.range)
            }
            if select.isDistinct {
                throw unsupportedMode(
                    "for DISTINCT", hint: "Write GROUP BY window(…) and the columns.",
                    at: select.range)
            }
            return
        }
        let group = select.groups?.first?.range ?? select.range
        let hint =
            "Add WATERMARK column DELAY OF INTERVAL 3 MINUTES behind the table, and "
            + "window(column, '1 minute') to GROUP BY."
        if outputMode == .append {
            if watermark == nil {
                throw unsupportedMode("for aggregation without a watermark", hint: hint, at: from)
            }
            if analyzer.window == nil {
                throw unsupportedMode(
                    "for GROUP BY without a window over the watermark's column", hint: hint,
                    at: group)
            }
        }
        if let watermark, let window = analyzer.window,
            window.time.kind != .column(watermark.column)
        {
            let name = source.schema.fields[watermark.column].name
            throw unsupportedMode(
                "for a window that is not over the watermark's column",
                hint: "Write window(\(name), …): `\(name)` has the watermark.", at: group)
        }
        if select.isDistinct {
            throw Fault.unsupported(
                "DISTINCT", hint: "Each window and group gives one row already.", at: select.range)
        }
        guard source.connector == "kafka", outputMode != .append else { return }
        if outputMode == .complete {
            throw unsupportedMode(
                "for kafka sources: it keeps every window for ever",
                hint: "Use append or update, or read a json source.", at: from)
        }
        if watermark == nil {
            throw unsupportedMode(
                "for kafka sources without a watermark: no window would ever close",
                hint: hint, at: from)
        }
    }
}
