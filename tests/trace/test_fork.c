/* SPDX-License-Identifier: Apache-2.0 */
#include "support/sanitizers.h"
#include "support/test.h"
#include "trace/trace_fixture.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static scripted_exporter exporter;
static otelmq_tracer_provider *provider;
static otelmq_tracer *tracer;

static int set_up(void **state)
{
    (void)state;
    scripted_init(&exporter);
    otelmq_batch_options options = {.schedule_delay_ms = 3600000};
    provider = batch_provider(&exporter, &options);
    tracer = otelmq_tracer_provider_tracer(provider, "tests", NULL);
    /* The export thread is past its start, which takes locks of a sanitizer. */
    end_one_span(tracer, "first");
    assert_int_equal(otelmq_tracer_provider_force_flush(provider, 30000), OTELMQ_OK);
    exporter.spans = 0;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    otelmq_tracer_provider_destroy(provider);
    scripted_clean(&exporter);
    return 0;
}

/*
 * The exit status of a child that runs check, 0 when it succeeded; an alarm ends one that hangs. No
 * export is under way at the fork: the lock of the exporter would stay taken in the child.
 */
static int status_in_child(bool (*check)(void))
{
    pthread_mutex_lock(&exporter.mutex);
    pid_t child = fork();
    pthread_mutex_unlock(&exporter.mutex);
    if (child == 0) {
        alarm(60);
        _exit(check() ? 0 : 1);
    }
    int status = -1;
    return child > 0 && waitpid(child, &status, 0) == child ? status : -1;
}

static bool exports_only_its_own(void)
{
    otelmq_stats before = otelmq_stats_read();
    end_one_span(tracer, "child");
    return otelmq_tracer_provider_force_flush(provider, 30000) == OTELMQ_OK &&
           scripted_spans(&exporter) == 1 && grown(&before, OTELMQ_STAT_SPANS_EXPORTED) == 1 &&
           grown(&before, OTELMQ_STAT_SPANS_UNSAMPLED) == 3 &&
           otelmq_tracer_provider_shutdown(provider, 30000) == OTELMQ_OK;
}

static void the_child_drops_the_parents_queue_and_exports_its_own(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        end_one_span(tracer, "parent");
    }
    assert_int_equal(status_in_child(exports_only_its_own), 0);
    assert_int_equal(otelmq_tracer_provider_force_flush(provider, 30000), OTELMQ_OK);
    assert_int_equal(scripted_spans(&exporter), 3);
}

static bool destroys(void)
{
    otelmq_tracer_provider_destroy(provider);
    return true;
}

static void the_child_can_destroy_what_it_inherited(void **state)
{
    (void)state;
    end_one_span(tracer, "parent");
    assert_int_equal(status_in_child(destroys), 0);
}

static atomic_bool is_over;

static void *end_spans_all_the_time(void *unused)
{
    (void)unused;
    while (!atomic_load(&is_over)) {
        otelmq_scope scope = otelmq_tracer_start_scope(tracer, "parent", NULL);
        otelmq_span_set_string(scope.span, "k", OTELMQ_STR("value"));
        otelmq_scope_end(&scope);
    }
    return NULL;
}

static bool records_many(void)
{
    for (int i = 0; i < 100; i++) {
        end_one_span(tracer, "child");
    }
    return otelmq_tracer_provider_force_flush(provider, 30000) == OTELMQ_OK;
}

static void a_fork_in_the_middle_of_everything_does_not_hang_the_child(void **state)
{
    (void)state;
#ifdef SANITIZER_FORBIDS_BUSY_FORK
    skip();
#endif
    pthread_t threads[3];
    atomic_store(&is_over, false);
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, end_spans_all_the_time, NULL), 0);
    }
    int status = 0;
    for (int i = 0; i < 20 && status == 0; i++) {
        status = status_in_child(records_many);
    }
    atomic_store(&is_over, true);
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    assert_int_equal(status, 0);
}

static otelmq_span *inherited;

static bool ends_inherited(void)
{
    otelmq_span_set_int(inherited, "k", 1);
    otelmq_span_end(inherited);
    return otelmq_tracer_provider_force_flush(provider, 30000) == OTELMQ_OK &&
           scripted_spans(&exporter) == 1;
}

static void a_live_span_can_be_ended_on_both_sides(void **state)
{
    (void)state;
    inherited = otelmq_tracer_start_span(tracer, "both", NULL);
    assert_int_equal(status_in_child(ends_inherited), 0);
    otelmq_span_end(inherited);
    assert_int_equal(otelmq_tracer_provider_force_flush(provider, 30000), OTELMQ_OK);
    assert_int_equal(scripted_spans(&exporter), 1);
}

int main(void)
{
#ifdef SANITIZER_FORBIDS_FORK
    return 0;
#endif
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(the_child_drops_the_parents_queue_and_exports_its_own),
        T(the_child_can_destroy_what_it_inherited),
        T(a_fork_in_the_middle_of_everything_does_not_hang_the_child),
        T(a_live_span_can_be_ended_on_both_sides),
    };
#undef T
    return cmocka_run_group_tests(tests, NULL, NULL);
}
