/// The requests of the Kafka protocol that the broker implements; the raw value is Kafka's API key.
public enum APIKey: Int16, CaseIterable, Sendable {
    case produce = 0
    case fetch = 1
    case listOffsets = 2
    case metadata = 3
    case offsetCommit = 8
    case offsetFetch = 9
    case findCoordinator = 10
    case joinGroup = 11
    case heartbeat = 12
    case leaveGroup = 13
    case syncGroup = 14
    case describeGroups = 15
    case listGroups = 16
    case apiVersions = 18
    case createTopics = 19
    case deleteTopics = 20
    case deleteRecords = 21
    case initProducerID = 22
    case addPartitionsToTransaction = 24
    case addOffsetsToTransaction = 25
    case endTransaction = 26
    case transactionOffsetCommit = 28
    case describeConfigs = 32
    case createPartitions = 37
    case deleteGroups = 42

    /// The versions implemented, which are the versions advertised.
    ///
    /// Produce begins at 0 because librdkafka takes the lack of it for a broker without
    /// compression; versions 0 to 2 are read, and their old message format is refused.
    var versions: ClosedRange<Int16> {
        switch self {
        case .produce: 0...8
        case .fetch: 4...11
        case .listOffsets: 1...5
        case .metadata: 0...8
        case .offsetCommit: 0...7
        case .offsetFetch: 1...7
        case .findCoordinator: 0...2
        case .joinGroup: 0...5
        case .heartbeat, .syncGroup: 0...3
        case .leaveGroup: 0...3
        case .describeGroups: 0...4
        case .listGroups: 0...2
        case .apiVersions: 0...3
        case .createTopics: 0...4
        case .deleteTopics: 0...3
        case .deleteRecords: 0...1
        case .initProducerID: 0...4
        case .addPartitionsToTransaction, .addOffsetsToTransaction, .endTransaction: 0...1
        case .transactionOffsetCommit: 0...3
        case .describeConfigs: 0...2
        case .createPartitions: 0...1
        case .deleteGroups: 0...1
        }
    }

    /// Whether this version has compact lengths and tagged fields.
    func isFlexible(_ version: Int16) -> Bool {
        switch self {
        case .apiVersions: version >= 3
        case .initProducerID: version >= 2
        case .offsetFetch: version >= 6
        case .transactionOffsetCommit: version >= 3
        default: false
        }
    }

    var message: any RequestMessage.Type {
        switch self {
        case .produce: ProduceRequest.self
        case .fetch: FetchRequest.self
        case .listOffsets: ListOffsetsRequest.self
        case .metadata: MetadataRequest.self
        case .offsetCommit: OffsetCommitRequest.self
        case .offsetFetch: OffsetFetchRequest.self
        case .findCoordinator: FindCoordinatorRequest.self
        case .joinGroup: JoinGroupRequest.self
        case .heartbeat: HeartbeatRequest.self
        case .leaveGroup: LeaveGroupRequest.self
        case .syncGroup: SyncGroupRequest.self
        case .describeGroups: DescribeGroupsRequest.self
        case .listGroups: ListGroupsRequest.self
        case .apiVersions: APIVersionsRequest.self
        case .createTopics: CreateTopicsRequest.self
        case .deleteTopics: DeleteTopicsRequest.self
        case .deleteRecords: DeleteRecordsRequest.self
        case .initProducerID: InitProducerIDRequest.self
        case .addPartitionsToTransaction: AddPartitionsToTransactionRequest.self
        case .addOffsetsToTransaction: AddOffsetsToTransactionRequest.self
        case .endTransaction: EndTransactionRequest.self
        case .transactionOffsetCommit: TransactionOffsetCommitRequest.self
        case .describeConfigs: DescribeConfigsRequest.self
        case .createPartitions: CreatePartitionsRequest.self
        case .deleteGroups: DeleteGroupsRequest.self
        }
    }
}

/// The header of a request and the message that followed it.
struct RequestFrame: Sendable {
    let api: APIKey
    let version: Int16
    let correlation: Int32
    let clientID: String
    let message: any RequestMessage

    /// Reads a frame (without its length).
    ///
    /// An ApiVersions request newer than ours is read as its version 0, which has no fields, and
    /// keeps its version: Kafka answers it with UNSUPPORTED_VERSION in the form of version 0, so
    /// that the client can try again.
    init(_ bytes: [UInt8]) throws {
        var reader = WireReader(bytes)
        let key: Int16 = try reader.integer()
        version = try reader.integer()
        correlation = try reader.integer()
        guard let api = APIKey(rawValue: key) else {
            throw WireError.unsupported(api: key, version: version)
        }
        self.api = api
        if api == .apiVersions, version > api.versions.upperBound {
            clientID = ""
            message = APIVersionsRequest()
            return
        }
        guard api.versions.contains(version) else {
            throw WireError.unsupported(api: key, version: version)
        }
        clientID = try reader.classicNullableString() ?? ""
        reader.flexible = api.isFlexible(version)
        try reader.endStructure()
        message = try api.message.init(from: &reader, version: version)
    }

    /// The whole answer, length and header included.
    func encode(_ response: any ResponseMessage) -> [UInt8] {
        var body = WireWriter()
        body.integer(Int32(0))
        body.integer(correlation)
        body.flexible = api.isFlexible(version)
        // Clients read an ApiVersions answer before they know the broker: its header stays classic.
        if api != .apiVersions { body.endStructure() }
        response.write(to: &body, version: version)
        return body.framed()
    }
}
