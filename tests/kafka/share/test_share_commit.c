/* SPDX-License-Identifier: Apache-2.0 */
#include "share_fixture.h"

#include "base/clock.h"

enum { API_SHARE_ACKNOWLEDGE = 79, TIMEOUT_MS = 30000 };

/* A consumer that has processed and accepted the first messages of those in a new topic. */
static rd_kafka_share_t *consumer_of_accepted(const kafka_fixture *fixture, const char *topic,
                                              const otelmq_kafka_options *options, size_t count)
{
    (void)produce_to_one(fixture, topic);
    rd_kafka_share_t *consumer = share_consumer(fixture, topic, "explicit", options);
    rd_kafka_messages_t *messages = share_take(consumer, MESSAGES);
    for (size_t i = 0; i < count; i++) {
        const rd_kafka_message_t *message = rd_kafka_messages_get(messages, i);
        share_process(consumer, message);
        assert_int_equal(otelmq_kafka_share_acknowledge(consumer, message), 0);
    }
    rd_kafka_messages_destroy(messages);
    return consumer;
}

/* The first error of a partition. */
static rd_kafka_resp_err_t commit_sync(rd_kafka_share_t *consumer)
{
    rd_kafka_resp_err_t err = RD_KAFKA_RESP_ERR_NO_ERROR;
    rd_kafka_topic_partition_list_t *partitions = NULL;
    assert_well(otelmq_kafka_share_commit_sync(consumer, TIMEOUT_MS, &partitions));
    if (partitions != NULL) {
        err = partitions->elems[0].err;
        rd_kafka_topic_partition_list_destroy(partitions);
    }
    return err;
}

/* Lets librdkafka serve answers until the span is there. */
static const otelmq_span_data *serve_until_span(const kafka_fixture *fixture,
                                                rd_kafka_share_t *consumer, const char *name)
{
    otelmq_deadline deadline = otelmq_deadline_after(TIMEOUT_MS);
    while (count_spans(fixture, name) == 0 && otelmq_deadline_left_ms(deadline) > 0) {
        assert_well(rd_kafka_share_commit_async(consumer));
    }
    return find_span(fixture, name);
}

static void assert_commit(const otelmq_span_data *span, const char *topic)
{
    assert_int_equal(span->kind, OTELMQ_SPAN_CLIENT);
    assert_of_group(span, "commit", topic);
    assert_string_attribute(span, "messaging.operation.type", "settle");
}

static void the_commit_of_one_message_is_a_child_of_its_process_span(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_share_t *consumer = consumer_of_accepted(fixture, "one", NULL, 1);
    assert_int_equal(commit_sync(consumer), 0);
    assert_well(otelmq_kafka_share_destroy(consumer));
    const otelmq_span_data *span = find_span(fixture, "commit one");
    assert_commit(span, "one");
    assert_no_error(span);
    assert_string_attribute(span, "messaging.destination.partition.id", "0");
    assert_int_attribute(span, "messaging.kafka.offset", 0);
    assert_no_attribute(span, "messaging.batch.message_count");
    assert_child_of(span, &find_span(fixture, "process one")->span_context);
}

static void the_commit_of_several_links_to_their_process_spans(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_share_t *consumer = consumer_of_accepted(fixture, "three", NULL, MESSAGES);
    assert_int_equal(commit_sync(consumer), 0);
    assert_well(otelmq_kafka_share_destroy(consumer));
    const otelmq_span_data *span = find_span(fixture, "commit three");
    assert_commit(span, "three");
    assert_root(span);
    assert_int_attribute(span, "messaging.batch.message_count", MESSAGES);
    assert_int_equal(span->link_count, MESSAGES);
    const otelmq_span_data *process = find_span(fixture, "process three");
    const otelmq_link_data *link = find_link(span, &process->span_context);
    assert_link_text(link, "messaging.destination.partition.id", "0");
    assert_link_number(link, "messaging.kafka.offset", 0);
}

static void a_commit_of_nothing_has_no_span(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_share_t *consumer = consumer_of_accepted(fixture, "twice", NULL, MESSAGES);
    assert_int_equal(commit_sync(consumer), 0);
    assert_int_equal(commit_sync(consumer), 0);
    assert_well(otelmq_kafka_share_commit_async(consumer));
    assert_well(otelmq_kafka_share_destroy(consumer));
    assert_int_equal(count_spans(fixture, "commit twice"), 1);
    assert_int_equal(count_spans(fixture, "commit"), 0);
}

static void in_implicit_mode_a_commit_accepts_all(void **state)
{
    const kafka_fixture *fixture = *state;
    otelmq_kafka_options options = {.messaging.process_ends = OTELMQ_PROCESS_ENDS_WITH_SETTLEMENT};
    (void)produce_to_one(fixture, "implied");
    rd_kafka_share_t *consumer = share_consumer(fixture, "implied", "implicit", &options);
    rd_kafka_messages_t *messages = share_take(consumer, MESSAGES);
    share_process(consumer, rd_kafka_messages_get(messages, 2));
    rd_kafka_messages_destroy(messages);
    assert_int_equal(commit_sync(consumer), 0);
    assert_well(otelmq_kafka_share_destroy(consumer));
    const otelmq_span_data *process = find_span(fixture, "process implied");
    const otelmq_span_data *span = find_span(fixture, "commit implied");
    assert_no_error(process);
    assert_int_attribute(span, "messaging.batch.message_count", MESSAGES);
    assert_only_link(span, &process->span_context);
}

static void a_commit_that_the_broker_refuses_is_an_error(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_share_t *consumer = consumer_of_accepted(fixture, "denied", NULL, 1);
    rd_kafka_mock_push_request_errors(fixture->cluster, API_SHARE_ACKNOWLEDGE, 1,
                                      RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED);
    assert_int_equal(commit_sync(consumer), RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED);
    assert_well(otelmq_kafka_share_destroy(consumer));
    assert_error(find_span(fixture, "commit denied"), "GROUP_AUTHORIZATION_FAILED");
}

static void an_asynchronous_commit_ends_with_the_answer(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_share_t *consumer = consumer_of_accepted(fixture, "async", NULL, 1);
    assert_well(otelmq_kafka_share_commit_async(consumer));
    assert_int_equal(count_spans(fixture, "commit async"), 0);
    const otelmq_span_data *span = serve_until_span(fixture, consumer, "commit async");
    assert_commit(span, "async");
    assert_no_error(span);
    assert_child_of(span, &find_span(fixture, "process async")->span_context);
    assert_well(otelmq_kafka_share_destroy(consumer));
}

static void an_asynchronous_commit_can_fail(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_share_t *consumer = consumer_of_accepted(fixture, "failed", NULL, MESSAGES);
    rd_kafka_mock_push_request_errors(fixture->cluster, API_SHARE_ACKNOWLEDGE, 1,
                                      RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED);
    assert_well(otelmq_kafka_share_commit_async(consumer));
    assert_error(serve_until_span(fixture, consumer, "commit failed"),
                 "GROUP_AUTHORIZATION_FAILED");
    assert_well(otelmq_kafka_share_destroy(consumer));
}

/* Messages in three partitions, which are answered one by one. */
static void an_asynchronous_commit_waits_for_all_partitions(void **state)
{
    static const int32_t partitions[MESSAGES] = {0, 1, 2};
    static const char *const keys[MESSAGES] = {"a", "b", "c"};
    const kafka_fixture *fixture = *state;
    kafka_create_topic(fixture, "spread", MESSAGES);
    (void)produce_three(fixture, "spread", partitions, keys);
    rd_kafka_share_t *consumer = share_consumer(fixture, "spread", "implicit", NULL);
    size_t count = 0;
    while (count < MESSAGES) {
        rd_kafka_messages_t *messages = NULL;
        assert_well(otelmq_kafka_share_poll(consumer, 100, &messages));
        count = rd_kafka_messages_count(messages);
        rd_kafka_messages_destroy(messages);
        assert_true(count == 0 || count == MESSAGES);
    }
    assert_well(otelmq_kafka_share_commit_async(consumer));
    const otelmq_span_data *span = serve_until_span(fixture, consumer, "commit spread");
    assert_int_attribute(span, "messaging.batch.message_count", MESSAGES);
    assert_no_error(span);
    assert_well(otelmq_kafka_share_destroy(consumer));
}

typedef struct {
    int calls;
    size_t offsets;
} told;

static void count_told(rd_kafka_share_t *consumer,
                       rd_kafka_share_partition_offsets_list_t *partitions, rd_kafka_resp_err_t err,
                       void *opaque)
{
    told *self = opaque;
    (void)consumer;
    assert_int_equal(err, 0);
    self->calls++;
    self->offsets += rd_kafka_share_partition_offsets_offsets_cnt(
        rd_kafka_share_partition_offsets_list_get(partitions, 0));
}

static void the_applications_callback_is_called_as_ever(void **state)
{
    const kafka_fixture *fixture = *state;
    told self = {0};
    rd_kafka_share_t *consumer = consumer_of_accepted(fixture, "told", NULL, MESSAGES);
    assert_well(otelmq_kafka_share_set_acknowledgement_commit_cb(consumer, count_told, &self));
    assert_well(otelmq_kafka_share_commit_async(consumer));
    assert_no_error(serve_until_span(fixture, consumer, "commit told"));
    assert_int_equal(self.calls, 1);
    assert_int_equal(self.offsets, MESSAGES);
    assert_well(otelmq_kafka_share_set_acknowledgement_commit_cb(consumer, NULL, NULL));
    assert_well(otelmq_kafka_share_destroy(consumer));
    assert_int_equal(self.calls, 1);
}

static void a_consumer_that_goes_ends_what_waits(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_share_t *consumer = consumer_of_accepted(fixture, "gone", NULL, 1);
    rd_kafka_mock_broker_set_rtt(fixture->cluster, 1, 500);
    assert_well(otelmq_kafka_share_commit_async(consumer));
    assert_well(otelmq_kafka_share_destroy_flags(consumer, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE));
    rd_kafka_mock_broker_set_rtt(fixture->cluster, 1, -1);
    assert_error(find_span(fixture, "commit gone"), "client-closed");
}

static void settle_spans_can_be_omitted(void **state)
{
    const kafka_fixture *fixture = *state;
    otelmq_kafka_options options = {.messaging.omits_settle_spans = true};
    told self = {0};
    rd_kafka_share_t *consumer = consumer_of_accepted(fixture, "silent", &options, MESSAGES);
    assert_well(otelmq_kafka_share_set_acknowledgement_commit_cb(consumer, count_told, &self));
    assert_int_equal(commit_sync(consumer), 0);
    assert_well(otelmq_kafka_share_destroy(consumer));
    assert_int_equal(count_spans(fixture, "accept silent"), 0);
    assert_int_equal(count_spans(fixture, "commit silent"), 0);
    assert_int_equal(count_spans(fixture, "process silent"), MESSAGES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_commit_of_one_message_is_a_child_of_its_process_span,
                               kafka_fixture_clear),
        cmocka_unit_test_setup(the_commit_of_several_links_to_their_process_spans,
                               kafka_fixture_clear),
        cmocka_unit_test_setup(a_commit_of_nothing_has_no_span, kafka_fixture_clear),
        cmocka_unit_test_setup(in_implicit_mode_a_commit_accepts_all, kafka_fixture_clear),
        cmocka_unit_test_setup(a_commit_that_the_broker_refuses_is_an_error, kafka_fixture_clear),
        cmocka_unit_test_setup(an_asynchronous_commit_ends_with_the_answer, kafka_fixture_clear),
        cmocka_unit_test_setup(an_asynchronous_commit_can_fail, kafka_fixture_clear),
        cmocka_unit_test_setup(an_asynchronous_commit_waits_for_all_partitions,
                               kafka_fixture_clear),
        cmocka_unit_test_setup(the_applications_callback_is_called_as_ever, kafka_fixture_clear),
        cmocka_unit_test_setup(a_consumer_that_goes_ends_what_waits, kafka_fixture_clear),
        cmocka_unit_test_setup(settle_spans_can_be_omitted, kafka_fixture_clear),
    };
    return cmocka_run_group_tests(tests, share_fixture_setup, kafka_fixture_teardown);
}
