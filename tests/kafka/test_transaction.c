/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka_fixture.h"
#include "span_asserts.h"

#include <stdlib.h>

enum { TIMEOUT_MS = 30000 };

static rd_kafka_t *producer_with(const kafka_fixture *fixture, const char *topic, bool is_traced,
                                 const otelmq_kafka_options *options)
{
    const char *const properties[] = {"transactional.id", topic, "client.id", "shop-1", NULL};
    kafka_create_topic(fixture, topic, 1);
    rd_kafka_t *producer =
        is_traced ? kafka_producer(fixture, properties, options)
                  : kafka_client_new(RD_KAFKA_PRODUCER, kafka_conf(fixture, properties));
    assert_null(rd_kafka_init_transactions(producer, TIMEOUT_MS));
    return producer;
}

static rd_kafka_t *transactional_producer(const kafka_fixture *fixture, const char *topic,
                                          bool is_traced)
{
    return producer_with(fixture, topic, is_traced, NULL);
}

static void produce(rd_kafka_t *producer, const char *topic)
{
    assert_int_equal(rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(0),
                                       RD_KAFKA_V_KEY("key", 3), RD_KAFKA_V_END),
                     0);
}

/* The span of a transaction's call; its name goes on with the address of the server. */
static const otelmq_span_data *find_call(const kafka_fixture *fixture, const char *operation)
{
    const otelmq_span_data *span = NULL;
    for (size_t i = 0; (span = otelmq_memory_exporter_span_at(fixture->memory, i)) != NULL; i++) {
        otelmq_value name = otelmq_span_data_attribute(span, "messaging.operation.name");
        if (otelmq_str_equal(name.as.string, otelmq_str_from(operation))) {
            return span;
        }
    }
    fail_msg("there is no span of \"%s\"", operation);
    return NULL;
}

static void assert_call(const kafka_fixture *fixture, const char *operation, const char *id)
{
    const otelmq_span_data *span = find_call(fixture, operation);
    assert_int_equal(span->kind, OTELMQ_SPAN_CLIENT);
    assert_no_error(span);
    assert_string_attribute(span, "kafka.transactional.id", id);
    assert_string_attribute(span, "messaging.client.id", "shop-1");
}

static void spans_of_a_transaction_end_with_its_commit(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *producer = transactional_producer(fixture, "committed", true);
    assert_null(otelmq_kafka_begin_transaction(producer));
    produce(producer, "committed");
    produce(producer, "committed");
    kafka_flush(producer);
    assert_int_equal(count_spans(fixture, "send committed"), 0);
    assert_null(otelmq_kafka_commit_transaction(producer, TIMEOUT_MS));
    rd_kafka_destroy(producer);
    assert_int_equal(count_spans(fixture, "send committed"), 2);
    assert_no_error(find_span(fixture, "send committed"));
    assert_string_attribute(find_span(fixture, "send committed"), "messaging.kafka.message.key",
                            "key");
    assert_call(fixture, "begin", "committed");
    assert_call(fixture, "commit", "committed");
    const otelmq_span_data *commit = find_call(fixture, "commit");
    assert_int_equal(commit->link_count, 2);
    assert_true(otelmq_span_context_is_same_span(
        &commit->links[0].span_context, &find_span(fixture, "send committed")->span_context));
}

static void delivered_messages_of_an_abort_are_marked(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *producer = transactional_producer(fixture, "aborted", true);
    assert_null(otelmq_kafka_begin_transaction(producer));
    produce(producer, "aborted");
    kafka_flush(producer);
    assert_null(otelmq_kafka_abort_transaction(producer, TIMEOUT_MS));
    rd_kafka_destroy(producer);
    assert_error(find_span(fixture, "send aborted"), "aborted");
    assert_int_attribute(find_span(fixture, "send aborted"), "messaging.kafka.offset", 0);
    assert_call(fixture, "abort", "aborted");
    assert_only_link(find_call(fixture, "abort"),
                     &find_span(fixture, "send aborted")->span_context);
}

static void purged_messages_of_an_abort_are_marked(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *producer = transactional_producer(fixture, "purged", true);
    assert_null(otelmq_kafka_begin_transaction(producer));
    produce(producer, "purged");
    kafka_flush(producer);
    rd_kafka_mock_topic_set_error(fixture->cluster, "purged",
                                  RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    rd_kafka_mock_partition_set_leader(fixture->cluster, "purged", 0, -1);
    rd_kafka_mock_push_request_errors(
        fixture->cluster, 0, 3, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
        RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION);
    produce(producer, "purged");
    assert_null(otelmq_kafka_abort_transaction(producer, TIMEOUT_MS));
    rd_kafka_mock_clear_request_errors(fixture->cluster, 0);
    rd_kafka_mock_topic_set_error(fixture->cluster, "purged", RD_KAFKA_RESP_ERR_NO_ERROR);
    rd_kafka_mock_partition_set_leader(fixture->cluster, "purged", 0, 1);
    rd_kafka_destroy(producer);
    assert_int_equal(count_spans(fixture, "send purged"), 2);
    for (size_t i = 0; i < otelmq_memory_exporter_count(fixture->memory); i++) {
        const otelmq_span_data *span = otelmq_memory_exporter_span_at(fixture->memory, i);
        if (otelmq_str_equal(span->name, OTELMQ_STR("send purged"))) {
            assert_error(span, "aborted");
        }
    }
}

static void only_the_first_thousand_wait(void **state)
{
    enum { COUNT = 1100 };
    const kafka_fixture *fixture = *state;
    rd_kafka_t *producer = transactional_producer(fixture, "many", true);
    assert_null(otelmq_kafka_begin_transaction(producer));
    for (int i = 0; i < COUNT; i++) {
        produce(producer, "many");
    }
    kafka_flush(producer);
    assert_int_equal(count_spans(fixture, "send many"), COUNT - 1000);
    assert_null(otelmq_kafka_commit_transaction(producer, TIMEOUT_MS));
    assert_int_equal(count_spans(fixture, "send many"), COUNT);
    assert_int_equal(find_call(fixture, "commit")->link_count, 128);

    otelmq_memory_exporter_clear(fixture->memory);
    assert_null(otelmq_kafka_begin_transaction(producer));
    produce(producer, "many");
    kafka_flush(producer);
    assert_int_equal(count_spans(fixture, "send many"), 0);
    assert_null(otelmq_kafka_commit_transaction(producer, TIMEOUT_MS));
    assert_int_equal(count_spans(fixture, "send many"), 1);
    rd_kafka_destroy(producer);
}

static void librdkafkas_own_calls_leave_the_spans_to_the_delivery(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *producer = transactional_producer(fixture, "raw", true);
    assert_null(rd_kafka_begin_transaction(producer));
    produce(producer, "raw");
    kafka_flush(producer);
    assert_int_equal(count_spans(fixture, "send raw"), 1);
    assert_null(rd_kafka_abort_transaction(producer, TIMEOUT_MS));
    rd_kafka_destroy(producer);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 1);
    assert_no_error(find_span(fixture, "send raw"));
}

static void a_transaction_that_is_left_open_is_aborted(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *producer = transactional_producer(fixture, "open", true);
    assert_null(otelmq_kafka_begin_transaction(producer));
    produce(producer, "open");
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    assert_error(find_span(fixture, "send open"), "aborted");
}

static void offsets_are_sent_with_a_span(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *producer = transactional_producer(fixture, "offsets", true);
    kafka_create_topic(fixture, "read", 1);
    rd_kafka_topic_partition_list_t *offsets = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(offsets, "read", 0)->offset = 7;
    rd_kafka_consumer_group_metadata_t *group = rd_kafka_consumer_group_metadata_new("readers");
    assert_null(otelmq_kafka_begin_transaction(producer));
    rd_kafka_error_t *error =
        otelmq_kafka_send_offsets_to_transaction(producer, offsets, group, TIMEOUT_MS);
    assert_null(error);
    assert_null(otelmq_kafka_commit_transaction(producer, TIMEOUT_MS));
    rd_kafka_topic_partition_list_destroy(offsets);
    rd_kafka_consumer_group_metadata_destroy(group);
    rd_kafka_destroy(producer);
    assert_call(fixture, "send_offsets", "offsets");
    assert_string_attribute(find_span(fixture, "send_offsets read"), "messaging.destination.name",
                            "read");
}

static void calls_that_fail_say_so(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *producer = transactional_producer(fixture, "failed", true);
    rd_kafka_error_t *error = otelmq_kafka_commit_transaction(producer, TIMEOUT_MS);
    assert_non_null(error);
    assert_error(find_call(fixture, "commit"), rd_kafka_error_name(error));
    rd_kafka_error_destroy(error);
    rd_kafka_destroy(producer);
}

static void an_untraced_producer_has_the_spans_of_the_calls(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *producer = transactional_producer(fixture, "untraced", false);
    assert_null(otelmq_kafka_begin_transaction(producer));
    assert_int_equal(otelmq_kafka_producev(producer, RD_KAFKA_V_TOPIC("untraced"), RD_KAFKA_V_END),
                     0);
    assert_null(otelmq_kafka_commit_transaction(producer, TIMEOUT_MS));
    rd_kafka_destroy(producer);
    assert_no_error(find_call(fixture, "begin"));
    assert_no_error(find_call(fixture, "commit"));
    assert_no_error(find_span(fixture, "send untraced"));
}

static void a_batch_waits_for_the_commit_too(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_message_t messages[2];
    memset(messages, 0, sizeof(messages));
    rd_kafka_t *producer = transactional_producer(fixture, "batch", true);
    rd_kafka_topic_t *topic = rd_kafka_topic_new(producer, "batch", NULL);
    assert_null(otelmq_kafka_begin_transaction(producer));
    assert_int_equal(otelmq_kafka_produce_batch(producer, topic, 0, 0, messages, 2), 2);
    kafka_flush(producer);
    assert_int_equal(count_spans(fixture, "send batch"), 0);
    assert_null(otelmq_kafka_abort_transaction(producer, TIMEOUT_MS));
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(producer);
    assert_error(find_span(fixture, "send batch"), "aborted");
}

static void what_ends_at_the_return_waits_for_no_commit(void **state)
{
    static const otelmq_kafka_options options = {.messaging.ends_send_at_return = true};
    const kafka_fixture *fixture = *state;
    rd_kafka_message_t messages[2];
    memset(messages, 0, sizeof(messages));
    rd_kafka_t *producer = producer_with(fixture, "returned", true, &options);
    rd_kafka_topic_t *topic = rd_kafka_topic_new(producer, "returned", NULL);
    assert_null(otelmq_kafka_begin_transaction(producer));
    produce(producer, "returned");
    assert_int_equal(count_spans(fixture, "send returned"), 1);
    assert_int_equal(otelmq_kafka_produce_batch(producer, topic, 0, 0, messages, 2), 2);
    assert_int_equal(count_spans(fixture, "send returned"), 2);
    kafka_flush(producer);
    assert_null(otelmq_kafka_commit_transaction(producer, TIMEOUT_MS));
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(producer);
    assert_int_equal(count_spans(fixture, "send returned"), 2);
    assert_int_equal(find_call(fixture, "commit")->link_count, 0);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup(test, kafka_fixture_clear)
    const struct CMUnitTest tests[] = {
        T(spans_of_a_transaction_end_with_its_commit),
        T(delivered_messages_of_an_abort_are_marked),
        T(purged_messages_of_an_abort_are_marked),
        T(only_the_first_thousand_wait),
        T(librdkafkas_own_calls_leave_the_spans_to_the_delivery),
        T(a_transaction_that_is_left_open_is_aborted),
        T(offsets_are_sent_with_a_span),
        T(calls_that_fail_say_so),
        T(an_untraced_producer_has_the_spans_of_the_calls),
        T(a_batch_waits_for_the_commit_too),
        T(what_ends_at_the_return_waits_for_no_commit),
    };
#undef T
    return cmocka_run_group_tests(tests, kafka_fixture_setup, kafka_fixture_teardown);
}
