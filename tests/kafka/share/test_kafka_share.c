/* SPDX-License-Identifier: Apache-2.0 */
/* A share group of Apache Kafka, which begins with what is produced after its first member came. */
#include "kafka/real/cluster.h"
#include "share_fixture.h"

#include "base/clock.h"
#include "base/unconst.h"

enum { TIMEOUT_MS = 30000 };

static const char GOOD[] = "good";
static const char BAD[] = "bad";

static void produce(rd_kafka_t *producer, const char *topic, const char *value)
{
    rd_kafka_topic_t *handle = rd_kafka_topic_new(producer, topic, NULL);
    assert_int_equal(rd_kafka_produce(handle, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY,
                                      otelmq_unconst(value), strlen(value), NULL, 0, NULL),
                     0);
    kafka_flush(producer);
    rd_kafka_topic_destroy(handle);
}

static rd_kafka_share_t *member_of(const kafka_fixture *fixture, const char *group,
                                   const char *topic)
{
    const char *const properties[] = {
        "group.id", group, "client.id", "sharer-1", "share.acknowledgement.mode", "explicit", NULL};
    rd_kafka_share_t *consumer =
        otelmq_kafka_share_consumer_new(cluster_conf(fixture, properties), NULL, 0);
    assert_non_null(consumer);
    share_subscribe(consumer, topic);
    return consumer;
}

static bool is_bad(const rd_kafka_message_t *message)
{
    return message->len == strlen(BAD) && memcmp(message->payload, BAD, message->len) == 0;
}

/* Rejects the bad ones, and accepts all others; how many of each. */
typedef struct {
    size_t accepted;
    size_t rejected;
} handled;

static void handle(rd_kafka_share_t *consumer, const rd_kafka_message_t *message, handled *counts)
{
    otelmq_process_options options = {.ends = OTELMQ_PROCESS_ENDS_WITH_SETTLEMENT};
    otelmq_scope scope = otelmq_kafka_share_process_start_with(consumer, message, &options);
    otelmq_scope_end(&scope);
    rd_kafka_resp_err_t err;
    if (is_bad(message)) {
        counts->rejected++;
        err = otelmq_kafka_share_acknowledge_type(consumer, message,
                                                  RD_KAFKA_SHARE_ACKNOWLEDGE_TYPE_REJECT);
    } else {
        counts->accepted++;
        err = otelmq_kafka_share_acknowledge(consumer, message);
    }
    assert_int_equal(err, 0);
}

static void poll_and_handle(rd_kafka_share_t *consumer, handled *counts)
{
    rd_kafka_messages_t *messages = NULL;
    assert_well(otelmq_kafka_share_poll(consumer, 200, &messages));
    for (size_t i = 0; i < rd_kafka_messages_count(messages); i++) {
        handle(consumer, rd_kafka_messages_get(messages, i), counts);
    }
    rd_kafka_messages_destroy(messages);
}

static void commit(rd_kafka_share_t *consumer)
{
    rd_kafka_topic_partition_list_t *partitions = NULL;
    assert_well(otelmq_kafka_share_commit_sync(consumer, TIMEOUT_MS, &partitions));
    assert_non_null(partitions);
    for (int i = 0; i < partitions->cnt; i++) {
        assert_int_equal(partitions->elems[i].err, 0);
    }
    rd_kafka_topic_partition_list_destroy(partitions);
}

/* Produces good ones until the first one comes, then a bad one, and commits that. */
static void produce_and_consume(const kafka_fixture *fixture, const char *group, const char *topic)
{
    handled counts = {0};
    rd_kafka_t *producer = cluster_producer(fixture, NULL);
    produce(producer, topic, GOOD); /* makes the topic */
    rd_kafka_share_t *consumer = member_of(fixture, group, topic);
    otelmq_deadline deadline = otelmq_deadline_after(2 * TIMEOUT_MS);
    while (counts.accepted == 0) {
        assert_true(otelmq_deadline_left_ms(deadline) > 0);
        produce(producer, topic, GOOD);
        poll_and_handle(consumer, &counts);
    }
    produce(producer, topic, BAD);
    while (counts.rejected == 0) {
        assert_true(otelmq_deadline_left_ms(deadline) > 0);
        poll_and_handle(consumer, &counts);
    }
    commit(consumer);
    assert_well(rd_kafka_share_consumer_close(consumer));
    assert_well(otelmq_kafka_share_destroy(consumer));
    rd_kafka_destroy(producer);
}

static const otelmq_span_data *find_span_of(const kafka_fixture *fixture, const char *operation,
                                            const char *topic)
{
    char name[CLUSTER_SPAN_NAME_SIZE];
    cluster_span_name(operation, topic, name);
    return find_span(fixture, name);
}

/* The span whose context this is; fails when there is none. */
static const otelmq_span_data *find_by_id(const kafka_fixture *fixture, otelmq_span_id id)
{
    for (size_t i = 0; i < otelmq_memory_exporter_count(fixture->memory); i++) {
        const otelmq_span_data *span = otelmq_memory_exporter_span_at(fixture->memory, i);
        if (memcmp(&span->span_context.span_id, &id, sizeof(id)) == 0) {
            return span;
        }
    }
    fail_msg("no such span");
    return NULL;
}

static void a_rejected_message_is_one_trace_from_its_send_on(void **state)
{
    const kafka_fixture *fixture = *state;
    char topic[CLUSTER_NAME_SIZE];
    char group[CLUSTER_NAME_SIZE];
    cluster_name("shared", topic);
    cluster_name("sharers", group);
    produce_and_consume(fixture, group, topic);
    const otelmq_span_data *reject = find_span_of(fixture, "reject", topic);
    const otelmq_span_data *process = find_by_id(fixture, reject->parent_span_id);
    const otelmq_span_data *send = find_by_id(fixture, process->parent_span_id);
    assert_int_equal(send->kind, OTELMQ_SPAN_PRODUCER);
    assert_child_of(process, &send->span_context);
    assert_only_link(process, &send->span_context);
    assert_error(process, "reject");
    assert_string_attribute(process, "messaging.consumer.group.name", group);
    assert_string_attribute(process, "messaging.client.id", "sharer-1");
    assert_false(otelmq_str_is_empty(
        otelmq_span_data_attribute(process, "messaging.kafka.cluster.id").as.string));
    assert_no_error(find_span_of(fixture, "accept", topic));
    assert_no_error(find_span_of(fixture, "commit", topic));
    assert_true(find_span_of(fixture, "poll", topic)->link_count > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rejected_message_is_one_trace_from_its_send_on),
    };
    return cmocka_run_group_tests(tests, cluster_setup_apache, kafka_fixture_teardown);
}
