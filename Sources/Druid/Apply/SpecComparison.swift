/// Compares what a spec states with what a server reports of it, defaults filled in: for servers
/// that would restart the tasks of an unchanged spec.
enum SpecComparison {
    /// Whether the running spec is what `stated` asks for. When in doubt it is not: then the spec
    /// is posted once more, which costs a restart of its tasks and nothing else.
    static func isSame(stated: JSONValue, running: JSONValue) -> Bool {
        let names = ["type", "context", "suspended", "spec"]
        return names.allSatisfy { name in
            isSame(stated[name], running[name], name)
        }
    }

    private static func isSame(
        _ stated: JSONValue?, _ running: JSONValue?, _ name: String
    ) -> Bool {
        switch (stated ?? .null, running ?? .null) {
        case (.null, .null): return true
        case (.null, let running): return isDefault(running, name)
        case (let stated, .null): return isDefault(stated, name)
        case (.object(let members), .object(let others)):
            let left = JSONValue.object(members)
            let right = JSONValue.object(others)
            let all = Set((members + others).map(\.name))
            return all.allSatisfy { isSame(left[$0], right[$0], $0) }
        case (.array(let left), .array(let right)):
            return left.count == right.count
                && zip(left, right).allSatisfy { isSame(normal($0, name), normal($1, name), name) }
        case (let left, let right): return isSameScalar(left, right)
        }
    }

    /// Other spellings of the same value.
    private static func isSameScalar(_ left: JSONValue, _ right: JSONValue) -> Bool {
        if left == right { return true }
        switch (left, right) {
        case (.integer(let whole), .real(let real)), (.real(let real), .integer(let whole)):
            return Double(whole) == real
        case (.text(let left), .text(let right)):
            if let left = periodSeconds(left), let right = periodSeconds(right) {
                return left == right
            }
            let names = KafkaSpecShape.granularityNames
            return left.uppercased() == right.uppercased() && names.contains(left.uppercased())
        // The server writes "NONE" and "ALL" as objects.
        case (.text(let text), .object), (.object, .text(let text)):
            let object = left.members == nil ? right : left
            return object.members?.count == 1 && object["type"]?.text == text.lowercased()
        default: return false
        }
    }

    /// A bare name among dimensions is a column of type string.
    private static func normal(_ value: JSONValue, _ name: String) -> JSONValue {
        guard name == "dimensions", let text = value.text else { return value }
        return .object([
            .init(name: "type", value: .text("string")), .init(name: "name", value: .text(text)),
        ])
    }

    /// Whether `value` is what the server fills in for a field that a spec leaves out.
    private static func isDefault(_ value: JSONValue, _ name: String) -> Bool {
        if derived.contains(name) || value == .null { return true }
        if value.elements?.isEmpty == true || value.members?.isEmpty == true { return true }
        if let members = value.members, nested.contains(name) {
            return members.allSatisfy { isDefault($0.value, $0.name) }
        }
        return (defaults[name] ?? []).contains { isSameScalar($0, value) }
    }

    /// What the server adds or repeats without being asked, whatever the spec says.
    private static let derived: Set<String> = [
        "stream", "useEarliestSequenceNumber", "dimensionExclusions", "indexSpec",
        "indexSpecForIntermediatePersists", "appendableIndexSpec", "flattenSpec", "featureSpec",
        "createBitmapIndex", "useFieldDiscovery",
    ]

    private static let nested: Set<String> = ["transformSpec", "granularitySpec", "tuningConfig"]

    private static let defaults: [String: [JSONValue]] = [
        "format": [.text("auto")],
        "multiValueHandling": [.text("SORTED_ARRAY")],
        "includeAllDimensions": [.boolean(false)], "useSchemaDiscovery": [.boolean(false)],
        "forceSegmentSortByTime": [.boolean(true)],
        "type": [.text("uniform"), .text("kafka")],
        "segmentGranularity": [.text("DAY")], "queryGranularity": [.text("NONE")],
        "rollup": [.boolean(true)], "suspended": [.boolean(false)],
        "keepNullColumns": [.boolean(false)], "assumeNewlineDelimited": [.boolean(false)],
        "useJsonNodeReader": [.boolean(false)],
        "replicas": [.integer(1)], "taskCount": [.integer(1)], "taskDuration": [.text("PT1H")],
        "pollTimeout": [.integer(100)], "startDelay": [.text("PT5S")],
        "period": [.text("PT30S")], "completionTimeout": [.text("PT30M")],
        "useEarliestOffset": [.boolean(false)], "stopTaskCountRatio": [.real(1)],
        "maxRowsInMemory": [.integer(150_000), .integer(1_000_000)],
        "maxBytesInMemory": [.integer(0)], "skipBytesInMemoryOverheadCheck": [.boolean(false)],
        "maxRowsPerSegment": [.integer(5_000_000)], "intermediatePersistPeriod": [.text("PT10M")],
        "maxPendingPersists": [.integer(0)], "reportParseExceptions": [.boolean(false)],
        "handoffConditionTimeout": [.integer(0), .integer(900_000)],
        "resetOffsetAutomatically": [.boolean(false)], "chatRetries": [.integer(8)],
        "httpTimeout": [.text("PT10S")], "shutdownTimeout": [.text("PT80S")],
        "offsetFetchPeriod": [.text("PT30S")],
        "intermediateHandoffPeriod": [.text("P2147483647D")],
        "logParseExceptions": [.boolean(false)], "maxParseExceptions": [.integer(2_147_483_647)],
        "maxSavedParseExceptions": [.integer(0)],
        "skipSequenceNumberAvailabilityCheck": [.boolean(false)],
        "repartitionTransitionDuration": [.text("PT120S")],
        "numPersistThreads": [.integer(1)], "maxColumnsToMerge": [.integer(-1)],
        "releaseLocksOnHandoff": [.boolean(false)],
    ]
}
