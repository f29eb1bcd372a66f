/// Asks for the settings of topics or of the broker.
struct DescribeConfigsRequest: RequestMessage {
    struct Resource: Sendable {
        /// 2 is a topic, 4 the broker.
        var type: Int8
        var name: String
        /// The settings asked for; nil for all.
        var keys: [String]?
    }

    var resources: [Resource]

    init(from reader: inout WireReader, version: Int16) throws {
        resources = try reader.array { reader in
            Resource(
                type: try reader.integer(), name: try reader.string(),
                keys: try reader.nullableArray { try $0.string() })
        }
        // Whether synonyms are wanted: there are none.
        if version >= 1 { _ = try reader.boolean() }
    }

    func refused(_ code: ErrorCode) -> any ResponseMessage {
        DescribeConfigsResponse(results: resources.map { .init(error: code, resource: $0) })
    }
}

struct DescribeConfigsResponse: ResponseMessage {
    struct Setting: Sendable {
        var name: String
        var value: String
        /// Whether nobody set it.
        var isDefault: Bool
    }

    struct Result: Sendable {
        var error: ErrorCode = .none
        var message: String?
        var resource: DescribeConfigsRequest.Resource
        var settings: [Setting] = []
    }

    var results: [Result]

    func write(to writer: inout WireWriter, version: Int16) {
        writer.integer(Int32(0))
        writer.array(results) { writer, result in
            writer.error(result.error)
            writer.nullableString(result.message)
            writer.integer(result.resource.type)
            writer.string(result.resource.name)
            writer.array(result.settings) { writer, setting in
                writer.string(setting.name)
                writer.nullableString(setting.value)
                writer.boolean(false)  // Not read-only.
                if version >= 1 {
                    // Built in, or the topic's own.
                    writer.integer(Int8(setting.isDefault ? 5 : 1))
                } else {
                    writer.boolean(setting.isDefault)
                }
                writer.boolean(false)  // Not secret.
                if version >= 1 { writer.array([Int]()) { _, _ in } }  // No synonyms.
            }
        }
    }
}
