/// Compares a document with ``KafkaSpecShape`` and with the rules that no shape can express.
struct SpecChecker {
    private let file: String
    private let positions: PositionIndex
    private let allowsUnknownFields: Bool
    private(set) var problems: [Problem] = []

    init(file: String, positions: PositionIndex, allowsUnknownFields: Bool) {
        self.file = file
        self.positions = positions
        self.allowsUnknownFields = allowsUnknownFields
    }

    mutating func check(_ document: JSONValue) {
        checkObject(document, KafkaSpecShape.document, FieldPath())
        checkColumns(document)
        checkTimestamp(document)
        checkSource(document)
    }

    mutating func add(
        _ path: FieldPath, _ message: String, severity: Problem.Severity = .error
    ) {
        problems.append(
            Problem(
                file: file, position: positions.position(of: path), field: "\(path)",
                message: message, severity: severity))
    }

    // MARK: Shapes

    private mutating func check(_ value: JSONValue, _ shape: Shape, _ path: FieldPath) {
        switch shape {
        case .anything: break
        case .text:
            guard let text = value.text else { return expect("a string", value, path) }
            if text.allSatisfy(\.isWhitespace) { add(path, "is empty") }
        case .flag:
            if value.boolean == nil { expect("true or false", value, path) }
        case .integer(let range):
            guard let number = value.integer else { return expect("an integer", value, path) }
            if !range.contains(number) {
                let limit = number < range.lowerBound ? range.lowerBound : range.upperBound
                let relation = number < range.lowerBound ? "at least" : "at most"
                add(path, "is \(number), but must be \(relation) \(limit)")
            }
        case .period:
            guard let text = value.text, isPeriod(text) else {
                return expect("an ISO 8601 period such as \"PT1H\"", value, path)
            }
        case .choice(let words, let ignoringCase):
            checkChoice(value, words, ignoringCase, path)
        case .granularity:
            if value["type"]?.text == nil {
                checkChoice(value, KafkaSpecShape.granularityNames, true, path)
            }
        case .list(let shape):
            guard let elements = value.elements else { return expect("a list", value, path) }
            for (index, element) in elements.enumerated() {
                check(element, shape, path.appending(index))
            }
        case .object(let shape): checkObject(value, shape, path)
        }
    }

    mutating func checkObject(_ value: JSONValue, _ shape: ObjectShape, _ path: FieldPath) {
        guard let members = value.members else { return expect("an object", value, path) }
        for member in members {
            let place = path.appending(member.name)
            if let field = shape.field(member.name) {
                // Druid takes a null for an absent field.
                if member.value != .null || field.advice != nil {
                    check(member.value, field.shape, place)
                }
            } else if !shape.isOpen {
                addUnknown(member.name, shape, place)
            }
        }
        for field in shape.fields where value[field.name] == nil {
            if let advice = field.advice {
                add(path.appending(field.name), "is missing: \(advice)")
            }
        }
    }

    private mutating func addUnknown(_ name: String, _ shape: ObjectShape, _ path: FieldPath) {
        var message = "is no field of a Kafka supervisor spec, and Druid would ignore it"
        if let meant = nearest(to: name, among: shape.fields.map(\.name)) {
            message += "; did you mean '\(meant)'?"
        } else if ["dataSchema", "ioConfig", "tuningConfig"].contains(name) {
            message += "; it belongs under \"spec\""
        } else {
            message += "; remove it, or give --allow-unknown-fields for a newer Druid"
        }
        add(path, message, severity: allowsUnknownFields ? .warning : .error)
    }

    private mutating func checkChoice(
        _ value: JSONValue, _ words: [String], _ ignoringCase: Bool, _ path: FieldPath
    ) {
        guard let text = value.text else {
            return expect(words.count == 1 ? "\"\(words[0])\"" : "a string", value, path)
        }
        let isKnown = words.contains {
            ignoringCase ? $0.lowercased() == text.lowercased() : $0 == text
        }
        if isKnown { return }
        let list = words.map { "\"\($0)\"" }.joined(separator: ", ")
        let hint = nearest(to: text, among: words).map { "; did you mean \"\($0)\"?" }
        add(
            path,
            "is \(value.shortText), but must be "
                + (words.count == 1 ? list : "one of \(list)") + (hint ?? ""))
    }

    private mutating func expect(_ what: String, _ value: JSONValue, _ path: FieldPath) {
        let isScalar = value.elements == nil && value.members == nil && value != .null
        let found = isScalar ? "\(value.kindName), \(value.shortText)" : value.kindName
        add(path, "must be \(what), not \(found)")
    }
}
