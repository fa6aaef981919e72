/* SPDX-License-Identifier: Apache-2.0 */
#include "running.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>

enum { API_OFFSET_COMMIT = 8 };

static void assert_seen(const seen_messages *seen, const char *const expected[])
{
    size_t count = 0;
    while (expected[count] != NULL) {
        assert_true(count < seen->count);
        assert_string_equal(seen->values[count], expected[count]);
        count++;
    }
    assert_int_equal(seen->count, count);
}

static void each_message_is_handled_in_its_process_span_and_committed(void **state)
{
    const kafka_fixture *fixture = *state;
    seen_messages seen = {.stop_after = 3};
    kafka_create_topic(fixture, "run", 1);
    produce_numbers(fixture, "run", 0, 3);
    rd_kafka_t *consumer = runner_of(fixture, "run", 1);
    assert_int_equal(otelmq_kafka_run(consumer, remember, &seen, NULL), 0);
    assert_int_equal(committed_offset(consumer, "run"), 3);
    rd_kafka_destroy(consumer);
    assert_seen(&seen, (const char *const[]){"0", "1", "2", NULL});
    assert_int_equal(count_spans(fixture, "poll run"), 3);
    assert_int_equal(count_spans(fixture, "process run"), 3);
    assert_int_equal(count_spans(fixture, "commit run"), 1);
    assert_int_attribute(find_span(fixture, "commit run"), "messaging.batch.message_count", 3);
}

static void offsets_are_committed_by_count(void **state)
{
    const kafka_fixture *fixture = *state;
    seen_messages seen = {.stop_after = 7};
    otelmq_kafka_run_options options = {.commit_count = 2, .commit_interval_ms = 3600000};
    kafka_create_topic(fixture, "counted", 1);
    produce_numbers(fixture, "counted", 0, 7);
    rd_kafka_t *consumer = runner_of(fixture, "counted", 1);
    assert_int_equal(otelmq_kafka_run(consumer, remember, &seen, &options), 0);
    assert_int_equal(committed_offset(consumer, "counted"), 7);
    rd_kafka_destroy(consumer);
    /* While one is under way, no other is begun. */
    assert_in_range(count_spans(fixture, "commit counted"), 2, 4);
}

static void a_time_may_be_as_long_as_its_type_allows(void **state)
{
    const kafka_fixture *fixture = *state;
    seen_messages seen = {.stop_after = 3};
    otelmq_kafka_run_options options = {
        .commit_interval_ms = INT64_MAX, .slow_handler_ms = INT64_MAX, .retry_delay_ms = INT64_MAX};
    kafka_create_topic(fixture, "endless", 1);
    produce_numbers(fixture, "endless", 0, 3);
    rd_kafka_t *consumer = runner_of(fixture, "endless", 1);
    assert_int_equal(otelmq_kafka_run(consumer, remember, &seen, &options), 0);
    rd_kafka_destroy(consumer);
    assert_int_equal(count_spans(fixture, "commit endless"), 1);
}

/* Sees the first message's commit while it waits for the second. */
typedef struct {
    const kafka_fixture *fixture;
    rd_kafka_t *consumer;
} observer;

static void *stop_when_committed(void *of_observer)
{
    const observer *self = of_observer;
    (void)wait_for_span(self->fixture, "commit timed");
    otelmq_kafka_stop(self->consumer);
    return NULL;
}

static void offsets_are_committed_by_time_and_another_thread_can_stop(void **state)
{
    const kafka_fixture *fixture = *state;
    seen_messages seen = {.stop_after = 0};
    otelmq_kafka_run_options options = {.commit_interval_ms = 20};
    pthread_t thread;
    kafka_create_topic(fixture, "timed", 1);
    produce_numbers(fixture, "timed", 0, 1);
    observer self = {fixture, runner_of(fixture, "timed", 1)};
    assert_int_equal(pthread_create(&thread, NULL, stop_when_committed, &self), 0);
    assert_int_equal(otelmq_kafka_run(self.consumer, remember, &seen, &options), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(committed_offset(self.consumer, "timed"), 1);
    rd_kafka_destroy(self.consumer);
    assert_int_equal(count_spans(fixture, "commit timed"), 1);
}

static rd_kafka_t *to_be_stopped;

static void stop_by_signal(int number)
{
    (void)number;
    otelmq_kafka_stop(to_be_stopped);
}

static otelmq_kafka_answer raise_signal(void *seen, rd_kafka_t *consumer,
                                        const rd_kafka_message_t *message)
{
    assert_int_equal(raise(SIGUSR1), 0);
    return remember(seen, consumer, message);
}

static void a_signal_handler_can_stop_it(void **state)
{
    const kafka_fixture *fixture = *state;
    seen_messages seen = {.stop_after = 0};
    kafka_create_topic(fixture, "signalled", 1);
    produce_numbers(fixture, "signalled", 0, 2);
    to_be_stopped = runner_of(fixture, "signalled", 1);
    assert_true(signal(SIGUSR1, stop_by_signal) != SIG_ERR);
    assert_int_equal(otelmq_kafka_run(to_be_stopped, raise_signal, &seen, NULL), 0);
    signal(SIGUSR1, SIG_DFL);
    assert_int_equal(committed_offset(to_be_stopped, "signalled"), 1);
    rd_kafka_destroy(to_be_stopped);
    assert_seen(&seen, (const char *const[]){"0", NULL});
}

static void a_message_that_stops_it_is_not_committed_and_comes_again(void **state)
{
    const kafka_fixture *fixture = *state;
    seen_messages seen = {.answer = OTELMQ_KAFKA_STOP};
    kafka_create_topic(fixture, "stopped", 1);
    produce_numbers(fixture, "stopped", 0, 2);
    rd_kafka_t *consumer = runner_of(fixture, "stopped", 1);
    assert_int_equal(otelmq_kafka_run(consumer, remember, &seen, NULL), 0);
    assert_int_equal(committed_offset(consumer, "stopped"), RD_KAFKA_OFFSET_INVALID);
    seen.answer = OTELMQ_KAFKA_DONE;
    seen.stop_after = 3;
    assert_int_equal(otelmq_kafka_run(consumer, remember, &seen, NULL), 0);
    assert_int_equal(committed_offset(consumer, "stopped"), 2);
    rd_kafka_destroy(consumer);
    assert_seen(&seen, (const char *const[]){"0", "0", "1", NULL});
}

static void a_stop_before_the_run_is_not_forgotten(void **state)
{
    const kafka_fixture *fixture = *state;
    seen_messages seen = {.stop_after = 1};
    kafka_create_topic(fixture, "early", 1);
    produce_numbers(fixture, "early", 0, 1);
    rd_kafka_t *consumer = runner_of(fixture, "early", 1);
    otelmq_kafka_stop(consumer);
    assert_int_equal(otelmq_kafka_run(consumer, remember, &seen, NULL), 0);
    assert_int_equal(seen.count, 0);
    assert_int_equal(otelmq_kafka_run(consumer, remember, &seen, NULL), 0);
    assert_int_equal(seen.count, 1);
    rd_kafka_destroy(consumer);
}

static void a_commit_that_fails_is_made_again(void **state)
{
    const kafka_fixture *fixture = *state;
    seen_messages seen = {.stop_after = 3};
    otelmq_kafka_run_options options = {.commit_count = 1};
    kafka_create_topic(fixture, "refused", 1);
    produce_numbers(fixture, "refused", 0, 3);
    rd_kafka_t *consumer = runner_of(fixture, "refused", 1);
    rd_kafka_mock_push_request_errors(fixture->cluster, API_OFFSET_COMMIT, 1,
                                      RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED);
    assert_int_equal(otelmq_kafka_run(consumer, remember, &seen, &options), 0);
    assert_int_equal(committed_offset(consumer, "refused"), 3);
    rd_kafka_destroy(consumer);
    assert_error(find_span(fixture, "commit refused"), "GROUP_AUTHORIZATION_FAILED");
}

/* Ends when the loop has polled for it, in the place of its own thread. */
typedef struct {
    seen_messages seen;
    int64_t sleep_ms;
} slow_handler;

static otelmq_kafka_answer handle_slowly(void *user, rd_kafka_t *consumer,
                                         const rd_kafka_message_t *message)
{
    slow_handler *self = user;
    const struct timespec time = {.tv_nsec = self->sleep_ms * 1000000L};
    nanosleep(&time, NULL);
    return remember(&self->seen, consumer, message);
}

static void a_slow_handler_is_waited_for_and_loses_nothing(void **state)
{
    const kafka_fixture *fixture = *state;
    slow_handler self = {.seen = {.stop_after = 5}, .sleep_ms = 60};
    otelmq_kafka_run_options options = {.slow_handler_ms = 10};
    kafka_create_topic(fixture, "slow", 1);
    produce_numbers(fixture, "slow", 0, 5);
    rd_kafka_t *consumer = runner_of(fixture, "slow", 1);
    assert_int_equal(otelmq_kafka_run(consumer, handle_slowly, &self, &options), 0);
    assert_int_equal(committed_offset(consumer, "slow"), 5);
    rd_kafka_destroy(consumer);
    assert_seen(&self.seen, (const char *const[]){"0", "1", "2", "3", "4", NULL});
}

static otelmq_kafka_answer run_inside(void *result, rd_kafka_t *consumer,
                                      const rd_kafka_message_t *message)
{
    (void)message;
    *(rd_kafka_resp_err_t *)result = otelmq_kafka_run(consumer, remember, NULL, NULL);
    return OTELMQ_KAFKA_STOP;
}

static void it_cannot_run_inside_its_own_handler(void **state)
{
    const kafka_fixture *fixture = *state;
    rd_kafka_resp_err_t result = RD_KAFKA_RESP_ERR_NO_ERROR;
    kafka_create_topic(fixture, "nested", 1);
    produce_numbers(fixture, "nested", 0, 1);
    rd_kafka_t *consumer = runner_of(fixture, "nested", 1);
    assert_int_equal(otelmq_kafka_run(consumer, run_inside, &result, NULL), 0);
    assert_int_equal(result, RD_KAFKA_RESP_ERR__INVALID_ARG);
    rd_kafka_destroy(consumer);
}

static void what_cannot_work_is_refused_at_once(void **state)
{
    const kafka_fixture *fixture = *state;
    static const char *const committing[] = {"group.id", "g", NULL};
    static const char *const manual[] = {"group.id", "g", "enable.auto.commit", "false", NULL};
    static const otelmq_kafka_run_options bad[] = {
        {.retry_topic = "retries"}, {.dead_letter_topic = "dead"}, {.commit_interval_ms = -1},
        {.slow_handler_ms = -1},    {.max_retries = -1},           {.retry_delay_ms = -1}};
    rd_kafka_t *untraced = kafka_client_new(RD_KAFKA_CONSUMER, kafka_conf(fixture, manual));
    rd_kafka_t *itself = kafka_consumer(fixture, committing, NULL);
    rd_kafka_t *consumer = kafka_consumer(fixture, manual, NULL);
    rd_kafka_t *alone = kafka_consumer(fixture, &manual[2], NULL);
    const otelmq_kafka_run_options no_producer = {.dead_letter_topic = "dead", .producer = alone};
    rd_kafka_resp_err_t invalid = RD_KAFKA_RESP_ERR__INVALID_ARG;
    otelmq_kafka_stop(consumer); /* what is not refused ends at once */
    assert_int_equal(otelmq_kafka_run(NULL, remember, NULL, NULL), invalid);
    assert_int_equal(otelmq_kafka_run(untraced, remember, NULL, NULL), invalid);
    assert_int_equal(otelmq_kafka_run(itself, remember, NULL, NULL), invalid);
    assert_int_equal(otelmq_kafka_run(consumer, NULL, NULL, NULL), invalid);
    assert_int_equal(otelmq_kafka_run(alone, remember, NULL, NULL), invalid);
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        assert_int_equal(otelmq_kafka_run(consumer, remember, NULL, &bad[i]), invalid);
    }
    assert_int_equal(otelmq_kafka_run(consumer, remember, NULL, &no_producer), invalid);
    otelmq_kafka_stop(NULL);
    rd_kafka_destroy(untraced);
    rd_kafka_destroy(itself);
    rd_kafka_destroy(alone);
    rd_kafka_destroy(consumer);
}

static void a_consumer_that_was_closed_ends_it(void **state)
{
    const kafka_fixture *fixture = *state;
    kafka_create_topic(fixture, "closed", 1);
    rd_kafka_t *consumer = runner_of(fixture, "closed", 1);
    assert_int_equal(rd_kafka_consumer_close(consumer), 0);
    assert_int_equal(otelmq_kafka_run(consumer, remember, NULL, NULL), RD_KAFKA_RESP_ERR__STATE);
    rd_kafka_destroy(consumer);
}

#define TEST(name) cmocka_unit_test_setup(name, kafka_fixture_clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_message_is_handled_in_its_process_span_and_committed),
        TEST(offsets_are_committed_by_count),
        TEST(a_time_may_be_as_long_as_its_type_allows),
        TEST(offsets_are_committed_by_time_and_another_thread_can_stop),
        TEST(a_signal_handler_can_stop_it),
        TEST(a_message_that_stops_it_is_not_committed_and_comes_again),
        TEST(a_stop_before_the_run_is_not_forgotten),
        TEST(a_commit_that_fails_is_made_again),
        TEST(a_slow_handler_is_waited_for_and_loses_nothing),
        TEST(it_cannot_run_inside_its_own_handler),
        TEST(what_cannot_work_is_refused_at_once),
        TEST(a_consumer_that_was_closed_ends_it),
    };
    return cmocka_run_group_tests(tests, kafka_fixture_setup, kafka_fixture_teardown);
}
