/* SPDX-License-Identifier: Apache-2.0 */
#include "produce_ways.h"

rd_kafka_t *untraced_producer(const kafka_fixture *fixture, const char *const properties[])
{
    return kafka_client_new(RD_KAFKA_PRODUCER, kafka_conf(fixture, properties));
}

static int by_produce(rd_kafka_t *producer, const char *topic, int32_t partition, void *value,
                      size_t size)
{
    rd_kafka_topic_t *handle = rd_kafka_topic_new(producer, topic, NULL);
    int result = otelmq_kafka_produce(producer, handle, partition, RD_KAFKA_MSG_F_COPY, value, size,
                                      "key", 3, NULL);
    rd_kafka_resp_err_t err = rd_kafka_last_error();
    rd_kafka_topic_destroy(handle);
    return result == 0 ? 0 : (int)err;
}

int by_producev(rd_kafka_t *producer, const char *topic, int32_t partition, void *value,
                size_t size)
{
    return otelmq_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(partition),
                                 RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY("key", 3),
                                 RD_KAFKA_V_VALUE(value, size), RD_KAFKA_V_TIMESTAMP(0),
                                 RD_KAFKA_V_OPAQUE(NULL), RD_KAFKA_V_END);
}

static int by_producev_with_single_headers(rd_kafka_t *producer, const char *topic,
                                           int32_t partition, void *value, size_t size)
{
    return otelmq_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(partition),
                                 RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY("key", 3),
                                 RD_KAFKA_V_VALUE(value, size), RD_KAFKA_V_HEADER("own", "1", 1),
                                 RD_KAFKA_V_HEADER("own", "2", -1), RD_KAFKA_V_END);
}

static int by_producev_with_a_list(rd_kafka_t *producer, const char *topic, int32_t partition,
                                   void *value, size_t size)
{
    rd_kafka_headers_t *headers = rd_kafka_headers_new(1);
    rd_kafka_header_add(headers, "own", -1, "1", 1);
    rd_kafka_header_add(headers, "own", -1, "2", 1);
    rd_kafka_topic_t *handle = rd_kafka_topic_new(producer, topic, NULL);
    rd_kafka_resp_err_t err = otelmq_kafka_producev(
        producer, RD_KAFKA_V_RKT(handle), RD_KAFKA_V_PARTITION(partition),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY("key", 3),
        RD_KAFKA_V_VALUE(value, size), RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END);
    rd_kafka_topic_destroy(handle);
    if (err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        assert_int_equal(rd_kafka_header_cnt(headers), 2);
        rd_kafka_headers_destroy(headers);
    }
    return (int)err;
}

int by_produceva(rd_kafka_t *producer, const char *topic, int32_t partition, void *value,
                 size_t size)
{
    rd_kafka_vu_t vus[] = {
        {.vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = topic},
        {.vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = partition},
        {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY},
        {.vtype = RD_KAFKA_VTYPE_KEY, .u.mem = {(char[]){'k', 'e', 'y'}, 3}},
        {.vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = {value, size}},
        {.vtype = RD_KAFKA_VTYPE_HEADER, .u.header = {"own", "1", 1}},
        {.vtype = RD_KAFKA_VTYPE_HEADER, .u.header = {"own", "2", 1}},
    };
    rd_kafka_error_t *error = otelmq_kafka_produceva(producer, vus, sizeof(vus) / sizeof(vus[0]));
    int err = error != NULL ? (int)rd_kafka_error_code(error) : 0;
    rd_kafka_error_destroy(error);
    return err;
}

const produce_way produce_ways[PRODUCE_WAYS] = {
    {"produce", by_produce, 0},
    {"producev", by_producev, 0},
    {"producev-single", by_producev_with_single_headers, 2},
    {"producev-list", by_producev_with_a_list, 2},
    {"produceva", by_produceva, 2},
};
