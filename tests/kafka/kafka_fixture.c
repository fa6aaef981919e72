/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka_fixture.h"

#include "base/clock.h"

#include <stdlib.h>

enum { PATIENCE_MS = 60000 };

static void create_provider(kafka_fixture *fixture)
{
    fixture->memory = otelmq_memory_exporter_create();
    assert_non_null(fixture->memory);
    otelmq_processor processor =
        otelmq_processor_simple(otelmq_memory_exporter_as_exporter(fixture->memory));
    otelmq_tracer_provider_options options = {.processors = &processor, .processor_count = 1};
    assert_int_equal(otelmq_tracer_provider_create(&options, &fixture->provider), OTELMQ_OK);
    otelmq_tracer_provider_set_global(fixture->provider);
}

int kafka_fixture_setup(void **state)
{
    static const char *const properties[] = {
        "group.id", "reader", "fetch.wait.max.ms", "10", "fetch.error.backoff.ms", "10", NULL};
    kafka_fixture *fixture = calloc(1, sizeof(*fixture));
    assert_non_null(fixture);
    create_provider(fixture);
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "log_level", "3", NULL, 0);
    fixture->owner = kafka_client_new(RD_KAFKA_PRODUCER, conf);
    fixture->cluster = rd_kafka_mock_cluster_new(fixture->owner, 1);
    assert_non_null(fixture->cluster);
    fixture->reader = kafka_client_new(RD_KAFKA_CONSUMER, kafka_conf(fixture, properties));
    *state = fixture;
    return 0;
}

int kafka_fixture_teardown(void **state)
{
    kafka_fixture *fixture = *state;
    rd_kafka_destroy(fixture->reader);
    rd_kafka_mock_cluster_destroy(fixture->cluster);
    rd_kafka_destroy(fixture->owner);
    otelmq_tracer_provider_set_global(NULL);
    otelmq_tracer_provider_destroy(fixture->provider);
    otelmq_memory_exporter_destroy(fixture->memory);
    free(fixture);
    return 0;
}

int kafka_fixture_clear(void **state)
{
    kafka_fixture *fixture = *state;
    otelmq_memory_exporter_clear(fixture->memory);
    return 0;
}

static void set(rd_kafka_conf_t *conf, const char *name, const char *value)
{
    char error[256] = "";
    if (rd_kafka_conf_set(conf, name, value, error, sizeof(error)) != RD_KAFKA_CONF_OK) {
        fail_msg("%s", error);
    }
}

rd_kafka_conf_t *kafka_conf(const kafka_fixture *fixture, const char *const properties[])
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    set(conf, "bootstrap.servers", rd_kafka_mock_cluster_bootstraps(fixture->cluster));
    set(conf, "log_level", "0");
    set(conf, "fetch.wait.max.ms", "10");
    for (size_t i = 0; properties != NULL && properties[i] != NULL; i += 2) {
        set(conf, properties[i], properties[i + 1]);
    }
    return conf;
}

rd_kafka_t *kafka_client_new(rd_kafka_type_t type, rd_kafka_conf_t *conf)
{
    char error[256] = "";
    rd_kafka_t *client = rd_kafka_new(type, conf, error, sizeof(error));
    if (client == NULL) {
        fail_msg("%s", error);
    }
    if (type == RD_KAFKA_CONSUMER) {
        rd_kafka_poll_set_consumer(client);
    }
    return client;
}

/*
 * Asks for a topic, NULL: for all. Without it, librdkafka finds out at its next timer of half a
 * second or a second who leads the partitions.
 */
static void fetch_metadata(rd_kafka_t *client, const char *topic)
{
    const struct rd_kafka_metadata *metadata = NULL;
    rd_kafka_topic_t *handle = topic != NULL ? rd_kafka_topic_new(client, topic, NULL) : NULL;
    assert_int_equal(rd_kafka_metadata(client, topic == NULL, handle, &metadata, PATIENCE_MS), 0);
    rd_kafka_metadata_destroy(metadata);
    if (handle != NULL) {
        rd_kafka_topic_destroy(handle);
    }
}

static rd_kafka_t *traced(const kafka_fixture *fixture, rd_kafka_type_t type,
                          const char *const properties[], const otelmq_kafka_options *options)
{
    rd_kafka_conf_t *conf = kafka_conf(fixture, properties);
    assert_int_equal(otelmq_kafka_conf_trace(conf, options), OTELMQ_OK);
    return kafka_client_new(type, conf);
}

rd_kafka_t *kafka_producer(const kafka_fixture *fixture, const char *const properties[],
                           const otelmq_kafka_options *options)
{
    rd_kafka_t *producer = traced(fixture, RD_KAFKA_PRODUCER, properties, options);
    fetch_metadata(producer, NULL);
    return producer;
}

rd_kafka_t *kafka_consumer(const kafka_fixture *fixture, const char *const properties[],
                           const otelmq_kafka_options *options)
{
    return traced(fixture, RD_KAFKA_CONSUMER, properties, options);
}

void kafka_create_topic(const kafka_fixture *fixture, const char *topic, int partitions)
{
    assert_int_equal(rd_kafka_mock_topic_create(fixture->cluster, topic, partitions, 1), 0);
}

void kafka_assign(rd_kafka_t *consumer, const char *topic, int partitions)
{
    fetch_metadata(consumer, topic);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(partitions);
    for (int32_t i = 0; i < partitions; i++) {
        rd_kafka_topic_partition_list_add(list, topic, i)->offset = RD_KAFKA_OFFSET_BEGINNING;
    }
    assert_int_equal(rd_kafka_assign(consumer, list), 0);
    rd_kafka_topic_partition_list_destroy(list);
}

void kafka_flush(rd_kafka_t *producer)
{
    assert_int_equal(rd_kafka_flush(producer, PATIENCE_MS), 0);
}

typedef rd_kafka_message_t *(*poll_function)(rd_kafka_t *consumer, int timeout_ms);

static rd_kafka_message_t *poll_until_message(rd_kafka_t *consumer, poll_function poll)
{
    otelmq_deadline deadline = otelmq_deadline_after(PATIENCE_MS);
    while (otelmq_deadline_left_ms(deadline) > 0) {
        rd_kafka_message_t *message = poll(consumer, 100);
        if (message != NULL && message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
            return message;
        }
        if (message != NULL) {
            rd_kafka_message_destroy(message);
        }
    }
    fail_msg("no message came");
    return NULL;
}

rd_kafka_message_t *kafka_poll_traced(rd_kafka_t *consumer)
{
    return poll_until_message(consumer, otelmq_kafka_consumer_poll);
}

rd_kafka_message_t *kafka_poll_plain(rd_kafka_t *consumer)
{
    return poll_until_message(consumer, rd_kafka_consumer_poll);
}

rd_kafka_message_t *kafka_read_first(const kafka_fixture *fixture, const char *topic)
{
    kafka_assign(fixture->reader, topic, 1);
    return kafka_poll_plain(fixture->reader);
}

void kafka_produce_foreign(const kafka_fixture *fixture, const char *topic, const char *text,
                           const char *const headers[])
{
    rd_kafka_t *producer = kafka_client_new(RD_KAFKA_PRODUCER, kafka_conf(fixture, NULL));
    fetch_metadata(producer, NULL);
    rd_kafka_headers_t *list = rd_kafka_headers_new(4);
    for (size_t i = 0; headers != NULL && headers[i] != NULL; i += 2) {
        rd_kafka_header_add(list, headers[i], -1, headers[i + 1], -1);
    }
    rd_kafka_vu_t arguments[] = {
        {.vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = topic},
        {.vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = 0},
        {.vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = {strdup(text), strlen(text)}},
        {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_FREE},
        {.vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = list},
    };
    assert_null(rd_kafka_produceva(producer, arguments, sizeof(arguments) / sizeof(*arguments)));
    kafka_flush(producer);
    rd_kafka_destroy(producer);
}

void kafka_header(const rd_kafka_message_t *message, const char *name, char *text, size_t size)
{
    rd_kafka_headers_t *headers = NULL;
    const void *value = NULL;
    size_t len = 0;
    assert_int_equal(rd_kafka_message_headers(message, &headers), 0);
    assert_int_equal(rd_kafka_header_get_last(headers, name, &value, &len), 0);
    assert_true(len < size);
    memcpy(text, value, len);
    text[len] = '\0';
}

size_t kafka_header_count(const rd_kafka_message_t *message, const char *name)
{
    rd_kafka_headers_t *headers = NULL;
    const char *found = NULL;
    const void *value = NULL;
    size_t size = 0;
    size_t count = 0;
    if (rd_kafka_message_headers(message, &headers) != 0) {
        return 0;
    }
    for (size_t i = 0; rd_kafka_header_get_all(headers, i, &found, &value, &size) == 0; i++) {
        count += name == NULL || strcmp(found, name) == 0;
    }
    return count;
}
