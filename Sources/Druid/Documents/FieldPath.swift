/// The way from the root of a document to a value: `spec.ioConfig.topic`, `dimensions[2].type`.
public struct FieldPath: Hashable, Sendable {
    public enum Step: Hashable, Sendable {
        case name(String)
        case index(Int)
    }

    public private(set) var steps: [Step]

    public init(_ steps: [Step] = []) { self.steps = steps }

    /// A path of names alone.
    init(names: String...) { steps = names.map { .name($0) } }

    func appending(_ name: String) -> FieldPath { FieldPath(steps + [.name(name)]) }

    func appending(_ index: Int) -> FieldPath { FieldPath(steps + [.index(index)]) }

    var parent: FieldPath? { steps.isEmpty ? nil : FieldPath(steps.dropLast()) }
}

extension FieldPath: CustomStringConvertible {
    public var description: String {
        var text = ""
        for step in steps {
            switch step {
            case .name(let name):
                let isPlain = name.utf8.allSatisfy { $0 != UInt8(ascii: ".") }
                let shown = printable(name, limit: 60)
                text += isPlain ? (text.isEmpty ? shown : ".\(shown)") : "[\"\(shown)\"]"
            case .index(let index): text += "[\(index)]"
            }
        }
        return text.isEmpty ? "the document" : text
    }
}

extension JSONValue {
    /// The value at `path`, if there is one.
    subscript(path: FieldPath) -> JSONValue? {
        var value = self
        for step in path.steps {
            switch step {
            case .name(let name):
                guard let next = value[name] else { return nil }
                value = next
            case .index(let index):
                guard let elements = value.elements, elements.indices.contains(index) else {
                    return nil
                }
                value = elements[index]
            }
        }
        return value
    }
}
