/// Asks which requests the broker understands; every client sends it first.
struct APIVersionsRequest: RequestMessage {
    init() {}

    init(from reader: inout WireReader, version: Int16) throws {
        if version >= 3 {
            _ = try reader.string()  // The client's software name,
            _ = try reader.string()  // and its version.
        }
        try reader.endStructure()
    }

    func refused(_ code: ErrorCode) -> any ResponseMessage { APIVersionsResponse(error: code) }
}

struct APIVersionsResponse: ResponseMessage {
    var error: ErrorCode

    func write(to writer: inout WireWriter, version: Int16) {
        let known = APIKey.apiVersions.versions.contains(version)
        writer.flexible = known && version >= 3
        writer.error(known ? error : .unsupportedVersion)
        writer.array(APIKey.allCases) { writer, api in
            writer.integer(api.rawValue)
            writer.integer(api.versions.lowerBound)
            writer.integer(api.versions.upperBound)
            writer.endStructure()
        }
        if known, version >= 1 { writer.integer(Int32(0)) }
        writer.endStructure()
    }
}
