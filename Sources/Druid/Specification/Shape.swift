/// What a value in a spec must look like.
enum Shape: Sendable {
    case anything
    /// A string with something in it.
    case text
    case flag
    case integer(ClosedRange<Int64>)
    /// An ISO 8601 period such as `PT1H`.
    case period
    /// One of a few words; letters of either case where `ignoringCase`.
    case choice([String], ignoringCase: Bool = false)
    /// A granularity: a word or an object with its own `type`.
    case granularity
    indirect case list(of: Shape)
    case object(ObjectShape)
}

/// The members of an object.
struct ObjectShape: Sendable {
    let fields: [Field]
    /// Whether members beyond ``fields`` are nobody's business.
    var isOpen = false

    struct Field: Sendable {
        let name: String
        let shape: Shape
        /// What to do about its absence; nil if it may be absent.
        let advice: String?

        init(_ name: String, _ shape: Shape, required advice: String? = nil) {
            self.name = name
            self.shape = shape
            self.advice = advice
        }
    }

    func field(_ name: String) -> Field? { fields.first { $0.name == name } }
}

/// Whether `text` is an ISO 8601 period as Joda-Time reads it, with at least one part.
func isPeriod(_ text: String) -> Bool { periodSeconds(text) != nil }

/// The length of an ISO 8601 period in seconds, with a month of 30 days and a year of 365; nil if
/// the text is no period. Good for comparing two spellings of one period.
func periodSeconds(_ text: String) -> Double? {
    guard text.uppercased().hasPrefix("P") else { return nil }
    var rest = text.uppercased().dropFirst()
    var isTime = false
    var order = -1
    var total = 0.0
    while !rest.isEmpty {
        if rest.hasPrefix("T") {
            guard !isTime, rest.count > 1 else { return nil }
            isTime = true
            rest = rest.dropFirst()
            continue
        }
        let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let amount = Double(digits), let unit = rest.dropFirst(digits.count).first else {
            return nil
        }
        let units: [(Character, Double)] =
            isTime
            ? [("H", 3600), ("M", 60), ("S", 1)]
            : [("Y", 31_536_000), ("M", 2_592_000), ("W", 604_800), ("D", 86_400)]
        guard let rank = units.firstIndex(where: { $0.0 == unit }) else { return nil }
        let place = rank + (isTime ? 4 : 0)
        guard place > order, unit == "S" || !digits.contains(".") else { return nil }
        order = place
        total += amount * units[rank].1
        rest = rest.dropFirst(digits.count + 1)
    }
    return order < 0 ? nil : total
}

/// The word of `words` that `word` was probably meant to be.
func nearest(to word: String, among words: some Sequence<String>) -> String? {
    let limit = min(max(word.utf8.count / 3, 1), 4)
    let candidates = words.map { ($0, editDistance(word.lowercased(), $0.lowercased())) }
    guard let best = candidates.min(by: { $0.1 < $1.1 }), best.1 <= limit else { return nil }
    return best.0
}

/// Insertions, deletions and replacements of bytes that lead from one text to the other.
private func editDistance(_ left: String, _ right: String) -> Int {
    let left = Array(left.utf8.prefix(100))
    let right = Array(right.utf8.prefix(100))
    var previous = Array(0...right.count)
    for (row, byte) in left.enumerated() {
        var current = [row + 1]
        for column in right.indices {
            let replaced = previous[column] + (byte == right[column] ? 0 : 1)
            current.append(min(replaced, previous[column + 1] + 1, current[column] + 1))
        }
        previous = current
    }
    return previous[right.count]
}
