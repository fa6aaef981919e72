/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka_fixture.h"
#include "span_asserts.h"

enum { API_OFFSET_COMMIT = 8 };

static const char *const GROUP[] = {"group.id",           "billing", "client.id", "billing-1",
                                    "enable.auto.commit", "false",   NULL};

/* A topic with one message in each of its partitions, and a consumer of it. */
static rd_kafka_t *consumer_of_new_topic(const kafka_fixture *fixture, const char *topic,
                                         int32_t partitions, const otelmq_kafka_options *options)
{
    rd_kafka_t *producer = kafka_client_new(RD_KAFKA_PRODUCER, kafka_conf(fixture, NULL));
    kafka_create_topic(fixture, topic, partitions);
    for (int32_t i = 0; i < partitions; i++) {
        assert_int_equal(rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic),
                                           RD_KAFKA_V_PARTITION(i), RD_KAFKA_V_END),
                         0);
    }
    kafka_flush(producer);
    rd_kafka_destroy(producer);
    rd_kafka_t *consumer = kafka_consumer(fixture, GROUP, options);
    kafka_assign(consumer, topic, partitions);
    return consumer;
}

/* Receives and processes one message; it is the caller's to destroy. */
static rd_kafka_message_t *process_one(rd_kafka_t *consumer)
{
    rd_kafka_message_t *message = kafka_poll_traced(consumer);
    otelmq_scope scope = otelmq_kafka_process_start(consumer, message);
    otelmq_scope_end(&scope);
    return message;
}

static void process_many(rd_kafka_t *consumer, int count)
{
    for (int i = 0; i < count; i++) {
        rd_kafka_message_destroy(process_one(consumer));
    }
}

static void assert_commit(const otelmq_span_data *span, const char *topic)
{
    assert_int_equal(span->kind, OTELMQ_SPAN_CLIENT);
    assert_string_attribute(span, "messaging.operation.name", "commit");
    assert_string_attribute(span, "messaging.operation.type", "settle");
    assert_string_attribute(span, "messaging.destination.name", topic);
    assert_string_attribute(span, "messaging.consumer.group.name", "billing");
    assert_string_attribute(span, "messaging.client.id", "billing-1");
}

static void the_commit_of_a_message_is_a_child_of_its_process_span(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *consumer = consumer_of_new_topic(fixture, "single", 1, NULL);
    rd_kafka_message_t *message = process_one(consumer);
    assert_int_equal(otelmq_kafka_commit_message(consumer, message, 0), 0);
    rd_kafka_message_destroy(message);
    rd_kafka_destroy(consumer);
    const otelmq_span_data *span = find_span(fixture, "commit single");
    assert_commit(span, "single");
    assert_no_error(span);
    assert_child_of(span, &find_span(fixture, "process single")->span_context);
    assert_string_attribute(span, "messaging.destination.partition.id", "0");
    assert_int_attribute(span, "messaging.kafka.offset", 0);
    assert_no_attribute(span, "messaging.batch.message_count");
    assert_int_equal(span->link_count, 0);
}

static void the_commit_of_one_listed_partition_is_a_child_of_its_process_span(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *consumer = consumer_of_new_topic(fixture, "listed", 2, NULL);
    rd_kafka_topic_partition_list_t *offsets = rd_kafka_topic_partition_list_new(1);
    process_many(consumer, 2);
    rd_kafka_topic_partition_list_add(offsets, "listed", 1)->offset = 1;
    assert_int_equal(otelmq_kafka_commit(consumer, offsets, 0), 0);
    rd_kafka_topic_partition_list_destroy(offsets);
    rd_kafka_destroy(consumer);
    const otelmq_span_data *span = find_span(fixture, "commit listed");
    assert_commit(span, "listed");
    assert_string_attribute(span, "messaging.destination.partition.id", "1");
    assert_int_attribute(span, "messaging.kafka.offset", 0);
    for (size_t i = 0; i < otelmq_memory_exporter_count(fixture->memory); i++) {
        const otelmq_span_data *other = otelmq_memory_exporter_span_at(fixture->memory, i);
        otelmq_value partition =
            otelmq_span_data_attribute(other, "messaging.destination.partition.id");
        if (other->kind == OTELMQ_SPAN_CONSUMER && partition.as.string.data[0] == '1') {
            assert_child_of(span, &other->span_context);
        }
    }
}

static void a_commit_of_all_counts_and_links_what_was_processed(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *consumer = consumer_of_new_topic(fixture, "several", 3, NULL);
    process_many(consumer, 3);
    assert_int_equal(otelmq_kafka_commit(consumer, NULL, 0), 0);
    rd_kafka_destroy(consumer);
    const otelmq_span_data *span = find_span(fixture, "commit several");
    assert_commit(span, "several");
    assert_root(span);
    assert_int_attribute(span, "messaging.batch.message_count", 3);
    assert_no_attribute(span, "messaging.destination.partition.id");
    assert_int_equal(span->link_count, 3);
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(span->links[i].attribute_count, 1);
        assert_true(otelmq_str_equal(span->links[i].attributes[0].key,
                                     OTELMQ_STR("messaging.destination.partition.id")));
    }
}

static void links_of_different_topics_name_them(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *consumer = consumer_of_new_topic(fixture, "left", 1, NULL);
    process_many(consumer, 1);
    rd_kafka_destroy(consumer_of_new_topic(fixture, "right", 1, NULL));
    kafka_assign(consumer, "right", 1);
    process_many(consumer, 1);
    rd_kafka_topic_partition_list_t *offsets = rd_kafka_topic_partition_list_new(2);
    rd_kafka_topic_partition_list_add(offsets, "left", 0)->offset = 1;
    rd_kafka_topic_partition_list_add(offsets, "right", 0)->offset = 1;
    assert_int_equal(otelmq_kafka_commit(consumer, offsets, 0), 0);
    rd_kafka_topic_partition_list_destroy(offsets);
    rd_kafka_destroy(consumer);
    const otelmq_span_data *span = find_span(fixture, "commit");
    assert_no_attribute(span, "messaging.destination.name");
    assert_int_equal(span->link_count, 2);
    assert_int_equal(span->links[0].attribute_count, 3);
    assert_true(otelmq_span_context_is_same_span(
        &span->links[0].span_context, &find_span(fixture, "process left")->span_context));
    assert_true(otelmq_span_context_is_same_span(
        &span->links[1].span_context, &find_span(fixture, "process right")->span_context));
}

static void what_one_commit_settled_the_next_does_not_count_again(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *consumer = consumer_of_new_topic(fixture, "twice", 2, NULL);
    process_many(consumer, 2);
    assert_int_equal(otelmq_kafka_commit(consumer, NULL, 0), 0);
    otelmq_memory_exporter_clear(fixture->memory);
    assert_int_equal(otelmq_kafka_commit(consumer, NULL, 0), RD_KAFKA_RESP_ERR__NO_OFFSET);
    rd_kafka_destroy(consumer);
    const otelmq_span_data *span = find_span(fixture, "commit");
    assert_no_attribute(span, "messaging.batch.message_count");
    assert_int_equal(span->link_count, 0);
    assert_no_error(span);
}

static void a_failed_commit_is_an_error_and_settles_nothing(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *consumer = consumer_of_new_topic(fixture, "denied", 2, NULL);
    process_many(consumer, 2);
    rd_kafka_mock_push_request_errors(fixture->cluster, API_OFFSET_COMMIT, 1,
                                      RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED);
    rd_kafka_resp_err_t err = otelmq_kafka_commit(consumer, NULL, 0);
    assert_int_equal(err, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED);
    assert_error(find_span(fixture, "commit denied"), "GROUP_AUTHORIZATION_FAILED");
    otelmq_memory_exporter_clear(fixture->memory);
    assert_int_equal(otelmq_kafka_commit(consumer, NULL, 0), 0);
    rd_kafka_destroy(consumer);
    assert_int_attribute(find_span(fixture, "commit denied"), "messaging.batch.message_count", 2);
}

static void settle_spans_can_be_omitted(void **state)
{
    const kafka_fixture *fixture = *state;
    otelmq_kafka_options options = {.messaging.omits_settle_spans = true};
    rd_kafka_t *consumer = consumer_of_new_topic(fixture, "silent", 1, &options);
    rd_kafka_message_t *message = process_one(consumer);
    assert_int_equal(otelmq_kafka_commit_message(consumer, message, 0), 0);
    assert_int_equal(otelmq_kafka_commit(consumer, NULL, 0), RD_KAFKA_RESP_ERR__NO_OFFSET);
    rd_kafka_message_destroy(message);
    rd_kafka_destroy(consumer);
    assert_int_equal(count_spans(fixture, "commit silent"), 0);
    assert_int_equal(count_spans(fixture, "commit"), 0);
}

static void a_commit_of_no_message_is_refused_and_commits_nothing(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_t *consumer = consumer_of_new_topic(fixture, "no-message", 1, NULL);
    process_many(consumer, 1);
    assert_int_equal(otelmq_kafka_commit_message(consumer, NULL, 0),
                     RD_KAFKA_RESP_ERR__INVALID_ARG);
    assert_int_equal(count_spans(fixture, "commit no-message"), 0);
    /* What is stored is there to be committed still. */
    assert_int_equal(otelmq_kafka_commit(consumer, NULL, 0), 0);
    rd_kafka_destroy(consumer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_commit_of_a_message_is_a_child_of_its_process_span,
                               kafka_fixture_clear),
        cmocka_unit_test_setup(the_commit_of_one_listed_partition_is_a_child_of_its_process_span,
                               kafka_fixture_clear),
        cmocka_unit_test_setup(a_commit_of_all_counts_and_links_what_was_processed,
                               kafka_fixture_clear),
        cmocka_unit_test_setup(links_of_different_topics_name_them, kafka_fixture_clear),
        cmocka_unit_test_setup(what_one_commit_settled_the_next_does_not_count_again,
                               kafka_fixture_clear),
        cmocka_unit_test_setup(a_failed_commit_is_an_error_and_settles_nothing,
                               kafka_fixture_clear),
        cmocka_unit_test_setup(a_commit_of_no_message_is_refused_and_commits_nothing,
                               kafka_fixture_clear),
        cmocka_unit_test_setup(settle_spans_can_be_omitted, kafka_fixture_clear),
    };
    return cmocka_run_group_tests(tests, kafka_fixture_setup, kafka_fixture_teardown);
}
