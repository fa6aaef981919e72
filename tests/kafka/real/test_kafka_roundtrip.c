/* SPDX-License-Identifier: Apache-2.0 */
/* What goes in at one side of a Kafka and comes out at the other, in the messages and as spans. */
#include "kafka/real/cluster.h"
#include "kafka/span_asserts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { MANY = 1000 };

typedef struct {
    const char *name;
    const char *value; /* NULL: the header has none */
    ssize_t size;
} own_header;

static const own_header OWN_HEADERS[] = {
    {"content-type", "text/plain", 10},
    {"bytes", "\0\xff\x01", 3},
    {"empty", "", 0},
    {"nothing", NULL, 0},
    {"bytes", "again", 5},
};

enum { OWN_HEADER_COUNT = sizeof(OWN_HEADERS) / sizeof(*OWN_HEADERS) };

static const otelmq_span_data *find_span_of(const kafka_fixture *fixture, const char *operation,
                                            const char *topic)
{
    char name[CLUSTER_SPAN_NAME_SIZE];
    cluster_span_name(operation, topic, name);
    return find_span(fixture, name);
}

static rd_kafka_headers_t *own_headers(void)
{
    rd_kafka_headers_t *headers = rd_kafka_headers_new(OWN_HEADER_COUNT);
    for (size_t i = 0; i < OWN_HEADER_COUNT; i++) {
        const own_header *header = &OWN_HEADERS[i];
        assert_int_equal(
            rd_kafka_header_add(headers, header->name, -1, header->value, header->size), 0);
    }
    return headers;
}

static void assert_own_headers_intact(const rd_kafka_message_t *message)
{
    rd_kafka_headers_t *headers = NULL;
    assert_int_equal(rd_kafka_message_headers(message, &headers), 0);
    for (size_t i = 0; i < OWN_HEADER_COUNT; i++) {
        const char *name = NULL;
        const void *value = NULL;
        size_t size = 0;
        assert_int_equal(rd_kafka_header_get_all(headers, i, &name, &value, &size), 0);
        assert_string_equal(name, OWN_HEADERS[i].name);
        assert_int_equal(size, OWN_HEADERS[i].size);
        assert_int_equal(value == NULL, OWN_HEADERS[i].value == NULL);
        if (size > 0) {
            assert_memory_equal(value, OWN_HEADERS[i].value, size);
        }
    }
    assert_int_equal(kafka_header_count(message, NULL), OWN_HEADER_COUNT + 1);
}

/* Produces as a part of the span "order", and answers the cluster's id; free it. */
static char *produce_order(const kafka_fixture *fixture, const char *topic)
{
    char value[] = "3 apples";
    rd_kafka_t *producer = cluster_producer(fixture, NULL);
    otelmq_scope order = otelmq_tracer_start_scope(otelmq_tracer_get("test", NULL), "order", NULL);
    assert_int_equal(rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic),
                                       RD_KAFKA_V_KEY("customer-4", 10), RD_KAFKA_V_VALUE(value, 8),
                                       RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                                       RD_KAFKA_V_HEADERS(own_headers()), RD_KAFKA_V_END),
                     0);
    otelmq_scope_end(&order);
    kafka_flush(producer);
    char *id = rd_kafka_clusterid(producer, 0);
    assert_non_null(id);
    char *copy = strdup(id);
    rd_kafka_mem_free(producer, id);
    rd_kafka_destroy(producer);
    return copy;
}

static void process(rd_kafka_t *consumer, const rd_kafka_message_t *message)
{
    otelmq_scope scope = otelmq_kafka_process_start(consumer, message);
    otelmq_span_end(otelmq_tracer_start_span(otelmq_tracer_get("test", NULL), "work", NULL));
    otelmq_scope_end(&scope);
    assert_int_equal(otelmq_kafka_commit_message(consumer, message, 0), 0);
}

/* The broker is asked what the group has committed. */
static void assert_committed(rd_kafka_t *consumer, const rd_kafka_message_t *message)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, rd_kafka_topic_name(message->rkt), message->partition);
    assert_int_equal(rd_kafka_committed(consumer, list, 30000), 0);
    assert_int_equal(list->elems[0].offset, message->offset + 1);
    rd_kafka_topic_partition_list_destroy(list);
}

static void assert_place(const otelmq_span_data *span, const rd_kafka_message_t *message)
{
    char partition[16];
    (void)snprintf(partition, sizeof(partition), "%" PRId32, message->partition);
    assert_string_attribute(span, "messaging.destination.partition.id", partition);
    assert_int_attribute(span, "messaging.kafka.offset", message->offset);
    assert_no_error(span);
}

static void assert_received(const otelmq_span_data *span, const rd_kafka_message_t *message,
                            const char *group, const char *cluster_id)
{
    assert_place(span, message);
    assert_string_attribute(span, "messaging.kafka.cluster.id", cluster_id);
    assert_string_attribute(span, "messaging.kafka.message.key", "customer-4");
    assert_string_attribute(span, "messaging.consumer.group.name", group);
}

static void assert_one_trace(const kafka_fixture *fixture, const char *topic)
{
    const otelmq_span_context *sent = &find_span_of(fixture, "send", topic)->span_context;
    const otelmq_span_context *processed = &find_span_of(fixture, "process", topic)->span_context;
    assert_root(find_span(fixture, "order"));
    assert_child_of(find_span_of(fixture, "send", topic),
                    &find_span(fixture, "order")->span_context);
    assert_only_link(find_span_of(fixture, "poll", topic), sent);
    assert_child_of(find_span_of(fixture, "process", topic), sent);
    assert_child_of(find_span(fixture, "work"), processed);
    assert_child_of(find_span_of(fixture, "commit", topic), processed);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 6);
}

static void a_message_arrives_with_its_headers_and_goes_on_with_its_trace(void **state)
{
    const kafka_fixture *fixture = *state;
    char topic[CLUSTER_NAME_SIZE];
    char group[CLUSTER_NAME_SIZE];
    cluster_name("orders", topic);
    cluster_name("billing", group);
    char *cluster_id = produce_order(fixture, topic);
    rd_kafka_t *consumer = cluster_subscriber(fixture, group, topic);
    rd_kafka_message_t *message = kafka_poll_traced(consumer);
    process(consumer, message);
    assert_own_headers_intact(message);
    assert_sent_by(message, find_span_of(fixture, "send", topic));
    assert_committed(consumer, message);
    assert_place(find_span_of(fixture, "send", topic), message);
    assert_received(find_span_of(fixture, "poll", topic), message, group, cluster_id);
    assert_received(find_span_of(fixture, "process", topic), message, group, cluster_id);
    assert_place(find_span_of(fixture, "commit", topic), message);
    assert_one_trace(fixture, topic);
    rd_kafka_message_destroy(message);
    rd_kafka_destroy(consumer);
    free(cluster_id);
}

static void produce_many(const kafka_fixture *fixture, const char *topic)
{
    rd_kafka_t *producer = cluster_producer(fixture, NULL);
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(
            rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_KEY(&i, sizeof(i)),
                              RD_KAFKA_V_VALUE(&i, sizeof(i)),
                              RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END),
            0);
    }
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), MANY);
}

static bool is_at(const otelmq_span_data *span, const rd_kafka_message_t *message)
{
    char partition[16];
    (void)snprintf(partition, sizeof(partition), "%" PRId32, message->partition);
    otelmq_value id = otelmq_span_data_attribute(span, "messaging.destination.partition.id");
    otelmq_value offset = otelmq_span_data_attribute(span, "messaging.kafka.offset");
    return otelmq_str_equal(id.as.string, otelmq_str_from(partition)) &&
           offset.as.integer == message->offset;
}

/* The send span that ended with the message's partition and offset. */
static const otelmq_span_data *span_at(const kafka_fixture *fixture,
                                       const rd_kafka_message_t *message)
{
    for (size_t i = 0; i < MANY; i++) {
        const otelmq_span_data *span = otelmq_memory_exporter_span_at(fixture->memory, i);
        if (is_at(span, message)) {
            return span;
        }
    }
    fail_msg("no span is at partition %" PRId32 ", offset %" PRId64, message->partition,
             message->offset);
    return NULL;
}

/* Of the MANY messages, the one that is read. */
static int index_of(const rd_kafka_message_t *message)
{
    int index = -1;
    assert_int_equal(message->len, sizeof(index));
    memcpy(&index, message->payload, sizeof(index));
    assert_in_range(index, 0, MANY - 1);
    return index;
}

static void each_of_many_messages_arrives_once_with_the_context_of_its_own_span(void **state)
{
    const kafka_fixture *fixture = *state;
    bool has_come[MANY] = {false};
    char topic[CLUSTER_NAME_SIZE];
    cluster_name("many", topic);
    produce_many(fixture, topic);
    rd_kafka_t *consumer = cluster_subscriber(fixture, topic, topic);
    for (int i = 0; i < MANY; i++) {
        rd_kafka_message_t *message = kafka_poll_plain(consumer);
        assert_false(has_come[index_of(message)]);
        has_come[index_of(message)] = true;
        assert_sent_by(message, span_at(fixture, message));
        rd_kafka_message_destroy(message);
    }
    rd_kafka_destroy(consumer);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 2 * MANY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_message_arrives_with_its_headers_and_goes_on_with_its_trace,
                               kafka_fixture_clear),
        cmocka_unit_test_setup(each_of_many_messages_arrives_once_with_the_context_of_its_own_span,
                               kafka_fixture_clear),
    };
    return cmocka_run_group_tests(tests, kafka_fixture_setup, kafka_fixture_teardown);
}
