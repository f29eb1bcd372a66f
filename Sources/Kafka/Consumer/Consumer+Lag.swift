internal import CRdkafka

extension Consumer {
    /// The end of a partition's log as the last answer to a fetch told it: nothing is asked now.
    ///
    /// Nil before the first answer. Costs two short locks of librdkafka's, so not for each record.
    public func knownEnd(of partition: TopicPartition) -> Int64? {
        var low: Int64 = 0
        var high: Int64 = 0
        let code = unsafe partition.topic.withCString { topic in
            unsafe rd_kafka_get_watermark_offsets(
                client.pointer, topic, partition.partition, &low, &high)
        }
        return code == RD_KAFKA_RESP_ERR_NO_ERROR && high >= 0 ? high : nil
    }
}
