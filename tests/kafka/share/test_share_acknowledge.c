/* SPDX-License-Identifier: Apache-2.0 */
#include "share_fixture.h"

#include "base/clock.h"

#include <pthread.h>

static const otelmq_kafka_options UNTIL_SETTLED = {.messaging.process_ends =
                                                       OTELMQ_PROCESS_ENDS_WITH_SETTLEMENT};

static const rd_kafka_share_AcknowledgeType_t ACCEPT = RD_KAFKA_SHARE_ACKNOWLEDGE_TYPE_ACCEPT;
static const rd_kafka_share_AcknowledgeType_t RELEASE = RD_KAFKA_SHARE_ACKNOWLEDGE_TYPE_RELEASE;
static const rd_kafka_share_AcknowledgeType_t REJECT = RD_KAFKA_SHARE_ACKNOWLEDGE_TYPE_REJECT;

/* A consumer that has the three messages of a new topic, in a batch of the caller's. */
static rd_kafka_share_t *consumer_of_new_topic(const kafka_fixture *fixture, const char *topic,
                                               const char *mode,
                                               const otelmq_kafka_options *options,
                                               rd_kafka_messages_t **messages)
{
    (void)produce_to_one(fixture, topic);
    rd_kafka_share_t *consumer = share_consumer(fixture, topic, mode, options);
    *messages = share_take(consumer, MESSAGES);
    otelmq_memory_exporter_clear(fixture->memory);
    return consumer;
}

static void process_all(rd_kafka_share_t *consumer, const rd_kafka_messages_t *messages)
{
    for (size_t i = 0; i < rd_kafka_messages_count(messages); i++) {
        share_process(consumer, rd_kafka_messages_get(messages, i));
    }
}

static void acknowledge_all(rd_kafka_share_t *consumer, const rd_kafka_messages_t *messages)
{
    for (size_t i = 0; i < rd_kafka_messages_count(messages); i++) {
        assert_int_equal(
            otelmq_kafka_share_acknowledge(consumer, rd_kafka_messages_get(messages, i)), 0);
    }
}

/* The process span of the message at this offset. */
static const otelmq_span_data *find_process(const kafka_fixture *fixture, int64_t offset)
{
    for (size_t i = 0; i < otelmq_memory_exporter_count(fixture->memory); i++) {
        const otelmq_span_data *span = otelmq_memory_exporter_span_at(fixture->memory, i);
        otelmq_value found = otelmq_span_data_attribute(span, "messaging.kafka.offset");
        if (span->kind == OTELMQ_SPAN_CONSUMER && found.as.integer == offset) {
            return span;
        }
    }
    fail_msg("no process span of offset %d", (int)offset);
    return NULL;
}

static void an_acknowledgement_is_a_child_of_the_process_span(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_messages_t *messages;
    rd_kafka_share_t *consumer =
        consumer_of_new_topic(fixture, "child", "explicit", NULL, &messages);
    process_all(consumer, messages);
    acknowledge_all(consumer, messages);
    rd_kafka_messages_destroy(messages);
    assert_well(otelmq_kafka_share_destroy(consumer));
    assert_int_equal(count_spans(fixture, "accept child"), MESSAGES);
    const otelmq_span_data *span = find_span(fixture, "accept child");
    assert_int_equal(span->kind, OTELMQ_SPAN_CLIENT);
    assert_of_group(span, "accept", "child");
    assert_string_attribute(span, "messaging.operation.type", "settle");
    assert_string_attribute(span, "messaging.destination.partition.id", "0");
    assert_int_attribute(span, "messaging.kafka.offset", 0);
    assert_no_error(span);
    assert_child_of(span, &find_process(fixture, 0)->span_context);
}

static void each_type_ends_the_process_span_in_its_way(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_messages_t *messages;
    rd_kafka_share_t *consumer =
        consumer_of_new_topic(fixture, "types", "explicit", &UNTIL_SETTLED, &messages);
    process_all(consumer, messages);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 0);
    const rd_kafka_message_t *last = rd_kafka_messages_get(messages, 2);
    assert_int_equal(otelmq_kafka_share_acknowledge_type(consumer, last, REJECT), 0);
    assert_int_equal(otelmq_kafka_share_acknowledge_offset(consumer, "types", 0, 1, RELEASE), 0);
    assert_int_equal(otelmq_kafka_share_acknowledge(consumer, rd_kafka_messages_get(messages, 0)),
                     0);
    assert_int_equal(count_spans(fixture, "process types"), 3);
    rd_kafka_messages_destroy(messages);
    assert_well(otelmq_kafka_share_destroy(consumer));
    assert_no_error(find_process(fixture, 0));
    assert_error(find_process(fixture, 1), "release");
    assert_error(find_process(fixture, 2), "reject");
    assert_child_of(find_span(fixture, "release types"), &find_process(fixture, 1)->span_context);
    assert_no_error(find_span(fixture, "release types"));
    assert_child_of(find_span(fixture, "reject types"), &find_process(fixture, 2)->span_context);
}

static void in_implicit_mode_the_next_poll_ends_the_process_spans(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_messages_t *messages;
    rd_kafka_share_t *consumer =
        consumer_of_new_topic(fixture, "implicit", "implicit", &UNTIL_SETTLED, &messages);
    process_all(consumer, messages);
    rd_kafka_messages_destroy(messages);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 0);
    share_take_none(consumer);
    assert_well(otelmq_kafka_share_destroy(consumer));
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), MESSAGES);
    for (int64_t i = 0; i < MESSAGES; i++) {
        assert_no_error(find_process(fixture, i));
    }
}

static void what_librdkafkas_own_call_acknowledged_ends_with_the_next_poll(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_messages_t *messages;
    rd_kafka_share_t *consumer =
        consumer_of_new_topic(fixture, "raw", "explicit", &UNTIL_SETTLED, &messages);
    process_all(consumer, messages);
    for (size_t i = 0; i < MESSAGES; i++) {
        assert_int_equal(rd_kafka_share_acknowledge(consumer, rd_kafka_messages_get(messages, i)),
                         0);
    }
    rd_kafka_messages_destroy(messages);
    share_take_none(consumer);
    assert_int_equal(count_spans(fixture, "process raw"), MESSAGES);
    assert_well(otelmq_kafka_share_destroy(consumer));
}

static void a_poll_that_is_refused_ends_nothing(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_messages_t *messages;
    rd_kafka_messages_t *more = NULL;
    rd_kafka_share_t *consumer =
        consumer_of_new_topic(fixture, "refused", "explicit", &UNTIL_SETTLED, &messages);
    process_all(consumer, messages);
    rd_kafka_error_t *error = otelmq_kafka_share_poll(consumer, 0, &more);
    assert_int_equal(rd_kafka_error_code(error), RD_KAFKA_RESP_ERR__STATE);
    rd_kafka_error_destroy(error);
    assert_int_equal(otelmq_memory_exporter_count(fixture->memory), 0);
    acknowledge_all(consumer, messages);
    assert_int_equal(count_spans(fixture, "process refused"), MESSAGES);
    rd_kafka_messages_destroy(messages);
    assert_well(otelmq_kafka_share_destroy(consumer));
}

static void an_acknowledgement_that_fails_says_so_and_ends_nothing(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_messages_t *messages;
    rd_kafka_share_t *consumer =
        consumer_of_new_topic(fixture, "mode", "implicit", &UNTIL_SETTLED, &messages);
    share_process(consumer, rd_kafka_messages_get(messages, 0));
    assert_int_equal(otelmq_kafka_share_acknowledge(consumer, rd_kafka_messages_get(messages, 0)),
                     RD_KAFKA_RESP_ERR__STATE);
    assert_int_equal(otelmq_kafka_share_acknowledge(consumer, NULL),
                     RD_KAFKA_RESP_ERR__INVALID_ARG);
    assert_int_equal(otelmq_kafka_share_acknowledge_offset(consumer, NULL, 0, 0, ACCEPT),
                     RD_KAFKA_RESP_ERR__INVALID_ARG);
    assert_int_equal(count_spans(fixture, "process mode"), 0);
    assert_error(find_span(fixture, "accept mode"), "_STATE");
    rd_kafka_messages_destroy(messages);
    assert_well(otelmq_kafka_share_destroy(consumer));
    assert_error(find_span(fixture, "process mode"), "client-closed");
}

static void a_message_that_is_processed_again_ends_the_first_span(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_messages_t *messages;
    rd_kafka_share_t *consumer =
        consumer_of_new_topic(fixture, "again", "explicit", &UNTIL_SETTLED, &messages);
    share_process(consumer, rd_kafka_messages_get(messages, 0));
    share_process(consumer, rd_kafka_messages_get(messages, 0));
    assert_int_equal(count_spans(fixture, "process again"), 1);
    acknowledge_all(consumer, messages);
    assert_int_equal(count_spans(fixture, "process again"), 2);
    share_process(consumer, rd_kafka_messages_get(messages, 0)); /* with its scope */
    assert_int_equal(count_spans(fixture, "process again"), 3);
    rd_kafka_messages_destroy(messages);
    assert_well(otelmq_kafka_share_destroy(consumer));
}

static void a_process_span_has_a_time_limit(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_messages_t *messages;
    otelmq_kafka_options options = UNTIL_SETTLED;
    options.messaging.process_timeout_ms = 1;
    rd_kafka_share_t *consumer =
        consumer_of_new_topic(fixture, "late", "explicit", &options, &messages);
    share_process(consumer, rd_kafka_messages_get(messages, 0));
    otelmq_deadline deadline = otelmq_deadline_after(5);
    while (otelmq_deadline_left_ms(deadline) > 0) {
    }
    acknowledge_all(consumer, messages);
    assert_error(find_span(fixture, "process late"), "timeout");
    rd_kafka_messages_destroy(messages);
    assert_well(otelmq_kafka_share_destroy(consumer));
    assert_int_equal(count_spans(fixture, "process late"), 1);
}

typedef struct {
    rd_kafka_share_t *consumer;
    const rd_kafka_message_t *message;
} job;

static void *work(void *of_job)
{
    const job *todo = of_job;
    share_process(todo->consumer, todo->message);
    return NULL;
}

static void messages_may_be_processed_on_threads_of_their_own(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_messages_t *messages;
    pthread_t threads[MESSAGES];
    job jobs[MESSAGES];
    rd_kafka_share_t *consumer =
        consumer_of_new_topic(fixture, "threads", "explicit", &UNTIL_SETTLED, &messages);
    for (size_t i = 0; i < MESSAGES; i++) {
        jobs[i] = (job){consumer, rd_kafka_messages_get(messages, i)};
        assert_int_equal(pthread_create(&threads[i], NULL, work, &jobs[i]), 0);
    }
    for (size_t i = 0; i < MESSAGES; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    acknowledge_all(consumer, messages);
    assert_int_equal(count_spans(fixture, "process threads"), MESSAGES);
    rd_kafka_messages_destroy(messages);
    assert_well(otelmq_kafka_share_destroy(consumer));
    for (int64_t i = 0; i < MESSAGES; i++) {
        assert_no_error(find_process(fixture, i));
    }
}

static void a_released_message_comes_again_and_is_counted(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_messages_t *messages;
    rd_kafka_share_t *consumer =
        consumer_of_new_topic(fixture, "counted", "explicit", NULL, &messages);
    acknowledge_all(consumer, messages);
    assert_int_equal(otelmq_kafka_share_acknowledge_offset(consumer, "counted", 0, 1, RELEASE), 0);
    rd_kafka_messages_destroy(messages);
    messages = share_take(consumer, 1);
    share_process(consumer, rd_kafka_messages_get(messages, 0));
    acknowledge_all(consumer, messages);
    rd_kafka_messages_destroy(messages);
    assert_well(otelmq_kafka_share_destroy(consumer));
    assert_int_attribute(find_span(fixture, "process counted"), "kafka.record.delivery_count", 2);
    assert_link_number(&find_span(fixture, "poll counted")->links[0], "kafka.record.delivery_count",
                       2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_acknowledgement_is_a_child_of_the_process_span,
                               kafka_fixture_clear),
        cmocka_unit_test_setup(each_type_ends_the_process_span_in_its_way, kafka_fixture_clear),
        cmocka_unit_test_setup(in_implicit_mode_the_next_poll_ends_the_process_spans,
                               kafka_fixture_clear),
        cmocka_unit_test_setup(what_librdkafkas_own_call_acknowledged_ends_with_the_next_poll,
                               kafka_fixture_clear),
        cmocka_unit_test_setup(a_poll_that_is_refused_ends_nothing, kafka_fixture_clear),
        cmocka_unit_test_setup(an_acknowledgement_that_fails_says_so_and_ends_nothing,
                               kafka_fixture_clear),
        cmocka_unit_test_setup(a_message_that_is_processed_again_ends_the_first_span,
                               kafka_fixture_clear),
        cmocka_unit_test_setup(a_process_span_has_a_time_limit, kafka_fixture_clear),
        cmocka_unit_test_setup(messages_may_be_processed_on_threads_of_their_own,
                               kafka_fixture_clear),
        cmocka_unit_test_setup(a_released_message_comes_again_and_is_counted, kafka_fixture_clear),
    };
    return cmocka_run_group_tests(tests, share_fixture_setup, kafka_fixture_teardown);
}
