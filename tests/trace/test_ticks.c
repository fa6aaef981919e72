/* SPDX-License-Identifier: Apache-2.0 */
/* Ticks become the time at which they were taken, on whichever counter. */
#include "support/test.h"
#include "trace/span_template.h"
#include "trace/ticks.h"

#include <otelmq/otelmq.h>

#include <pthread.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 20000, THREADS = 4 };

/* How far apart a reading of the counter and one of the clock may be that were to be one. */
static const uint64_t SLACK_NANO = 1000000;

static bool is_between(uint64_t before, uint64_t ticks, uint64_t after)
{
    uint64_t time = otelmq_ticks_monotonic_nano(ticks);
    return time + SLACK_NANO >= before && time <= after + SLACK_NANO;
}

static bool take_and_look(void)
{
    uint64_t before = otelmq_clock_monotonic_nano();
    uint64_t ticks = otelmq_ticks_now();
    return is_between(before, ticks, otelmq_clock_monotonic_nano());
}

static void they_become_the_time_at_which_they_were_taken(void **state)
{
    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        assert_true(take_and_look());
    }
}

static void what_was_taken_first_is_earlier(void **state)
{
    (void)state;
    static uint64_t ticks[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        ticks[i] = otelmq_ticks_now();
    }
    for (int i = 1; i < ROUNDS; i++) {
        assert_true(otelmq_ticks_monotonic_nano(ticks[i - 1]) <=
                    otelmq_ticks_monotonic_nano(ticks[i]) + SLACK_NANO);
    }
}

/* As when a counter is set back or forth, which a virtual machine that moves may see. */
static void those_that_cannot_be_become_no_time_outside_of_the_program(void **state)
{
    (void)state;
    if (!atomic_load(&otelmq_ticks_are_cycles)) {
        return;
    }
    uint64_t now = otelmq_clock_monotonic_nano();
    assert_true(otelmq_ticks_monotonic_nano(UINT64_MAX) <= otelmq_clock_monotonic_nano());
    assert_true(otelmq_ticks_monotonic_nano(UINT64_MAX) + SLACK_NANO >= now);
    assert_true(otelmq_ticks_monotonic_nano(0) <= now);
    assert_true(otelmq_ticks_monotonic_nano(0) > 0);
}

static void *look_often(void *is_right)
{
    for (int i = 0; i < ROUNDS && *(bool *)is_right; i++) {
        *(bool *)is_right = take_and_look();
    }
    return NULL;
}

static void threads_may_ask_at_once(void **state)
{
    (void)state;
    pthread_t threads[THREADS];
    bool are_right[THREADS];
    for (size_t i = 0; i < THREADS; i++) {
        are_right[i] = true;
        assert_int_equal(pthread_create(&threads[i], NULL, look_often, &are_right[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_true(are_right[i]);
    }
}

static void they_go_on_in_a_forked_child(void **state)
{
    (void)state;
    uint64_t before = otelmq_clock_monotonic_nano();
    uint64_t ticks = otelmq_ticks_now();
    uint64_t after = otelmq_clock_monotonic_nano();
    pid_t child = fork();
    if (child == 0) {
        _exit(is_between(before, ticks, after) && take_and_look() ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static uint64_t unix_nano(void)
{
    struct timespec now;
    assert_int_equal(clock_gettime(CLOCK_REALTIME, &now), 0);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static otelmq_span *start_folded(otelmq_tracer_provider *provider, otelmq_span_template *template)
{
    otelmq_tracer *tracer = otelmq_tracer_provider_tracer(provider, "tests", NULL);
    otelmq_span *span = otelmq_tracer_start_folded(tracer, template, OTELMQ_SPAN_PRODUCER,
                                                   otelmq_context_span_context(NULL));
    assert_non_null(span);
    return span;
}

static void assert_times(const otelmq_span_data *span, const uint64_t times[4])
{
    assert_non_null(span);
    assert_in_range(span->start_time_unix_nano, times[0] - SLACK_NANO, times[1] + SLACK_NANO);
    assert_in_range(span->end_time_unix_nano, times[2] - SLACK_NANO, times[3] + SLACK_NANO);
    assert_true(span->end_time_unix_nano > span->start_time_unix_nano);
}

static void those_of_a_folded_span_become_its_times(void **state)
{
    (void)state;
    otelmq_memory_exporter *memory = otelmq_memory_exporter_create();
    otelmq_processor processor =
        otelmq_processor_batch(otelmq_memory_exporter_as_exporter(memory), NULL);
    otelmq_tracer_provider_options options = {.processors = &processor, .processor_count = 1};
    otelmq_tracer_provider *provider;
    assert_int_equal(otelmq_tracer_provider_create(&options, &provider), OTELMQ_OK);
    otelmq_span_template *template = otelmq_span_template_create(OTELMQ_STR("send"), NULL, 0);
    uint64_t times[4];
    times[0] = unix_nano();
    otelmq_span *span = start_folded(provider, template);
    times[1] = unix_nano();
    usleep(2000);
    times[2] = unix_nano();
    otelmq_span_end(span);
    times[3] = unix_nano();
    assert_int_equal(otelmq_tracer_provider_force_flush(provider, 30000), OTELMQ_OK);
    assert_times(otelmq_memory_exporter_span_at(memory, 0), times);
    otelmq_tracer_provider_destroy(provider);
    otelmq_memory_exporter_destroy(memory);
    otelmq_span_template_destroy(template);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_become_the_time_at_which_they_were_taken),
        cmocka_unit_test(what_was_taken_first_is_earlier),
        cmocka_unit_test(those_that_cannot_be_become_no_time_outside_of_the_program),
        cmocka_unit_test(those_of_a_folded_span_become_its_times),
        cmocka_unit_test(threads_may_ask_at_once),
        cmocka_unit_test(they_go_on_in_a_forked_child),
    };
    otelmq_ticks_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
