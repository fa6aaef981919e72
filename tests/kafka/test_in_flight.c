/* SPDX-License-Identifier: Apache-2.0 */
/* The spans here are addresses only: the table never looks into them. */
#include "kafka/produce/in_flight.h"

#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { MESSAGES = 5000, THREADS = 4 };
static const uint64_t AN_HOUR = 3600u * 1000000000ull;

static char messages[THREADS][MESSAGES][16];

static otelmq_kafka_sent sent_message(size_t thread, size_t index)
{
    void *address = messages[thread][index];
    return (otelmq_kafka_sent){.message = address, .span = address, .is_injected = true};
}

static int setup(void **state)
{
    otelmq_kafka_in_flight *in_flight =
        aligned_alloc(_Alignof(otelmq_kafka_in_flight), sizeof(*in_flight));
    assert_non_null(in_flight);
    otelmq_kafka_in_flight_init(in_flight);
    otelmq_kafka_in_flight_limit(in_flight, THREADS * MESSAGES, AN_HOUR);
    *state = in_flight;
    return 0;
}

static int teardown(void **state)
{
    otelmq_kafka_in_flight_clean(*state);
    free(*state);
    return 0;
}

static void add_all(otelmq_kafka_in_flight *in_flight, size_t thread)
{
    for (size_t i = 0; i < MESSAGES; i++) {
        otelmq_kafka_sent sent = sent_message(thread, i);
        otelmq_kafka_sent forgotten;
        assert_true(otelmq_kafka_in_flight_add(in_flight, &sent, &forgotten));
        assert_null(forgotten.message);
    }
}

static void take_all(otelmq_kafka_in_flight *in_flight, size_t thread)
{
    for (size_t i = 0; i < MESSAGES; i++) {
        otelmq_kafka_sent sent = {0};
        assert_true(otelmq_kafka_in_flight_take(in_flight, messages[thread][i], &sent));
        assert_ptr_equal(sent.span, messages[thread][i]);
        assert_true(sent.is_injected);
    }
}

static void every_message_is_found_once(void **state)
{
    otelmq_kafka_sent sent;
    add_all(*state, 0);
    take_all(*state, 0);
    assert_false(otelmq_kafka_in_flight_take(*state, messages[0][0], &sent));
    add_all(*state, 0);
    take_all(*state, 0);
}

static void an_unknown_message_is_not_found(void **state)
{
    otelmq_kafka_sent sent;
    assert_false(otelmq_kafka_in_flight_take(*state, messages[0][0], &sent));
    add_all(*state, 0);
    assert_false(otelmq_kafka_in_flight_take(*state, messages[1][0], &sent));
}

static void a_second_message_at_the_same_address_gives_the_first_span_back(void **state)
{
    otelmq_kafka_sent first = {.message = messages[0][0], .span = (void *)messages[1][0]};
    otelmq_kafka_sent second = {.message = messages[0][0], .span = (void *)messages[1][1]};
    otelmq_kafka_sent taken;
    otelmq_kafka_sent forgotten;
    assert_true(otelmq_kafka_in_flight_add(*state, &first, &forgotten));
    assert_true(otelmq_kafka_in_flight_add(*state, &second, &forgotten));
    assert_ptr_equal(forgotten.span, first.span);
    assert_true(otelmq_kafka_in_flight_take(*state, messages[0][0], &taken));
    assert_ptr_equal(taken.span, second.span);
}

static void what_is_too_old_is_given_back(void **state)
{
    otelmq_kafka_in_flight *in_flight = *state;
    otelmq_kafka_sent old = sent_message(0, 0);
    otelmq_kafka_sent forgotten;
    size_t forgotten_count = 0;
    assert_true(otelmq_kafka_in_flight_add(in_flight, &old, &forgotten));
    /* The coarse clock must tick once, so that the first one is older than nothing. */
    otelmq_kafka_in_flight_limit(in_flight, MESSAGES, 0);
    const struct timespec ticks = {.tv_nsec = 50000000};
    nanosleep(&ticks, NULL);
    for (size_t i = 1; i < 200; i++) {
        otelmq_kafka_sent sent = sent_message(0, i);
        assert_true(otelmq_kafka_in_flight_add(in_flight, &sent, &forgotten));
        forgotten_count += forgotten.message != NULL && forgotten.span == old.span;
    }
    assert_int_equal(forgotten_count, 1);
    assert_false(otelmq_kafka_in_flight_take(in_flight, old.message, &old));
}

static void it_refuses_what_exceeds_its_limit_and_recovers(void **state)
{
    otelmq_kafka_in_flight *in_flight = *state;
    otelmq_kafka_sent sent;
    otelmq_kafka_sent forgotten;
    size_t added = 0;
    otelmq_kafka_in_flight_limit(in_flight, 1, AN_HOUR);
    for (size_t i = 0; i < MESSAGES; i++) {
        sent = sent_message(0, i);
        added += otelmq_kafka_in_flight_add(in_flight, &sent, &forgotten);
    }
    assert_true(added > 0 && added < MESSAGES);
    while (otelmq_kafka_in_flight_take_any(in_flight, &sent)) {
        added--;
    }
    assert_int_equal(added, 0);
    sent = sent_message(0, 0);
    assert_true(otelmq_kafka_in_flight_add(in_flight, &sent, &forgotten));
}

static void take_any_empties_it_and_it_can_be_filled_again_after_clean(void **state)
{
    otelmq_kafka_sent sent;
    size_t count = 0;
    add_all(*state, 0);
    while (otelmq_kafka_in_flight_take_any(*state, &sent)) {
        count++;
    }
    assert_int_equal(count, MESSAGES);
    otelmq_kafka_in_flight_clean(*state);
    assert_false(otelmq_kafka_in_flight_take(*state, messages[0][0], &sent));
    add_all(*state, 0);
    take_all(*state, 0);
}

typedef struct {
    otelmq_kafka_in_flight *in_flight;
    size_t thread;
} worker_arguments;

static void *add_and_take(void *argument)
{
    const worker_arguments *worker = argument;
    for (int round = 0; round < 5; round++) {
        add_all(worker->in_flight, worker->thread);
        take_all(worker->in_flight, worker->thread);
    }
    return NULL;
}

static void threads_find_their_own_messages(void **state)
{
    pthread_t threads[THREADS];
    worker_arguments workers[THREADS];
    for (size_t i = 0; i < THREADS; i++) {
        workers[i] = (worker_arguments){*state, i};
        assert_int_equal(pthread_create(&threads[i], NULL, add_and_take, &workers[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_message_is_found_once, setup, teardown),
        cmocka_unit_test_setup_teardown(an_unknown_message_is_not_found, setup, teardown),
        cmocka_unit_test_setup_teardown(
            a_second_message_at_the_same_address_gives_the_first_span_back, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_too_old_is_given_back, setup, teardown),
        cmocka_unit_test_setup_teardown(it_refuses_what_exceeds_its_limit_and_recovers, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(take_any_empties_it_and_it_can_be_filled_again_after_clean,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(threads_find_their_own_messages, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
