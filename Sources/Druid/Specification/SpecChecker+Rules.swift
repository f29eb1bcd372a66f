/// Rules between fields.
extension SpecChecker {
    // MARK: Columns

    mutating func checkColumns(_ document: JSONValue) {
        var taken: [String: String] = [:]
        checkDimensions(document, &taken)
        checkMetrics(document, &taken)
        let hasColumns = document[.dimensions]?.elements?.isEmpty == false
        let discovers = document[FieldPath.dataSchema.appending("dimensionsSpec")].map {
            $0["useSchemaDiscovery"] == .boolean(true)
                || $0["includeAllDimensions"] == .boolean(true)
        }
        if let discovers, !hasColumns, !discovers {
            add(
                .dimensions,
                "lists no column: each would be guessed as a string; list them with types, or say "
                    + "\"useSchemaDiscovery\": true",
                severity: .warning)
        }
    }

    private mutating func checkDimensions(_ document: JSONValue, _ taken: inout [String: String]) {
        let sortsByTime =
            document[FieldPath.dataSchema.appending("dimensionsSpec")]?["forceSegmentSortByTime"]
            != .boolean(false)
        for (index, dimension) in (document[.dimensions]?.elements ?? []).enumerated() {
            let path = FieldPath.dimensions.appending(index)
            // A bare name is a string column.
            if dimension.text == nil { checkObject(dimension, KafkaSpecShape.dimension, path) }
            guard let name = dimension.text ?? dimension["name"]?.text else { continue }
            let place = dimension.text == nil ? path.appending("name") : path
            if name == "__time", sortsByTime {
                add(place, "is Druid's own time column, filled from timestampSpec; remove it")
            }
            take(name, "dimension", place, &taken)
        }
    }

    private mutating func checkMetrics(_ document: JSONValue, _ taken: inout [String: String]) {
        for (index, metric) in (document[.metrics]?.elements ?? []).enumerated() {
            let path = FieldPath.metrics.appending(index)
            guard metric.members != nil else {
                add(path, "must be an object with type and name, not \(metric.kindName)")
                continue
            }
            guard let type = metric["type"]?.text else {
                add(path, "has no \"type\"; say which metric it is, such as \"doubleSum\"")
                continue
            }
            checkMetricType(type, path.appending("type"))
            guard type != "filtered" else { continue }
            guard let name = metric["name"]?.text else {
                add(path, "has no \"name\"; name the column that it makes")
                continue
            }
            take(name, "metric", path.appending("name"), &taken)
            let isPlain = ["Sum", "Min", "Max"].contains { type.hasSuffix($0) }
            if isPlain, metric["fieldName"]?.text == nil, metric["expression"] == nil {
                add(path, "has no \"fieldName\"; name the column that it sums up")
            }
            for member in metric.members ?? [] {
                let known = ["type", "name", "fieldName", "fieldNames", "expression", "timeColumn"]
                guard let meant = nearest(to: member.name, among: known), isPlain || type == "count"
                else { continue }
                if meant != member.name {
                    add(path.appending(member.name), "is no field; did you mean '\(meant)'?")
                }
            }
        }
    }

    private mutating func checkMetricType(_ type: String, _ path: FieldPath) {
        guard !KafkaSpecShape.metricTypes.contains(type) else { return }
        if let meant = nearest(to: type, among: KafkaSpecShape.metricTypes) {
            add(path, "is \"\(printable(type, limit: 60))\"; did you mean \"\(meant)\"?")
        } else {
            add(
                path,
                "\"\(printable(type, limit: 60))\" is no metric of Druid or its extensions "
                    + "that is known here", severity: .warning)
        }
    }

    private mutating func take(
        _ name: String, _ kind: String, _ path: FieldPath, _ taken: inout [String: String]
    ) {
        if let other = taken[name] {
            let shown = printable(name, limit: 60)
            let clash = other == kind ? "stands twice" : "is also a \(other)"
            add(path, "'\(shown)' \(clash), and Druid would refuse the spec; rename one")
        }
        taken[name] = kind
    }

    // MARK: Time

    mutating func checkTimestamp(_ document: JSONValue) {
        let path = FieldPath.timestamp.appending("format")
        guard let format = document[path]?.text, !timestampFormats.contains(format) else { return }
        if let meant = nearest(to: format, among: timestampFormats), !format.contains("y") {
            add(path, "is \"\(printable(format, limit: 60))\"; did you mean \"\(meant)\"?")
        } else if !isJodaPattern(format) {
            add(
                path,
                "is \"\(printable(format, limit: 60))\", but must be one of "
                    + timestampFormats.joined(separator: ", ")
                    + " or a pattern such as yyyy-MM-dd HH:mm:ss.SSS")
        }
    }

    // MARK: Kafka

    mutating func checkSource(_ document: JSONValue) {
        guard let input = document[.ioConfig], input.members != nil else { return }
        switch (input["topic"], input["topicPattern"]) {
        case (nil, nil): add(.topic, "is missing: name the topic to read")
        case (.some, .some): add(.topic, "stands beside topicPattern; keep one of the two")
        default: break
        }
        if let name = document[.dataSource]?.text, name.contains("/") || name.hasPrefix(".") {
            add(.dataSource, "must not contain '/' or begin with '.'")
        }
        if let topic = input["topic"]?.text, !isTopic(topic) {
            add(.topic, "is no name that a Kafka topic can have")
        }
        if let properties = input["consumerProperties"], let members = properties.members {
            checkServers(properties)
            checkIsolation(properties)
            for member in members where !KafkaSpecShape.consumerProperties.contains(member.name) {
                let known = KafkaSpecShape.consumerProperties
                guard let meant = nearest(to: member.name, among: known) else { continue }
                add(
                    FieldPath.consumer.appending(member.name),
                    "is no property of Kafka's consumer; did you mean '\(meant)'?")
            }
        }
    }

    private mutating func checkServers(_ properties: JSONValue) {
        let path = FieldPath.consumer.appending("bootstrap.servers")
        guard let servers = properties["bootstrap.servers"] else {
            if properties["druid.dynamic.config.provider"] == nil {
                add(path, "is missing: list Kafka's brokers, such as \"kafka:9092\"")
            }
            return
        }
        let list = servers.text?.split(separator: ",", omittingEmptySubsequences: false) ?? [""]
        for server in list where !isServer(server.filter { $0 != " " }) {
            add(path, "must be a list of host:port, such as \"kafka:9092\"")
            return
        }
    }

    private mutating func checkIsolation(_ properties: JSONValue) {
        let path = FieldPath.consumer.appending("isolation.level")
        guard let level = properties["isolation.level"] else { return }
        switch level.text {
        case "read_committed": break
        case "read_uncommitted":
            add(
                path,
                "read_uncommitted lets rows of aborted transactions in; for results exactly "
                    + "once say \"read_committed\"", severity: .warning)
        default:
            add(path, "must be \"read_committed\" or \"read_uncommitted\", not \(level.shortText)")
        }
    }
}

private let timestampFormats = ["iso", "auto", "millis", "posix", "micro", "nano", "ruby"]

/// Whether Joda-Time takes `text` for a pattern; text in single quotes stands for itself.
private func isJodaPattern(_ text: String) -> Bool {
    var isQuoted = false
    var hasLetters = false
    for character in text.unicodeScalars {
        if character == "'" {
            isQuoted.toggle()
        } else if !isQuoted, character.isASCII, character.properties.isAlphabetic {
            guard "GCYxwedDyMaKhHkmsSzZE".unicodeScalars.contains(character) else { return false }
            hasLetters = true
        }
    }
    return hasLetters && !isQuoted
}

private func isTopic(_ text: String) -> Bool {
    let isLegal = text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "-"):
            true
        default: false
        }
    }
    return isLegal && text != "." && text != ".." && text.utf8.count <= 249
}

private func isServer(_ text: String) -> Bool {
    guard let colon = text.lastIndex(of: ":"), colon > text.startIndex,
        let port = UInt16(text[text.index(after: colon)...])
    else { return false }
    // A listener's name before the address, as Kafka's own lists have, is fine.
    return port > 0
}
