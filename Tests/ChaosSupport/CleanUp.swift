internal import CRdkafka

/// Removes topics, those that there are.
/// - Throws: ``ClientError`` that names those that are left.
func deleteTopics(_ names: [String], brokers: String) throws(ClientError) {
    let client = unsafe try makeClient(RD_KAFKA_PRODUCER, ["bootstrap.servers": brokers])
    defer { unsafe rd_kafka_destroy(client) }
    var left: [String] = []
    for name in names {
        var topic = unsafe rd_kafka_DeleteTopic_new(name)
        defer { unsafe rd_kafka_DeleteTopic_destroy(topic) }
        let trouble = unsafe answer(client) { queue in
            unsafe rd_kafka_DeleteTopics(client, &topic, 1, nil, queue)
        } reading: { event in
            var count = 0
            let results = unsafe rd_kafka_DeleteTopics_result_topics(
                rd_kafka_event_DeleteTopics_result(event), &count)
            let code = unsafe rd_kafka_topic_result_error(results?[0])
            let isGone =
                code == RD_KAFKA_RESP_ERR_NO_ERROR
                || code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART
            return isGone ? nil : unsafe String(cString: rd_kafka_err2str(code))
        }
        if let trouble { left.append("\(name): \(trouble)") }
    }
    guard left.isEmpty else { throw ClientError(description: left.joined(separator: "; ")) }
}

/// Removes a consumer group, once it has no members any more.
/// - Returns: nil, or why it is still there: static members stay in it until their session ends.
func deleteGroup(_ name: String, brokers: String) throws(ClientError) -> String? {
    let client = unsafe try makeClient(RD_KAFKA_PRODUCER, ["bootstrap.servers": brokers])
    defer { unsafe rd_kafka_destroy(client) }
    var group = unsafe rd_kafka_DeleteGroup_new(name)
    defer { unsafe rd_kafka_DeleteGroup_destroy(group) }
    return unsafe answer(client) { queue in
        unsafe rd_kafka_DeleteGroups(client, &group, 1, nil, queue)
    } reading: { event in
        var count = 0
        let results = unsafe rd_kafka_DeleteGroups_result_groups(
            rd_kafka_event_DeleteGroups_result(event), &count)
        guard count > 0, let error = unsafe rd_kafka_group_result_error(results?[0]),
            unsafe rd_kafka_error_code(error) != RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND
        else { return nil }
        return unsafe String(cString: rd_kafka_error_string(error))
    }
}

/// Asks an administrator's question.
/// - Returns: what went wrong with it, or what `reading` makes of the answer.
private func answer(
    _ client: OpaquePointer, asking ask: (OpaquePointer?) -> Void,
    reading read: (OpaquePointer) -> String?
) -> String? {
    let queue = unsafe rd_kafka_queue_new(client)
    defer { unsafe rd_kafka_queue_destroy(queue) }
    unsafe ask(queue)
    guard let event = unsafe rd_kafka_queue_poll(queue, 30_000) else {
        return "no answer in 30 s"
    }
    defer { unsafe rd_kafka_event_destroy(event) }
    let code = unsafe rd_kafka_event_error(event)
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
        return unsafe String(cString: rd_kafka_err2str(code))
    }
    return unsafe read(event)
}
