// librdkafka for Swift: the public header and its mock cluster (tests and the demo).
// Only what Swift cannot say belongs here: doors for variadic functions and function-like macros.
#pragma once
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

// rd_kafka_producev() with a fixed list of arguments. Copies key and value; a null pointer is a null
// key or value; timestamp 0 is "now". librdkafka owns the headers (or NULL) only after success.
static inline rd_kafka_resp_err_t crdkafka_produce(
    rd_kafka_t *client, rd_kafka_topic_t *topic, int32_t partition, const void *value,
    size_t value_size, const void *key, size_t key_size, int64_t timestamp,
    rd_kafka_headers_t *headers) {
    if (!headers && timestamp == 0) { // the cheaper call
        int failed = rd_kafka_produce(
            topic, partition, RD_KAFKA_MSG_F_COPY, (void *)value, value_size, key, key_size, NULL);
        return failed ? rd_kafka_last_error() : RD_KAFKA_RESP_ERR_NO_ERROR;
    }
    return rd_kafka_producev(
        client, RD_KAFKA_V_RKT(topic), RD_KAFKA_V_PARTITION(partition),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_VALUE((void *)value, value_size),
        RD_KAFKA_V_KEY(key, key_size), RD_KAFKA_V_TIMESTAMP(timestamp),
        RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END);
}
